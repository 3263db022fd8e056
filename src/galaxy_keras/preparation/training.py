"""Checks everything that a training run needs, before Keras is imported."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.artefacts.tables import Features
from galaxy_keras.artefacts.tables.raw import RawCells
from galaxy_keras.catalogue.encodings import Takes
from galaxy_keras.catalogue.precisions import Precision
from galaxy_keras.data.draws import Draw, find_turn, make_strand_draw
from galaxy_keras.data.equal_rows import Hashes, hash_cells, hash_rows
from galaxy_keras.data.examples import Examples, show_examples
from galaxy_keras.data.features import (
    Arrays,
    InputColumns,
    arrange_inputs,
    assign_columns,
    check_indices,
    reorder_in_place,
)
from galaxy_keras.data.raw_inputs import FittedInput, check_pictures, takes_pictures
from galaxy_keras.data.sources.registry import open_source
from galaxy_keras.data.sources.source import SampleSource
from galaxy_keras.data.splitting import Split
from galaxy_keras.data.tabulation import OutputTable
from galaxy_keras.data.targets import Target
from galaxy_keras.data.token_windows import TokenWindows
from galaxy_keras.errors import ConfigurationError, Problems
from galaxy_keras.preparation.encoding import (
    ENCODING_ADVICE,
    ROWS_PER_CHUNK,
    check_input_sizes,
    encode_samples,
    hash_samples,
    warn_about_encodings,
)
from galaxy_keras.preparation.genome import TrainingWindows, read_training_windows
from galaxy_keras.preparation.hold_outs import (
    HeldOutRows,
    choose_seeds,
    hold_out_rows,
    say_seed,
    warn_about_scores,
)
from galaxy_keras.preparation.language import number_prompt, prepare_language_samples
from galaxy_keras.preparation.memory import STREAM_ADVICE, check_memory
from galaxy_keras.preparation.model_to_train import ModelToTrain, read_model_to_train
from galaxy_keras.preparation.one_table import divide_table
from galaxy_keras.preparation.reading import (
    Tables,
    compute_sample_weights,
    read_tables,
)
from galaxy_keras.preparation.targets import (
    OutputTarget,
    check_scorable,
    check_target_scorers,
    choose_strata,
    encode_targets,
    scale_targets,
    tell_positive_classes,
    warn_about_rare_classes,
)
from galaxy_keras.preparation.vectors import LayerVectors, read_layer_vectors
from galaxy_keras.preparation.windows import (
    Windows,
    choose_split,
    find_windows,
    separate_windows,
)
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.architecture.memory import (
    MemoryEstimate,
    estimate_training,
)
from galaxy_keras.schema.requests.runs import TrainingRequest
from galaxy_keras.schema.requests.splits import HoldOut
from galaxy_keras.schema.training.encodings import InputEncoding
from galaxy_keras.schema.training.features import FeatureDescription
from galaxy_keras.schema.training.language import is_language_model
from galaxy_keras.schema.training.monitors import find_validation_problems
from galaxy_keras.schema.training.settings import TrainingSettings

MEMORY_ADVICE = (
    "Lower the batch size (--set batch_size=...), make the network smaller, "
    "or ask for more memory for the job"
)

_Samples = tuple[Features, tuple[InputColumns, ...]]
"""Samples as the network takes them, and what its inputs take of them."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Preparation:
    """A training run that has been checked.

    Attributes
    ----------
    architecture, settings
        The network and how to train it, with all hyperparameters replaced.
    initial_model
        The fitted model that training continues, or None.
    features
        Shape (rows, columns), the columns in the order of the model; a `numpy.memmap` where they
        are kept on disk. Integers may take fewer bytes than what networks compute with. Of a
        language model the windows over its texts.
    feature_description
        What is stored of the features.
    inputs
        The columns that each input of the network takes.
    outputs
        The outputs of the network with their targets, in its order.
    split
        The rows of each subset.
    weights
        Sample weights, in the order of `split.train`, or None.
    seed
        Seed of the weights, the row order and the random layers, or None.
    hold_outs
        How rows were held out of this and all former trainings; empty where they differ.
    trained_rows
        Hashes by which the model knows the training rows again.
    precision
        The dtype policy of the layers; the architecture does not contain it.
    fitted_inputs
        The fitted encodings of the inputs, one for each; empty where features are numbers.
    ids
        The names of all rows, where the table of features has them.
    examples
        The scored samples as people read them, with the numbers of their rows in the file; None
        where nobody asks for them.
    vectors
        What Embedding layers begin with instead of random numbers.
    sample_prompt
        The tokens that a language model goes on with after each epoch, or None.
    draw
        What draws samples anew in each epoch of training; None where they stay as they are.
    """

    architecture: Architecture
    settings: TrainingSettings
    initial_model: FittedModel | None
    features: NDArray[Any] | TokenWindows
    feature_description: FeatureDescription
    inputs: tuple[InputColumns, ...]
    outputs: tuple[OutputTarget, ...]
    split: Split
    weights: NDArray[np.float32] | None
    seed: int | None
    hold_outs: tuple[HoldOut, ...]
    trained_rows: NDArray[np.uint64]
    precision: Precision
    fitted_inputs: tuple[FittedInput, ...] = ()
    ids: OutputTable | None = None
    examples: Examples | None = None
    vectors: tuple[LayerVectors, ...] = ()
    sample_prompt: NDArray[np.int32] | None = None

    draw: Draw | None = None

    @property
    def arrays(self) -> Arrays:
        """What each input of the network takes, shape (rows, ...)."""
        if isinstance(self.features, TokenWindows):
            # They have what is used of arrays: rows, shape and data type.
            return [cast("NDArray[Any]", self.features)]
        return arrange_inputs(self.features, self.inputs)

    def iterate_rows(self) -> Iterator[NDArray[Any]]:
        """Yield what the network sees of all rows, shape (rows, numbers of a sample)."""
        if not isinstance(self.features, TokenWindows):
            yield self.features
            return
        for start in range(0, len(self.features), ROWS_PER_CHUNK):
            rows = self.features[start : start + ROWS_PER_CHUNK]
            yield rows.reshape(len(rows), -1)


