"""The fitted model: an HDF5 file (`.h5mlm`) with all that prediction and further training need.

Layout of format version 1
--------------------------
=================================  ==============================================================
``/``                              attributes ``-URL-``, ``-repr-``, ``-http_repr-``: by these and
                                   the next two, Galaxy's datatype h5mlm knows and shows the file
``/-model_config-``                JSON text: ``{"architecture": ..., "training": ...}``
``/-model_hyperparameters-``       JSON text: a list of rows of three texts
``/galaxy_keras``                  attribute ``format_version``; everything that is read back is
                                   stored in this group
``/galaxy_keras/architecture``     JSON text: the model JSON of Keras 3
``/galaxy_keras/training``         JSON text: `schema.training.settings.TrainingSettings`
``/galaxy_keras/target``           JSON text: `schema.training.targets.TargetDescription`
``/galaxy_keras/features``         JSON text: `schema.training.features.FeatureDescription`
``/galaxy_keras/run``              JSON text: ``{"seed": ..., "versions": {...}}``
``/galaxy_keras/hold_outs``        JSON text: ``{"hold_outs": [...]}``, each
                                   `schema.requests.splits.HoldOut`; optional
``/galaxy_keras/trained_rows``     array, `data.equal_rows.sample_hashes` of the training rows;
                                   optional
``/galaxy_keras/history``          arrays, one per column, one value per epoch
``/galaxy_keras/metrics``          arrays, one per metric, of one value
``/galaxy_keras/weights``          layers
``/galaxy_keras/random_states``    layers: the states of their random number generators
``/galaxy_keras/optimizer``        arrays: the optimizer's variables
=================================  ==============================================================

Format version 2 is version 1 with encodings in ``training``, and with what was fitted of them:

=================================  ==============================================================
``/galaxy_keras/inputs``           the encodings of inputs (`models.encodings`)
``/galaxy_keras/targets``          those of targets
=================================  ==============================================================

A model without encodings is still written as version 1, which earlier releases read.

Format version 3 is version 2 for a network with several outputs, which ``training`` lists; with
one output, version 1 or 2 is written.

=================================  ==============================================================
``/galaxy_keras/target``           the target of the first output
``/galaxy_keras/other_targets``    JSON text: ``{"other_targets": [...]}``, those of the others
=================================  ==============================================================

Format version 4 is any of these with a ``threshold`` (the decision between two classes) or a
``temperature`` (calibrated probabilities) in ``target``.

"Arrays" is a group of datasets ``00000``, ``00001``, ... in order, each with its name as the
attribute ``name``. "Layers" is a group of groups named in the same way, each the arrays of one
layer, with the layer's name as the attribute ``name``. Numbers instead of names keep the order,
and no name from outside becomes a path in the file. There are no times and nothing else that
differs between two files of the same content, so these are equal byte for byte.

Raising the version
-------------------
The version is raised when a reader of the previous version would fail on, or misunderstand, a new
file; a dataset that an earlier reader can ignore is no reason to raise it.

1. Write a small file with the code as it is and keep it as
   ``tests/unit/artefacts/models/files/fitted_v<old>.h5mlm``
   (``python tests/unit/artefacts/models/test_fitted.py`` writes it).
2. Raise `FORMAT_VERSION`, change `write_fitted` and the table above.
3. Teach `read_fitted` to bring what it reads from an older file into the new form, step by step
   from each version to the next.
4. Add the old file to the parameters of the test that reads the samples of all versions.
5. Say in the changelog which version of the package reads the new files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

import h5py
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from galaxy_keras.artefacts.architecture.architecture_file import (
    decode_architecture,
    encode_architecture,
)
from galaxy_keras.artefacts.arrays import LayerWeights, NamedArray
from galaxy_keras.artefacts.hdf5.arrays import (
    name_columns,
    read_arrays,
    read_layers,
    read_numbers,
    write_arrays,
    write_layers,
)
from galaxy_keras.artefacts.hdf5.reading import AuditedGroup
from galaxy_keras.artefacts.hdf5.writing import writing_hdf5
from galaxy_keras.artefacts.models.decoding import choose_format_version
from galaxy_keras.artefacts.models.encodings import (
    StoredEncoding,
    read_encodings,
    write_encodings,
)
from galaxy_keras.artefacts.models.h5mlm import (
    HyperparameterRow,
    check_format_version,
    decode_text,
    describe_layers,
    read_model_text,
    write_galaxy_metadata,
    write_json,
)
from galaxy_keras.catalogue.encodings import ENCODINGS
from galaxy_keras.catalogue.scorers import SCORERS
from galaxy_keras.catalogue.target_encodings import TARGET_ENCODINGS
from galaxy_keras.errors import count_things, escape_name
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.architecture.shapes import infer_shapes
from galaxy_keras.schema.requests.splits import HoldOut
from galaxy_keras.schema.training.features import FeatureDescription
from galaxy_keras.schema.training.one_class import find_class_of_score
from galaxy_keras.schema.training.outputs import Output, list_outputs
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.training.targets import TargetDescription
from galaxy_keras.schema.values.component import FrozenModel

FORMAT_VERSION = 4
GROUP = "galaxy_keras"
_SUBSETS = ("", "val_", "train_")
"""What the names of values begin with that are not those of the rows that are scored, or are."""


class _StoredHoldOuts(FrozenModel):
    """The JSON text of the hold-outs."""

    hold_outs: Annotated[tuple[HoldOut, ...], Field(max_length=2)]


class _StoredTargets(FrozenModel):
    """The JSON text of the targets of the second and further outputs."""

    other_targets: tuple[TargetDescription, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class FittedOutput:
    """An output of a trained network, and what it answers.

    Attributes
    ----------
    output
        The output with its settings.
    target
        How labels or values are represented in it.
    encoding
        The fitted encoding of its target; None where it has none.
    """

    output: Output
    target: TargetDescription
    encoding: StoredEncoding | None


@dataclass(frozen=True, eq=False, kw_only=True)
class FittedModel:
    """A trained network with everything needed to use it or to continue training.

    Attributes
    ----------
    architecture
        The network.
    training
        How it was trained.
    target
        How the labels or values are represented in the network's output, the first of several.
    features
        The columns that the network takes.
    weights
        One entry for each layer of the Keras model, in order, also for layers without weights.
    random_states
        Likewise, the states of the random number generators of dropout and noise layers; resumed
        training draws what it would have drawn without the break. Empty where unknown.
    optimizer_state
        The variables of the optimizer in order. Empty where unknown.
    seed
        The seed of the training, or None.
    hold_outs
        How rows were held out of all trainings; empty where unknown, or where those differ.
    trained_rows
        Hashes by which rows that it was trained on are known again
        (`data.equal_rows.sample_hashes`); None where unknown.
    history
        The values of each epoch by the name of the metric.
    metrics
        The scores by the name of the metric or scorer.
    versions
        The versions of `galaxy-keras`, `keras`, `tensorflow` and `python`, by these names.
    inputs, targets
        The fitted encodings of `training.inputs` and `training.targets`, in the order of the
        inputs and outputs of the network.
    other_targets
        As `target`, of the second and further outputs.
    """

    architecture: Architecture
    training: TrainingSettings
    target: TargetDescription
    features: FeatureDescription
    weights: tuple[LayerWeights, ...]
    random_states: tuple[LayerWeights, ...] = ()
    optimizer_state: tuple[NamedArray, ...] = ()
    seed: int | None = None
    hold_outs: tuple[HoldOut, ...] = ()
    trained_rows: NDArray[np.uint64] | None = None
    history: Mapping[str, list[float]] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[StoredEncoding, ...] = ()
    targets: tuple[StoredEncoding, ...] = ()
    other_targets: tuple[TargetDescription, ...] = ()

    def list_outputs(self) -> tuple[FittedOutput, ...]:
        """Return the outputs of the network in their order."""
        encodings = {each.name: each for each in self.targets}
        outputs = list_outputs(self.architecture, self.training)
        targets = (self.target, *self.other_targets)
        return tuple(
            FittedOutput(output=output, target=target, encoding=encodings.get(output.name))
            for output, target in zip(outputs, targets, strict=True)
        )

    def for_output(self, fitted: FittedOutput) -> FittedModel:
        """Return the model as it is for one of several outputs: settings, target and scores.

        The network is the whole one.
        """
        output = fitted.output
        if output.is_only:
            return self
        names = ("loss", *(each.label for each in output.settings.metrics), *SCORERS.names)
        own = {
            f"{each}{output.name_value(name)}": f"{each}{name}"
            for each in _SUBSETS
            for name in names
        }
        return replace(
            self,
            training=output.settings,
            target=fitted.target,
            other_targets=(),
            targets=() if fitted.encoding is None else (fitted.encoding,),
            metrics={own[name]: value for name, value in self.metrics.items() if name in own},
            history={own[name]: values for name, values in self.history.items() if name in own},
        )

    def find_class_of_score(self, name: str) -> str | None:
        """Return the label of the class that a score or metric is of; None for one of all."""
        for each in self.list_outputs():
            output = each.output
            own = name if output.is_only else name.removeprefix(output.name_value(""))
            if output.is_only or own != name:
                label = find_class_of_score(own, each.target, output.settings)
                if label is not None:
                    return label
        return None


def write_fitted(
    path: Path, fitted: FittedModel, hyperparameters: Sequence[HyperparameterRow]
) -> None:
    """Write a fitted model; an existing file at `path` is kept until the new one is complete.

    Parameters
    ----------
    path
        The file to write.
    fitted
        Its content; equal contents give equal bytes.
    hyperparameters
        The rows of `schema.training.hyperparameters.list_hyperparameters`, for Galaxy's forms.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    with writing_hdf5(path) as file:
        write_galaxy_metadata(
            file,
            fitted.architecture,
            fitted.training,
            describe_fitted(fitted),
            hyperparameters,
        )
        group = file.create_group(GROUP)
        group.attrs["format_version"] = _choose_version(fitted)
        _write_documents(group, fitted)
        if fitted.trained_rows is not None:
            group.create_dataset("trained_rows", data=fitted.trained_rows, track_times=False)
        write_arrays(group, "history", name_columns(fitted.history))
        write_arrays(group, "metrics", name_columns(fitted.metrics))
        write_layers(group, "weights", fitted.weights)
        write_layers(group, "random_states", fitted.random_states)
        write_arrays(group, "optimizer", fitted.optimizer_state)
        write_encodings(group, "inputs", fitted.inputs)
        write_encodings(group, "targets", fitted.targets)


