"""The targets of a training run: encoded and scaled, with positive class and scorers of each."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from galaxy_keras.artefacts.models.fitted import FittedOutput
from galaxy_keras.artefacts.tables import TableColumns
from galaxy_keras.catalogue.losses import TargetFormat
from galaxy_keras.catalogue.scorers import TargetKind
from galaxy_keras.data.encodings.values import ValueScaling
from galaxy_keras.data.positive_class import (
    check_positive_class,
    choose_positive_class,
    describe_positive_class,
    is_more_frequent,
)
from galaxy_keras.data.predictions import (
    OutputKind,
    explain_missing_probabilities,
    find_output_kind,
)
from galaxy_keras.data.raw_targets import encode_values, fit_scaling, restore_scaling
from galaxy_keras.data.scoring import try_scorers
from galaxy_keras.data.splitting import Split, check_split
from galaxy_keras.data.targets import Target, encode_classes, read_regression_values
from galaxy_keras.errors import (
    ConfigurationError,
    GalaxyKerasError,
    Problems,
    escape_name,
    list_names,
    suggest,
)
from galaxy_keras.preparation.model_to_train import ModelToTrain
from galaxy_keras.preparation.reading import encode_like, parse_values
from galaxy_keras.preparation.target_columns import (
    divide_columns,
    expect_columns,
    expect_trained_columns,
)
from galaxy_keras.schema.architecture.shapes import format_shape
from galaxy_keras.schema.requests.runs import TrainingRequest
from galaxy_keras.schema.training.one_class import find_class_of_score
from galaxy_keras.schema.training.output_layer import (
    OutputLayer,
    choose_target_format,
    infer_target_kind,
)
from galaxy_keras.schema.training.outputs import Output
from galaxy_keras.schema.training.scorers import check_scorers, suits_target
from galaxy_keras.schema.training.targets import TargetDescription

MIN_CLASS_ROWS = 10
"""Below so many training rows of a class there is a warning."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class OutputTarget:
    """An output of the network, and the target that it learns.

    Attributes
    ----------
    output
        The output with its settings.
    target
        The encoded target of all rows.
    scorers
        Names of the scorers to use.
    scaling
        How values are scaled for the network; None where they are not.
    """

    output: Output
    target: Target
    scorers: tuple[str, ...]
    scaling: ValueScaling | None = None

    @property
    def description(self) -> TargetDescription:
        """How the target is represented in the output."""
        return self.target.description

    @property
    def target_format(self) -> TargetFormat:
        """The format in which the loss function takes the target."""
        return choose_target_format(self.output.settings.loss, self.description.kind)

    @property
    def kind(self) -> OutputKind:
        """What the numbers of the output are."""
        return find_output_kind(self.output.layer, self.output.settings)


def encode_targets(
    run: TrainingRequest, model: ModelToTrain, table: TableColumns | None
) -> tuple[Target, ...] | None:
    """Return the encoded target of each output, with its positive class; None without a table.

    Raises
    ------
    DataError, ConfigurationError
        If the table does not fit the network or the initial model, or there is no such class.
    """
    _check_positive_label(run, model.outputs)
    if table is None:
        return None
    trained = model.trained_outputs
    expected = (
        [expect_trained_columns(each, table) for each in trained]
        if trained
        else list(map(expect_columns, model.outputs))
    )
    tables = divide_columns(table, expected)
    problems = Problems()
    targets = []
    for position, output in enumerate(model.outputs):
        fitted = trained[position] if trained else None
        with problems.collecting():
            targets.append(_encode_target(run, output, fitted, tables[position]))
    problems.raise_if_any()
    return tuple(targets)


def check_target_scorers(
    run: TrainingRequest, model: ModelToTrain, targets: Sequence[Target] | None
) -> tuple[tuple[str, ...], ...]:
    """Return the names of the scorers of each output, checked.

    Without targets they are checked against what the network is made for.

    Raises
    ------
    ConfigurationError
        If a scorer is unknown, or does not suit the target.
    """
    scored = _describe_scored(model.outputs, targets)
    divided = _divide_scorers(run.scoring, scored)
    problems = Problems()
    found = []
    for output in model.outputs:
        if "predictions" in run.outputs:
            _warn_about_scores(output, scored[output.name].kind)
        with problems.collecting():
            found.append(_check_scorers(output, scored[output.name], divided[output.name]))
    problems.raise_if_any()
    return tuple(found)