def prepare_training(run: TrainingRequest) -> Preparation:
    """Read and check the model, the tables, the target, the split and the scorers.

    Raises
    ------
    GalaxyKerasError
        With all problems that can be distinguished.
    """
    problems = Problems()
    model = problems.attempt(lambda: read_model_to_train(run))
    if model is not None and is_language_model(model.settings):
        return _prepare_language_model(run, model)
    return _prepare_samples(run, model, problems)


def _prepare_samples(
    run: TrainingRequest, model: ModelToTrain | None, problems: Problems
) -> Preparation:
    """Read and check samples and what the network is to answer for each."""
    if model is None and not run.has_target:
        # Whether that is a problem depends on the model.
        problems.fail()
    if run.sample_prompt is not None:
        raise ConfigurationError(
            "--sample-prompt shows what a language model goes on with, and this network is none. "
            "Leave the option out, or build the network with --target next"
        )
    if run.windows is None:
        run = divide_table(run, None if model is None else model.settings)
    source = open_source(run.features)
    encodings = () if model is None else model.encodings
    if model is not None:
        check_pictures(run.features, encodings)
    tables = read_tables(run, source, encodings, problems) if run.windows is None else Tables()
    if model is None:
        problems.fail()
    run = choose_split(run, encodings)
    given = run
    run = choose_seeds(given, model.settings.seed, model.initial_model)
    with problems.collecting():
        _check_seed(run)
    genome = problems.attempt(lambda: read_training_windows(run, model))
    if genome is not None:
        tables = problems.attempt(lambda: genome.make_tables(run)) or tables
        run = genome.name_chromosomes(run)
    samples = problems.attempt(lambda: _assign_columns(source, model, tables.features))
    readable = samples is not None or tables.cells is not None
    targets = problems.attempt(lambda: encode_targets(run, model, tables.target))
    scorers = problems.attempt(lambda: check_target_scorers(run, model, targets))
    if not readable or targets is None or scorers is None or problems:
        problems.fail()
    windows = find_windows(tables.cells, run.features, encodings)
    targets, tables = _take_windows(windows, targets, tables)
    outputs = tuple(map(OutputTarget, model.outputs, targets, scorers))
    tell_positive_classes(run, model, outputs)
    hashes = (
        genome.hashes
        if genome is not None
        else _hash_samples(run, samples, tables.cells, encodings)
    )
    held_out = _hold_out(run, hashes, targets, tables, windows, genome)
    split = held_out.split
    with problems.collecting():
        _check_monitors(model.settings, split)
    with problems.collecting():
        check_scorable(outputs, split)
    fitted_inputs = () if genome is None else genome.fitted_inputs
    if samples is None:
        problems.raise_if_any()
        rows = split.train if windows is None else windows.list_rows(split.train)
        samples, fitted_inputs = _encode_cells(run, model, encodings, tables.cells, rows)
    features, inputs = samples
    with problems.collecting():
        _check_strands(run, fitted_inputs)
        _check_memory(model, features.values, split)
    vectors = problems.attempt(lambda: read_layer_vectors(run, model, fitted_inputs))
    scaled = problems.attempt(lambda: scale_targets(model, outputs, split))
    weights = problems.attempt(lambda: compute_sample_weights(run, tables, targets, split.train))
    problems.raise_if_any()
    say_seed(given, run)
    is_table = genome is None and not takes_pictures(encodings)
    warn_about_scores(
        held_out,
        features if is_table else None,
        targets,
        model.settings,
        model.initial_model,
        _list_categories(tables.cells, features, encodings) if genome is None else None,
    )
    _warn_about_batch_size(model.settings.batch_size, len(split.train))
    if model.settings.has_encodings:
        warn_about_rare_classes(outputs, split)
    return Preparation(
        architecture=model.architecture,
        settings=model.settings,
        initial_model=model.initial_model,
        features=features.values,
        feature_description=_describe_features(source, features, model.initial_model),
        inputs=inputs,
        outputs=scaled or (),
        split=split,
        weights=weights,
        seed=run.seed,
        hold_outs=held_out.find_common(model.initial_model),
        trained_rows=held_out.sample_trained_rows(model.initial_model),
        precision=run.precision,
        fitted_inputs=fitted_inputs,
        ids=tables.ids,
        vectors=vectors or (),
        examples=_show_examples(run, tables.cells, features, split, windows, genome),
        draw=_make_draw(fitted_inputs, features, genome),
    )


