"""Goes on with texts by a language model, token by token."""

from __future__ import annotations

import logging
import math
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from galaxy_keras.artefacts.tables import write_table
from galaxy_keras.data.encodings.tokens import TokenEncoding
from galaxy_keras.data.predictions import OutputKind
from galaxy_keras.data.token_sampling import (
    SamplingOptions,
    adjust_probabilities,
    draw_tokens,
    keep_allowed,
)
from galaxy_keras.errors import ModelFileError, escape_name
from galaxy_keras.learning.building import build_model
from galaxy_keras.learning.computing import (
    choose_acceleration,
    choose_loops,
    translating_missing_operations,
    warn_about_precision,
)
from galaxy_keras.learning.devices.devices import prepare_device, translating_out_of_memory
from galaxy_keras.learning.weights import restore_weights
from galaxy_keras.preparation.generation import GenerationPreparation
from galaxy_keras.schema.architecture.precision import apply_precision
from galaxy_keras.schema.requests.generation import GenerationRequest

SAMPLE_LENGTH: Final = 60
"""Tokens of a line in the log of a training."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Continuations:
    """What texts go on with.

    Attributes
    ----------
    tokens
        The numbers of the tokens, shape (texts, length).
    log_probabilities
        The sum of the natural logarithms of their probabilities by the network, shape (texts,).
    """

    tokens: NDArray[np.int64]
    log_probabilities: NDArray[np.float64]


class TextGenerator:
    """A language model that goes on with texts.

    Parameters
    ----------
    model
        The network; its weights may change from one text to the next.
    encoding
        The encoding of its input.
    output_kind
        Whether it gives probabilities or their logits.
    """

    def __init__(
        self, model: keras.Model, encoding: TokenEncoding, output_kind: OutputKind
    ) -> None:
        self._encoding = encoding
        self._length = encoding.shape[0]
        self._allowed = np.array([text is not None for text in encoding.token_texts])
        self._step = _make_step(model, encoding, is_logit=output_kind == "logit")

    def go_on(
        self,
        prompts: Sequence[NDArray[np.int32]],
        uniform: NDArray[np.float64],
        options: SamplingOptions,
    ) -> Continuations:
        """Return what each prompt goes on with.

        Parameters
        ----------
        prompts
            The numbers of the tokens of each; the network sees the last ones.
        uniform
            Random numbers from 0 to below 1 that decide on the tokens, shape (prompts, length).
        options
            How tokens are drawn.

        Raises
        ------
        ModelFileError
            If the network gives numbers that are not finite.
        """
        windows = self._make_windows(prompts)
        rows = np.arange(len(windows))
        tokens = np.empty(uniform.shape, np.int64)
        logarithms = np.zeros(len(windows))
        for position in range(uniform.shape[1]):
            probabilities = keep_allowed(self._compute(windows), self._allowed)
            chosen = draw_tokens(adjust_probabilities(probabilities, options), uniform[:, position])
            logarithms += np.log(probabilities[rows, chosen])
            tokens[:, position] = chosen
            windows[:, :-1] = windows[:, 1:]
            windows[:, -1] = chosen
        return Continuations(tokens, logarithms)

    def _make_windows(self, prompts: Sequence[NDArray[np.int32]]) -> NDArray[np.int32]:
        windows = np.full((len(prompts), self._length), self._encoding.padding, np.int32)
        for window, prompt in zip(windows, prompts, strict=True):
            last = prompt[-self._length :]
            window[self._length - len(last) :] = last
        return windows

    def _compute(self, windows: NDArray[np.int32]) -> NDArray[np.float32]:
        outputs: NDArray[np.float32] = self._step(self._encoding.encode_tokens(windows)).numpy()
        if not np.isfinite(outputs).all():
            raise ModelFileError(
                "the network computes numbers that are not finite: its training diverged, or the "
                "file is damaged. Train the network again"
            )
        return outputs


class SampleLogger(keras.callbacks.Callback):  # type: ignore[misc]
    """Logs after each epoch what the most probable tokens are, so that one sees it learn.

    Parameters
    ----------
    generator
        The model in training.
    encoding
        The encoding of its input.
    prompt
        The numbers of the tokens to go on with.
    """

    def __init__(
        self, generator: TextGenerator, encoding: TokenEncoding, prompt: NDArray[np.int32]
    ) -> None:
        super().__init__()
        self._generator = generator
        self._encoding = encoding
        self._prompt = prompt

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Log the text, unless training diverged."""
        if not math.isfinite((logs or {}).get("loss", 0.0)):
            return
        greedy = SamplingOptions(temperature=0)
        uniform = np.zeros((1, SAMPLE_LENGTH))
        tokens = self._generator.go_on([self._prompt], uniform, greedy).tokens[0]
        text = self._encoding.join_tokens([*self._prompt.tolist(), *tokens.tolist()])
        logger.info("After epoch %d: %s", epoch + 1, escape_name(text, len(text)))


