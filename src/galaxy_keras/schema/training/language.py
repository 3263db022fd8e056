"""Language models: networks whose target is the token after each window of their input."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from galaxy_keras.catalogue.encodings import EncodingEntry
from galaxy_keras.catalogue.target_encodings import NEXT, TARGET_ENCODINGS
from galaxy_keras.errors import list_names
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.training.encodings import (
    SIZE,
    InputEncoding,
    resolve_input_encodings,
)
from galaxy_keras.schema.training.output_layer import find_output_layer
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.values.component import Component
from galaxy_keras.schema.values.values import complete_options

_LENGTH, _OUTPUT = "length", "output"
_LOSSES = ("SparseCategoricalCrossentropy", "CategoricalCrossentropy")
_FIRST_KMER = 2
_LETTERS = {"dna": 4, "rna": 4, "protein": 20}
_OF_TOKENS = "characters, words, letters or kmers"


def is_language_model(settings: TrainingSettings) -> bool:
    """Whether a network learns to predict the next token."""
    return any(each.encoding.name == NEXT for each in settings.targets)


def get_step(settings: TrainingSettings) -> int:
    """Return how many tokens there are from the start of one window to that of the next."""
    [target] = settings.targets
    options: dict[str, Any] = complete_options(TARGET_ENCODINGS.get(NEXT), target.encoding.options)
    step: int = options["step"]
    return step


def find_language_problems(architecture: Architecture, settings: TrainingSettings) -> Iterator[str]:
    """Yield what a language model cannot be trained with; nothing for other networks.

    Input and target must be sound in themselves (`schema.training.encodings`).
    """
    if not is_language_model(settings):
        return
    if len(architecture.outputs) > 1:
        yield (
            "--target next is for a network with one output, and this one has "
            f"{len(architecture.outputs)} ({list_names(architecture.outputs)}). Build it with one"
        )
        return
    if len(settings.inputs) != 1:
        yield (
            "--target next is the token after each window of one input, but "
            f"{len(settings.inputs)} encodings of inputs are given. Give one: --input 'characters "
            "...'"
        )
        return
    [chosen] = resolve_input_encodings(architecture, settings)
    problem = _find_order_problem(chosen.entry, chosen.encoding)
    if problem:
        yield problem
        return
    if _get_options(chosen)[_LENGTH] is None:
        yield (
            f"--target next needs the number of tokens of a window, which neither the network nor "
            f"the encoding {chosen.entry.name} says. Give it: --input '{chosen.entry.name} "
            "length=40'"
        )
    if settings.loss.name not in _LOSSES:
        yield (
            "--target next is one of many tokens, whose loss is sparse_categorical_crossentropy "
            "or categorical_crossentropy. Use the first one, which takes less memory"
        )
    yield from _find_unit_problems(architecture, chosen)


def resolve_token_input(architecture: Architecture, settings: TrainingSettings) -> InputEncoding:
    """Return the encoding of the input of a language model, with the size of its vocabulary.

    Where nothing else says it, it is the number of outputs of the network.

    Raises
    ------
    ConfigurationError
        If the encoding does not fit the network.
    """
    [chosen] = resolve_input_encodings(architecture, settings)
    if chosen.entry.parameter(SIZE) is None or chosen.encoding.options.get(SIZE) is not None:
        return chosen
    units = find_output_layer(architecture).units
    options = {**chosen.encoding.options, SIZE: units}
    encoding = Component(name=chosen.encoding.name, options=options)
    return InputEncoding(chosen.name, chosen.shape, encoding)


def _find_order_problem(entry: EncodingEntry, encoding: Component) -> str:
    output = str(complete_options(entry, encoding.options).get(_OUTPUT, ""))
    if entry.axes[output][0] == _LENGTH and entry.one_column:
        return ""
    shown = f"{entry.name} output={output}" if output else entry.name
    return (
        f"--target next is the token after each window of the input, but the encoding {shown} "
        f"gives no tokens in their order. Use {_OF_TOKENS}, with indices or one-hot encoded"
    )


def _find_unit_problems(architecture: Architecture, chosen: InputEncoding) -> Iterator[str]:
    layer = find_output_layer(architecture)
    tokens = _count_tokens(chosen)
    if tokens is None or len(layer.shape) != 2 or layer.units in (None, tokens):
        return
    yield (
        f"--target next is one of the {tokens:,} tokens of the encoding {chosen.entry.name}, but "
        f"{layer.where}, has {layer.units:,} units. Give it {tokens} units, or let the encoding "
        "have as many tokens"
    )


def _count_tokens(chosen: InputEncoding) -> int | None:
    """Return how many tokens there are; None where that follows from the outputs."""
    options = _get_options(chosen)
    if SIZE in options:
        size: int | None = options[SIZE]
        return size
    letters = _LETTERS[options["alphabet"]]
    return letters if "k" not in options else int(letters ** options["k"]) + _FIRST_KMER


def _get_options(chosen: InputEncoding) -> dict[str, Any]:
    options: dict[str, Any] = complete_options(chosen.entry, chosen.encoding.options)
    return options