def check_scorable(outputs: Sequence[OutputTarget], split: Split) -> None:
    """Check that each subset has what is learned and scored.

    Raises
    ------
    DataError, ConfigurationError
        If a subset lacks classes, or a scorer is undefined on the rows that are held out.
    """
    problems = Problems()
    for each in outputs:
        with problems.collecting():
            _check_scorable(each, split)
    problems.raise_if_any()


def _check_scorable(learned: OutputTarget, split: Split) -> None:
    try:
        check_split(learned.target, split)
        try_scorers(learned.scorers, learned.target.take(split.test))
    except GalaxyKerasError as error:
        raise _name_output(error, learned.output) from None


def scale_targets(
    model: ModelToTrain, outputs: Sequence[OutputTarget], split: Split
) -> tuple[OutputTarget, ...]:
    """Return the outputs with the scaling of their values, fitted on the rows to train on.

    Raises
    ------
    DataError
        If a value cannot be scaled so.
    """
    fitted = {each.output.name: each for each in model.trained_outputs}
    scaled = []
    for each in outputs:
        name = each.output.name
        scaling = (
            restore_scaling(fitted[name])
            if name in fitted
            else fit_scaling(each.output.settings, each.target, split.train)
        )
        if scaling is not None:
            encode_values(scaling, each.target)
        scaled.append(replace(each, scaling=scaling))
    return tuple(scaled)


def choose_strata(targets: Sequence[Target]) -> Target:
    """Return the target whose classes --split stratified keeps in proportion: the first of them."""
    classes = [each for each in targets if each.description.kind != "regression"]
    return (classes or targets)[0]


def tell_positive_classes(
    run: TrainingRequest, model: ModelToTrain, outputs: Sequence[OutputTarget]
) -> None:
    """Log which of two classes is the positive one; warn where that may not be meant."""
    for learned in outputs:
        _tell_positive_class(run, model, learned)


def _tell_positive_class(run: TrainingRequest, model: ModelToTrain, learned: OutputTarget) -> None:
    output, target, description = learned.output, learned.target, learned.description
    if description.positive_class is None:
        return
    chosen = _find_positive_label(run, output)
    said = output.prefix(describe_positive_class(target, chosen=chosen is not None))
    names = [*learned.scorers, *(metric.label for metric in output.settings.metrics)]
    of_class = [
        name
        for name in names
        if find_class_of_score(name, description, output.settings) is not None
    ]
    unasked = chosen is None and model.initial_model is None
    if of_class and unasked and is_more_frequent(target):
        logger.warning(
            "%s and the more frequent one. Scores of this class: %s. For those of the other one "
            "%s.",
            said,
            list_names(of_class),
            _advise_on_positive_class(output, description),
        )
    else:
        logger.info("%s.", said)


def warn_about_rare_classes(outputs: Sequence[OutputTarget], split: Split) -> None:
    """Warn of classes that have too few training rows to be learned."""
    for learned in outputs:
        _warn_about_rare_classes(learned, split)


def _warn_about_rare_classes(learned: OutputTarget, split: Split) -> None:
    labels = learned.description.labels
    codes = learned.target.codes[split.train]
    if not labels:
        return
    counts = codes.sum(axis=0) if codes.ndim == 2 else np.bincount(codes, minlength=len(labels))
    rare = [
        f"{label} ({count})"
        for label, count in zip(labels, counts.tolist(), strict=True)
        if count < MIN_CLASS_ROWS
    ]
    if rare:
        logger.warning(
            "%s with fewer than %d training rows can hardly be learned: %s. Give more rows of "
            "them, or make one class of several.",
            learned.output.prefix("Classes"),
            MIN_CLASS_ROWS,
            list_names(rare),
        )


def _name_output(error: GalaxyKerasError, output: Output) -> GalaxyKerasError:
    return error if output.is_only else error.with_prefix(f'output "{output.name}"')


def _check_positive_label(run: TrainingRequest, outputs: Sequence[Output]) -> None:
    if run.pos_label is not None and len(outputs) > 1:
        raise ConfigurationError(
            f"--pos-label is for a network with one output, and this one has {len(outputs)}. Say "
            f"it of an output with --set {outputs[0].name}__positive=..., or in the builder: "
            f"--target '{outputs[0].name}: labels positive=...'"
        )