def read_fitted(root: AuditedGroup) -> FittedModel:
    """Return the fitted model in an HDF5 file that has the group `GROUP`.

    The architecture is audited as that of any other file. Whether the weights fit it is checked
    when they are given to the network (`learning.weights.restore_weights`).

    Raises
    ------
    ModelFileError
        If it is damaged, of a newer format, or holds an architecture that cannot be used.
    """
    group = root.read_group(GROUP)
    check_format_version(group, FORMAT_VERSION)
    run = group.read_json("run")
    architecture = decode_text(group, "architecture", decode_architecture)
    target = read_model_text(group, "target", TargetDescription)
    training = read_model_text(group, "training", TrainingSettings)
    other_targets = _read_other_targets(group, architecture, training)
    _check_targets(group, architecture, (target, *other_targets))
    inputs = read_encodings(group, "inputs", ENCODINGS)
    _check_inputs(group, architecture, training, inputs)
    return FittedModel(
        architecture=architecture,
        training=training,
        target=target,
        features=read_model_text(group, "features", FeatureDescription),
        weights=read_layers(group, "weights"),
        random_states=read_layers(group, "random_states"),
        optimizer_state=read_arrays(group, "optimizer"),
        seed=_read_seed(group, run),
        hold_outs=_read_hold_outs(group),
        trained_rows=_read_trained_rows(group),
        history=read_numbers(group, "history", 1),
        metrics=read_numbers(group, "metrics", 0),
        versions=_read_versions(group, run),
        inputs=inputs,
        targets=_read_target_encodings(group, architecture),
        other_targets=other_targets,
    )