def _make_draw(
    fitted: Sequence[FittedInput], features: Features, genome: TrainingWindows | None
) -> Draw | None:
    if genome is not None:
        return genome.make_draw(features)
    return make_strand_draw(fitted, features.values)


def _prepare_language_model(given: TrainingRequest, model: ModelToTrain) -> Preparation:
    """Read and check texts, of which the network predicts the next token."""
    seeded = choose_seeds(given, model.settings.seed, model.initial_model)
    _check_seed(seeded)
    samples = prepare_language_samples(seeded, model)
    windows, split = samples.windows, samples.held_out.split
    (output,) = model.outputs
    _check_monitors(model.settings, split)
    _check_memory(model, windows, split)
    say_seed(given, seeded)
    _warn_about_batch_size(model.settings.batch_size, len(split.train))
    count = math.prod(windows.sample_shape)
    description = FeatureDescription(count=count, dtype=windows.dtype.name)
    return Preparation(
        architecture=model.architecture,
        settings=model.settings,
        initial_model=model.initial_model,
        features=windows,
        feature_description=description,
        inputs=assign_columns(model.architecture, count, ENCODING_ADVICE),
        outputs=(OutputTarget(output, samples.target, samples.scorers),),
        split=split,
        weights=None,
        seed=seeded.seed,
        hold_outs=samples.held_out.find_common(model.initial_model),
        trained_rows=samples.held_out.sample_trained_rows(model.initial_model),
        precision=seeded.precision,
        fitted_inputs=(samples.fitted,),
        ids=samples.ids,
        vectors=read_layer_vectors(seeded, model, [samples.fitted]),
        sample_prompt=number_prompt(seeded.sample_prompt, windows.encoding),
    )


def estimate_memory(
    architecture: Architecture,
    settings: TrainingSettings,
    features: NDArray[Any] | TokenWindows,
    rows: int,
) -> MemoryEstimate:
    """Estimate the memory that training on `rows` rows of `features` needs."""
    # Splits are indices into one table; one on disk, or on demand, needs no memory of its own.
    in_memory = isinstance(features, np.ndarray) and not isinstance(features, np.memmap)
    return estimate_training(
        architecture,
        settings.optimizer,
        batch_size=min(settings.batch_size, rows),
        data=features.nbytes if in_memory else 0,
    )


def _assign_columns(
    source: SampleSource[Any], model: ModelToTrain, features: Features | None
) -> tuple[Features, tuple[InputColumns, ...]] | None:
    if features is None:
        return None
    if model.initial_model is not None:
        order = source.match(features, model.initial_model.features)
        features = features if order is None else reorder_in_place(features, order)
    count = features.values.shape[1]
    sample = source.find_sample_shape(count)
    inputs = assign_columns(model.architecture, count, source.width_advice, sample)
    check_indices(features, inputs, source.locate)
    return features, inputs


def _hash_samples(
    run: TrainingRequest,
    samples: _Samples | None,
    cells: RawCells | None,
    encodings: tuple[InputEncoding, ...],
) -> Hashes:
    if samples is not None:
        return hash_rows(samples[0].values)
    return hash_cells(()) if cells is None else hash_samples(cells, run.features, encodings)


def _list_categories(
    cells: RawCells | None, features: Features, encodings: Sequence[InputEncoding]
) -> Iterable[Sequence[Any]] | None:
    """Return the columns where all of them may hold categories, which text and series do not."""
    if cells is None:
        return cast("Iterable[Sequence[Any]]", features.values.T)
    whole = (each.entry.takes in (Takes.ANY, Takes.NUMBERS) for each in encodings)
    spans = any(each.entry.spans_rows for each in encodings)
    return cells.columns if all(whole) and not spans else None