def generate_table(preparation: GenerationPreparation, run: GenerationRequest) -> int:
    """Go on with all prompts, write the table, and return the number of texts.

    Raises
    ------
    ModelFileError
        If the weights do not fit the network, or it gives numbers that are not finite.
    DataError
        If the output cannot be written.
    MemoryError
        If the machine or the GPU has too little memory.
    """
    fitted = preparation.fitted
    architecture = apply_precision(fitted.architecture, run.precision)
    texts = len(preparation.prompts) * run.samples
    accelerate = choose_acceleration(run.accelerate, architecture, texts * run.length)
    kind = prepare_device(run.device)
    warn_about_precision(run.precision, kind)
    with translating_out_of_memory(), translating_missing_operations(run.precision):
        model = build_model(architecture)
        choose_loops(model, architecture, accelerate=accelerate)
        restore_weights(model, fitted.weights)
        generator = TextGenerator(model, preparation.encoding, preparation.output_kind)
        found = _go_on_in_batches(generator, preparation, run)
    _write(preparation, run, found)
    return texts


def _go_on_in_batches(
    generator: TextGenerator, preparation: GenerationPreparation, run: GenerationRequest
) -> Continuations:
    seed = secrets.randbits(32) if run.seed is None else run.seed
    options = SamplingOptions(run.temperature, run.top_k, run.top_p)
    pairs = [
        (number, sample)
        for number in range(len(preparation.prompts))
        for sample in range(run.samples)
    ]
    found = []
    for start in range(0, len(pairs), preparation.batch_size):
        batch = pairs[start : start + preparation.batch_size]
        prompts = [preparation.prompts[number].tokens for number, _ in batch]
        # Of the text's own numbers, so that batches do not change it.
        uniform = [np.random.default_rng([seed, *pair]).random(run.length) for pair in batch]
        found.append(generator.go_on(prompts, np.array(uniform), options))
    return Continuations(
        np.concatenate([each.tokens for each in found]),
        np.concatenate([each.log_probabilities for each in found]),
    )


def _write(
    preparation: GenerationPreparation, run: GenerationRequest, found: Continuations
) -> None:
    prompts = [prompt for prompt in preparation.prompts for _ in range(run.samples)]
    texts = [
        preparation.encoding.join_tokens(tokens, continued=True) for tokens in found.tokens.tolist()
    ]
    samples = np.tile(np.arange(1, run.samples + 1), len(preparation.prompts))
    columns: dict[str, NDArray[Any]] = {
        "prompt": _make_cells([prompt.text for prompt in prompts]),
        "sample": samples,
        "text": _make_cells(texts),
        "log_probability": found.log_probabilities,
    }
    if run.compare:
        columns["following"] = _make_cells([prompt.following for prompt in prompts])
    write_table(run.output, list(columns), list(columns.values()))


def _make_cells(texts: Sequence[str]) -> NDArray[Any]:
    """Return texts without line ends and other characters that end a cell."""
    return np.array([escape_name(text, max(len(text), 1)) for text in texts], object)


def _make_step(model: keras.Model, encoding: TokenEncoding, *, is_logit: bool) -> Any:
    def step(windows: Any) -> Any:
        outputs = keras.ops.cast(model(windows, training=False), "float32")
        return keras.ops.softmax(outputs) if is_logit else outputs

    # Traced once for any number of texts.
    signature = tf.TensorSpec((None, *encoding.shape), encoding.dtype)
    return tf.function(step, input_signature=[signature])