def _find_positive_label(run: TrainingRequest, output: Output) -> str | None:
    """Return the positive class that was chosen: by the run, or else by the builder."""
    if run.pos_label is not None:
        return run.pos_label
    for each in output.settings.targets:
        label = each.encoding.options.get("positive")
        return None if label is None else str(label)
    return None


def _encode_target(
    run: TrainingRequest, output: Output, fitted: FittedOutput | None, table: TableColumns
) -> Target:
    try:
        target = _encode_columns(output, fitted, table)
        label = _find_positive_label(run, output)
        if label is None:
            return target
        if fitted is None:
            return choose_positive_class(target, label)
        check_positive_class(target.description, label)
        return target
    except GalaxyKerasError as error:
        raise _name_output(error, output) from None


def _encode_columns(output: Output, fitted: FittedOutput | None, table: TableColumns) -> Target:
    if fitted is not None and not fitted.target.assumed:
        return encode_like(fitted.target, table)
    units = _count_units(output.layer)
    if output.settings.task == "regressor":
        return read_regression_values(
            parse_values(table), table.names, outputs=units, given=table.values
        )
    exclusive = infer_target_kind(output.layer, output.settings) == "multiclass"
    return encode_classes(table.values, table.names, outputs=units, exclusive=exclusive)


def _advise_on_positive_class(output: Output, description: TargetDescription) -> str:
    if description.one_hot:
        return "give the target as one column of labels, and --pos-label"
    label = escape_name(str(description.labels[0]))
    if not output.is_only:
        return f"give --set {output.name}__positive={label}"
    return f"give --pos-label {label}"


def _count_units(layer: OutputLayer) -> int:
    if len(layer.shape) != 2 or layer.units is None:
        raise ConfigurationError(
            f"{layer.where}, has the output shape {format_shape(layer.shape)}, but a table of "
            "targets needs (outputs,). End the network with a Dense layer, after Flatten or a "
            "pooling layer"
        )
    return layer.units


@dataclass(frozen=True)
class _Scored:
    """What scorers see of an output."""

    kind: TargetKind
    units: int

    @property
    def scorer_kind(self) -> TargetKind:
        return "binary" if self.kind == "multiclass" and self.units == 2 else self.kind

    @property
    def columns(self) -> int:
        return self.units if self.kind == "regression" else 1

    def suits(self, scorer: str) -> bool:
        return suits_target(scorer, self.scorer_kind, self.columns)


def _describe_scored(
    outputs: Sequence[Output], targets: Sequence[Target] | None
) -> dict[str, _Scored]:
    return {
        output.name: _Scored(
            infer_target_kind(output.layer, output.settings)
            if targets is None
            else targets[position].description.kind,
            _count_units(output.layer),
        )
        for position, output in enumerate(outputs)
    }


def _divide_scorers(scoring: Sequence[str], scored: Mapping[str, _Scored]) -> dict[str, list[str]]:
    """Return the scorers of each output; one without a name is for all outputs that it suits."""
    if len(scored) == 1:
        return {name: list(scoring) for name in scored}
    divided: dict[str, list[str]] = {name: [] for name in scored}
    for text in scoring:
        output, colon, scorer = (part.strip() for part in text.rpartition(":"))
        if colon and output not in scored:
            raise ConfigurationError(
                f'--scoring: the network has no output "{output}".{suggest(output, scored)} '
                f"It has: {list_names(list(scored))}"
            )
        suited = [name for name, each in scored.items() if each.suits(scorer)]
        # A scorer that suits none is checked with the first, for the message.
        for name in [output] if colon else suited or list(scored)[:1]:
            divided[name].append(scorer)
    return divided


def _check_scorers(output: Output, scored: _Scored, names: Sequence[str]) -> tuple[str, ...]:
    missing = explain_missing_probabilities(output.layer, output.settings, scored.kind)
    try:
        return check_scorers(
            names,
            scored.scorer_kind,
            "--scoring",
            outputs=scored.columns,
            no_probabilities="" if missing is None else missing.text,
        )
    except ConfigurationError as error:
        raise _name_output(error, output) from None


def _warn_about_scores(output: Output, kind: TargetKind) -> None:
    """Warn where --output-predictions does not hold probabilities."""
    missing = explain_missing_probabilities(output.layer, output.settings, kind)
    if missing is not None:
        logger.warning(
            "%s holds %s: %s.",
            output.prefix("--output-predictions"),
            missing.outputs,
            missing.reason,
        )
