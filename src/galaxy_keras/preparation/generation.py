"""Reads and checks a language model and what it goes on with, before Keras is imported."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.data.encodings.encoding import RawColumns
from galaxy_keras.data.encodings.tokens import TokenEncoding
from galaxy_keras.data.predictions import OutputKind, find_output_kind
from galaxy_keras.data.raw_inputs import (
    FittedInput,
    check_shapes,
    make_raw_columns,
    match_columns,
    open_raw_samples,
    restore_input,
)
from galaxy_keras.data.sources.detection import detect_format
from galaxy_keras.errors import ConfigurationError, DataError, ModelFileError, count_things
from galaxy_keras.preparation.batch_sizes import choose_batch_size
from galaxy_keras.preparation.encoding import find_header, warn_about_encodings
from galaxy_keras.preparation.memory import check_memory
from galaxy_keras.schema.architecture.memory import check_network_size, estimate_prediction
from galaxy_keras.schema.architecture.statefulness import find_stateful_layers
from galaxy_keras.schema.requests.generation import GenerationRequest
from galaxy_keras.schema.training.language import is_language_model
from galaxy_keras.schema.training.output_layer import find_output_layer

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Prompt:
    """What a text begins with.

    Attributes
    ----------
    text
        As it was given, or as much of it as the network is shown.
    tokens
        The numbers of its tokens, at least one.
    following
        What the text itself goes on with, where that is asked for.
    """

    text: str
    tokens: NDArray[np.int32]
    following: str = ""


@dataclass(frozen=True, eq=False)
class GenerationPreparation:
    """A run of a language model that has been checked.

    Attributes
    ----------
    fitted
        The model.
    encoding
        The encoding of its input.
    output_kind
        Whether the network gives probabilities or their logits.
    prompts
        What to go on with.
    batch_size
        Texts to compute at once.
    """

    fitted: FittedModel
    encoding: TokenEncoding
    output_kind: OutputKind
    prompts: tuple[Prompt, ...]
    batch_size: int


def prepare_generation(run: GenerationRequest) -> GenerationPreparation:
    """Read the model and the prompts.

    Raises
    ------
    ModelFileError
        If the model is not a fitted one, or cannot be read.
    ConfigurationError
        If it is no language model.
    DataError
        If a prompt cannot be read, or has no token.
    """
    fitted = _read_language_model(run)
    check_network_size(fitted.architecture)
    chosen = _restore_input(run, fitted)
    encoding = _get_tokens(run, fitted, chosen)
    prompts = _make_prompts(run, encoding, _read_prompts(run, chosen))
    _warn_about_short_prompts(prompts, encoding.shape[0])
    warn_about_encodings([chosen])
    batch_size = run.batch_size or choose_batch_size(fitted.architecture)
    rows = min(batch_size, len(prompts) * run.samples)
    check_memory(
        estimate_prediction(fitted.architecture, batch_size=rows, data=0),
        "Lower --batch-size, or ask for more memory for the job",
    )
    return GenerationPreparation(
        fitted,
        encoding=encoding,
        output_kind=find_output_kind(find_output_layer(fitted.architecture), fitted.training),
        prompts=prompts,
        batch_size=batch_size,
    )


def _read_language_model(run: GenerationRequest) -> FittedModel:
    model = read_model(run.model, weights=run.weights, key=run.require_signature)
    if not isinstance(model, FittedModel):
        raise ConfigurationError(
            f"{run.model} is a model builder: it has not been trained yet. "
            "Train it with keras-train-and-eval and give the fitted model"
        )
    if not is_language_model(model.training):
        raise ConfigurationError(
            f"{run.model} is no language model, so that it cannot go on with a text. Build one "
            "with --target next, or use --method predict"
        )
    stateful = list(find_stateful_layers(model.architecture))
    if stateful:
        raise ConfigurationError(*stateful).with_prefix(str(run.model))
    return model


def _restore_input(run: GenerationRequest, fitted: FittedModel) -> FittedInput:
    try:
        inputs = tuple(map(restore_input, fitted.inputs))
        check_shapes(inputs, fitted)
    except ModelFileError as error:
        raise error.with_prefix(str(run.model)) from None
    if len(inputs) != 1:
        raise ModelFileError(
            f"{run.model}: a language model has one input of tokens, but {len(inputs)} encodings "
            "are stored. The file is damaged"
        )
    return inputs[0]


def _get_tokens(run: GenerationRequest, fitted: FittedModel, chosen: FittedInput) -> TokenEncoding:
    """Return the encoding, of whose tokens the network has one output for each."""
    encoding, outputs = chosen.encoding, len(fitted.target.labels)
    if not isinstance(encoding, TokenEncoding) or len(encoding.token_texts) != outputs:
        raise ModelFileError(
            f"{run.model}: the {outputs:,} outputs of the network do not stand for the tokens of "
            f"the encoding {encoding.entry.name}. The file is damaged"
        )
    return encoding


def _read_prompts(run: GenerationRequest, chosen: FittedInput) -> RawColumns:
    """Return the texts as one column."""
    if run.features is None:
        return RawColumns(
            ("prompt",), (list(run.prompts),), lambda row, column: f"--prompt {row + 1}"
        )
    features = find_header(detect_format(run.features), [chosen])
    with open_raw_samples(features) as table:
        layout = table.layout
        left = features.columns.choose(layout.header, layout.count, str(features.path))
        [positions] = match_columns([chosen], layout, left)
        chunks = table.iterate(positions)
        first = next(chunks)
        for chunk in chunks:
            first.columns[0].extend(chunk.columns[0])
    return make_raw_columns(first, chosen.columns)


def _make_prompts(
    run: GenerationRequest, encoding: TokenEncoding, columns: RawColumns
) -> tuple[Prompt, ...]:
    found = encoding.find_tokens(columns)
    empty = next((row for row, tokens in enumerate(found) if not len(tokens)), None)
    if empty is not None:
        raise DataError(
            f"{columns.locate(empty)} has no {encoding.unit} to go on with. Give at least one"
        )
    texts = list(map(str, columns.values[0]))
    if not run.compare:
        return tuple(map(Prompt, texts, found))
    return tuple(_divide(encoding, tokens, run.length) for tokens in found)


def _divide(encoding: TokenEncoding, tokens: NDArray[np.int32], length: int) -> Prompt:
    """Return the window that a text begins with as a prompt, and what follows there."""
    window = encoding.shape[0]
    following = tokens[window : window + length].tolist()
    return Prompt(
        encoding.join_tokens(tokens[:window].tolist()),
        tokens[:window],
        encoding.join_tokens(following, continued=True),
    )


def _warn_about_short_prompts(prompts: Sequence[Prompt], window: int) -> None:
    short = sum(len(prompt.tokens) < window for prompt in prompts)
    if short:
        logger.warning(
            "%s of %s shorter than the %s tokens that the network was trained on: what is missing "
            "in front is filled up with padding, which it never saw.",
            f"{short:,}",
            count_things(len(prompts), "prompt") + (" is" if len(prompts) == 1 else " are"),
            f"{window:,}",
        )