def describe_fitted(fitted: FittedModel) -> str:
    """Return the model in a few lines of text, for people who inspect the file."""
    settings = fitted.training
    count = sum(array.size for layer in fitted.weights for array in layer.arrays)
    described = [
        f"{_name_output(each)}{each.target.kind} target{_describe_positive(each.target)}"
        for each in fitted.list_outputs()
    ]
    lines = [
        f"galaxy-keras {fitted.architecture.kind} {settings.describe_task()}, {count:,} parameters",
        f"loss {settings.describe_loss()}, optimizer {settings.optimizer.name}",
        f"{count_things(fitted.features.count, 'feature column')}, {', '.join(described)}",
        *describe_layers(fitted.architecture),
    ]
    return "\n".join(lines)


def _name_output(fitted: FittedOutput) -> str:
    return "" if fitted.output.is_only else f"{fitted.output.name}: "


def _describe_positive(target: TargetDescription) -> str:
    positive = target.positive_class
    return "" if positive is None else f", positive class {escape_name(str(positive))}"


def _choose_version(fitted: FittedModel) -> int:
    """Return 4 where earlier releases would predict other labels or probabilities."""
    chosen = any(each.has_choices for each in (fitted.target, *fitted.other_targets))
    return FORMAT_VERSION if chosen else choose_format_version(fitted.training)