def _take_windows(
    windows: Windows | None, targets: tuple[Target, ...], tables: Tables
) -> tuple[tuple[Target, ...], Tables]:
    """Return what belongs to the samples, of what belongs to the rows."""
    if windows is None:
        return targets, tables
    return tuple(each.take(windows.ends) for each in targets), tables.take_windows(windows)


def _hold_out(
    run: TrainingRequest,
    hashes: Hashes,
    targets: Sequence[Target],
    tables: Tables,
    windows: Windows | None,
    genome: TrainingWindows | None,
) -> HeldOutRows:
    """Hold samples out, which are rows of numbers `hashes`, or windows over them."""
    if windows is None:
        groups = None if genome is None else genome.groups
        return hold_out_rows(run, hashes, choose_strata(targets), tables.groups, groups)
    held_out = hold_out_rows(run, windows.hash(hashes), choose_strata(targets), tables.groups)
    return replace(held_out, split=separate_windows(windows, held_out.split, run))


def _show_examples(
    run: TrainingRequest,
    cells: RawCells | None,
    features: Features,
    split: Split,
    windows: Windows | None,
    genome: TrainingWindows | None,
) -> Examples | None:
    if "examples" not in run.outputs:
        return None
    if genome is not None:
        return genome.show_examples(split.test)
    rows = split.test if windows is None else windows.ends[split.test]
    return show_examples(cells, features, rows)


def _encode_cells(
    run: TrainingRequest,
    model: ModelToTrain,
    encodings: tuple[InputEncoding, ...],
    cells: RawCells | None,
    rows: NDArray[np.intp],
) -> tuple[_Samples, tuple[FittedInput, ...]]:
    """Return encoded samples, what the inputs take of them, and the encodings."""
    if cells is None:
        raise TypeError("there are neither features nor raw samples")
    encoded = encode_samples(
        cells, run.features, encodings, rows, model.initial_model, on_disk=run.stream
    )
    features = Features(
        values=encoded.values,
        names=encoded.names,
        columns=tuple(range(1, encoded.values.shape[1] + 1)),
        first_row=cells.first_row,
    )
    inputs = assign_columns(
        model.architecture, features.values.shape[1], ENCODING_ADVICE, encoded.sample_shape
    )
    check_input_sizes(inputs, encoded.fitted)
    check_indices(features, inputs, lambda row, column: f"{run.features.path}, row {row}")
    warn_about_encodings(encoded.fitted)
    return (features, inputs), encoded.fitted


def _describe_features(
    source: SampleSource[Any], features: Features, initial_model: FittedModel | None
) -> FeatureDescription:
    return source.describe(features) if initial_model is None else initial_model.features


def _check_memory(model: ModelToTrain, features: NDArray[Any] | TokenWindows, split: Split) -> None:
    rows = len(split.train)
    estimate = estimate_memory(model.architecture, model.settings, features, rows)
    most_is_data = estimate.data > estimate.weights + estimate.activations
    check_memory(
        estimate,
        f"{STREAM_ADVICE}, or ask for more memory for the job" if most_is_data else MEMORY_ADVICE,
    )


def _check_seed(run: TrainingRequest) -> None:
    if run.checkpoint is not None and run.seed is None:
        raise ConfigurationError(
            "--checkpoint needs a seed so that training goes on as it would have without the "
            "break. Give --seed"
        )
    if run.cluster is not None and run.seed is None:
        raise ConfigurationError(
            "--cluster needs a seed so that all processes draw the same batches. Give --seed"
        )


def _check_strands(run: TrainingRequest, fitted: Sequence[FittedInput]) -> None:
    if len(fitted) > 1 and any(each.encoding.draws_strands for each in fitted):
        raise ConfigurationError(
            "reverse_complement=train and average are for a network with one encoding: strands are "
            "drawn for one input. Use reverse_complement=false (--set "
            "NAME__reverse_complement=false)"
        )
    if run.cluster is not None and find_turn(fitted) is not None:
        raise ConfigurationError(
            "reverse_complement=average cannot be combined with --cluster, whose processes do not "
            "average the outputs of strands. Use reverse_complement=train (--set "
            "input__reverse_complement=train)"
        )


def _check_monitors(settings: TrainingSettings, split: Split) -> None:
    found = [] if len(split.validation) else list(find_validation_problems(settings))
    if found:
        raise ConfigurationError(*found)


def _warn_about_batch_size(batch_size: int, rows: int) -> None:
    if batch_size > rows:
        logger.warning(
            "The batch size of %d is above the %d training rows: each epoch has a single update.",
            batch_size,
            rows,
        )