def _write_documents(group: h5py.Group, fitted: FittedModel) -> None:
    write_json(group, "architecture", encode_architecture(fitted.architecture))
    write_json(group, "training", fitted.training.model_dump(mode="json"))
    write_json(group, "target", fitted.target.model_dump(mode="json"))
    if fitted.other_targets:
        others = [each.model_dump(mode="json") for each in fitted.other_targets]
        write_json(group, "other_targets", {"other_targets": others})
    write_json(group, "features", fitted.features.model_dump(mode="json"))
    hold_outs = [each.model_dump(mode="json", exclude={"group_names"}) for each in fitted.hold_outs]
    write_json(group, "hold_outs", {"hold_outs": hold_outs})
    write_json(group, "run", {"seed": fitted.seed, "versions": dict(fitted.versions)})


def _read_other_targets(
    group: AuditedGroup, architecture: Architecture, training: TrainingSettings
) -> tuple[TargetDescription, ...]:
    if not training.outputs:
        return ()
    if tuple(each.name for each in training.outputs) != architecture.outputs:
        group.refuse("training", "is for other outputs than the network has. The file is damaged")
    return read_model_text(group, "other_targets", _StoredTargets).other_targets


def _check_targets(
    group: AuditedGroup, architecture: Architecture, targets: Sequence[TargetDescription]
) -> None:
    """Refuse targets that are not those of the outputs of the network."""
    if len(targets) != len(architecture.outputs):
        group.refuse("target", "is not that of each output of the network. The file is damaged")
    for name, target in zip(architecture.outputs, targets, strict=True):
        _check_target(group, architecture, name, target)


def _read_target_encodings(
    group: AuditedGroup, architecture: Architecture
) -> tuple[StoredEncoding, ...]:
    encodings = read_encodings(group, "targets", TARGET_ENCODINGS)
    names = [each.name for each in encodings]
    if len(set(names)) != len(names) or not set(names) <= set(architecture.outputs):
        group.refuse("targets", "has other encodings than of the outputs. The file is damaged")
    return encodings


def _check_target(
    group: AuditedGroup, architecture: Architecture, name: str, target: TargetDescription
) -> None:
    """Refuse a target that has not one class or value for each unit of the output."""
    units = infer_shapes(architecture)[name].output[-1]
    is_regression = target.kind == "regression"
    count = target.columns if is_regression else len(target.labels)
    expected = (2, 1) if target.kind == "binary" else (units, units)
    if (count, units) != expected:
        group.refuse(
            "target",
            f"is {target.kind} with {count} {'columns' if is_regression else 'classes'}, which "
            f"does not fit a network with {units} outputs. The file is damaged",
        )


def _check_inputs(
    group: AuditedGroup,
    architecture: Architecture,
    training: TrainingSettings,
    inputs: Sequence[StoredEncoding],
) -> None:
    """Refuse encodings that are not those of the settings, one for each input of the network."""
    names = tuple(dict.fromkeys(each.name for each in inputs))
    expected = architecture.inputs if training.inputs else ()
    if names != expected or len(inputs) != len(training.inputs):
        group.refuse("inputs", "does not hold an encoding for each input. The file is damaged")


def _read_seed(group: AuditedGroup, run: Mapping[str, Any]) -> int | None:
    seed = run.get("seed")
    if seed is not None and not isinstance(seed, int):
        group.refuse("run", "has a seed that is not a whole number. The file is damaged")
    return seed


def _read_hold_outs(group: AuditedGroup) -> tuple[HoldOut, ...]:
    if "hold_outs" not in group:
        return ()
    return read_model_text(group, "hold_outs", _StoredHoldOuts).hold_outs


def _read_trained_rows(group: AuditedGroup) -> NDArray[np.uint64] | None:
    if "trained_rows" not in group:
        return None
    hashes = group.read_array("trained_rows")
    if hashes.dtype != np.uint64 or hashes.ndim != 1 or (hashes[1:] <= hashes[:-1]).any():
        group.refuse("trained_rows", "does not hold hashes in their order. The file is damaged")
    return hashes


def _read_versions(group: AuditedGroup, run: Mapping[str, Any]) -> dict[str, str]:
    versions = run.get("versions")
    if not isinstance(versions, dict):
        group.refuse("run", "has no versions. The file is damaged")
    return {str(name): str(version) for name, version in versions.items()}
