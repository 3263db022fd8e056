"""A network as a graph of layers, before any of them is built."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal

from galaxy_keras.errors import MAX_PROBLEMS_SHOWN, ConfigurationError, Problems, suggest
from galaxy_keras.schema.architecture.names import check_name

INPUT = "InputLayer"
MAX_LAYERS = 5_000

ModelKind = Literal["sequential", "functional"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerNode:
    """One call of one layer: what Keras calls a node.

    Attributes
    ----------
    name
        Unique in its architecture. The second and further calls of a layer are named after the
        layer: ``encoder@2``, ``encoder@3``.
    type
        The canonical name in the catalogue; ``Sequential`` or ``Functional`` for a nested model.
    options
        Checked options in canonical form, without defaults.
    inbound
        The names of the layers whose outputs it takes, in the order in which it takes them;
        empty for an input.
    trainable
        Whether training changes its weights.
    dtype
        The dtype policy (``float32``, ``mixed_float16`` ...) where it is not the default.
    causal
        Whether positions attend to earlier ones only; for attention layers.
    shared_with
        The name of the layer whose weights this call shares; None for the first call.
    model
        The architecture of a nested model; None for a single layer.
    """

    name: str
    type: str
    options: Mapping[str, Any] = field(default_factory=dict)
    inbound: tuple[str, ...] = ()
    trainable: bool = True
    dtype: str | None = None
    causal: bool = False
    shared_with: str | None = None
    model: Architecture | None = None

    @property
    def is_input(self) -> bool:
        """Whether data enter the model here."""
        return self.type == INPUT

    @property
    def title(self) -> str:
        """The layer in a message: its type and its name."""
        return f'{self.type} "{self.name}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """A sequential or functional model: layers in the order in which they are computed.

    In a sequential model the first layer is an `InputLayer` too, as in a functional one.

    Attributes
    ----------
    name
        The name of the model.
    kind
        ``sequential`` or ``functional``.
    layers
        The layers, each after those whose outputs it takes.
    inputs, outputs
        The names of the layers whose outputs are the inputs and the outputs of the model.
    derived
        Results of functions of the architecture that keep them here, by function name
        (`infer_shapes`).

    Raises
    ------
    ConfigurationError
        If names are repeated or unknown, a layer comes before one whose output it takes, an output
        is not used, or there are more than `MAX_LAYERS` layers.
    """

    name: str
    kind: ModelKind
    layers: tuple[LayerNode, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    derived: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check_graph(self)

    @classmethod
    def sequential(cls, name: str, layers: tuple[LayerNode, ...]) -> Architecture:
        """Return the sequential model of `layers`, the first of them an input."""
        return cls(
            name=name,
            kind="sequential",
            layers=layers,
            inputs=tuple(layer.name for layer in layers[:1]),
            outputs=tuple(layer.name for layer in layers[-1:]),
        )

    def layer(self, name: str) -> LayerNode:
        """Return the layer called `name`."""
        return next(layer for layer in self.layers if layer.name == name)

    @property
    def output_layers(self) -> tuple[LayerNode, ...]:
        """The layers whose outputs are the model's."""
        return tuple(self.layer(name) for name in self.outputs)

    @property
    def input_layers(self) -> tuple[LayerNode, ...]:
        """The layers through which data enter the model."""
        return tuple(self.layer(name) for name in self.inputs)

    def number(self, name: str) -> int:
        """Return the number of a layer as its author counts, from 1.

        The input of a sequential model has the number 0: it is given by its shape, not as a layer.
        """
        index = next(index for index, layer in enumerate(self.layers) if layer.name == name)
        return index if self.kind == "sequential" else index + 1

    def describe(self, name: str) -> str:
        """Return the number, type and name of a layer for a message."""
        layer = self.layer(name)
        if layer.is_input:
            return f'the input "{name}"'
        return f"layer {self.number(name)} ({layer.title})"


def check_count(count: int) -> None:
    """Raise a `ConfigurationError` if a model has more than `MAX_LAYERS` layers."""
    if count > MAX_LAYERS:
        raise ConfigurationError(f"there are {count} layers, but at most {MAX_LAYERS} can be used")


def _check_graph(architecture: Architecture) -> None:
    check_count(len(architecture.layers))
    for check in (_check_names, _check_order, _check_inputs_and_outputs, _check_calls):
        problems = Problems()
        # Only as many as are shown, because looking for similar names takes time.
        for error in islice(check(architecture), MAX_PROBLEMS_SHOWN):
            problems.add(error)
        problems.raise_if_any()


def _check_names(architecture: Architecture) -> Iterator[ConfigurationError]:
    first_calls: dict[str, str] = {}
    for number, layer in enumerate(architecture.layers, architecture.kind == "functional"):
        where = f"layer {number} ({layer.title})"
        try:
            check_name(layer.name)
        except ConfigurationError as error:
            yield error.with_prefix(where)
        if layer.name in first_calls:
            yield ConfigurationError(
                f"{where} has the same name as {first_calls[layer.name]}. "
                "Give one of them another name"
            )
        first_calls.setdefault(layer.name, where)


def _check_order(architecture: Architecture) -> Iterator[ConfigurationError]:
    names = {layer.name for layer in architecture.layers}
    before: set[str] = set()
    for layer in architecture.layers:
        for source in _sources(layer):
            if source not in before:
                here = architecture.describe(layer.name)
                yield ConfigurationError(f"{here} {_describe_missing(source, names)}")
        before.add(layer.name)


def _sources(layer: LayerNode) -> tuple[str, ...]:
    return layer.inbound if layer.shared_with is None else (*layer.inbound, layer.shared_with)


def _describe_missing(source: str, names: set[str]) -> str:
    if source in names:
        return f'needs "{source}", which does not come before it. Put that layer above it'
    return f'needs "{source}", but no layer has this name.{suggest(source, names)}'


def _check_inputs_and_outputs(architecture: Architecture) -> Iterator[ConfigurationError]:
    inputs = {layer.name for layer in architecture.layers if layer.is_input}
    names = {layer.name for layer in architecture.layers}
    if not architecture.inputs:
        yield ConfigurationError("there is no input. Give the input shape, or an Input layer")
    if names == inputs:
        yield ConfigurationError("there are no layers. Give at least one layer after the input")
    for name in architecture.inputs:
        if name not in inputs:
            yield ConfigurationError(
                f'the input "{name}" is not an Input layer.{suggest(name, inputs)}'
            )
    for name in architecture.outputs:
        if name not in names:
            yield ConfigurationError(
                f'the output "{name}" is not the name of a layer.{suggest(name, names)}'
            )


def _check_calls(architecture: Architecture) -> Iterator[ConfigurationError]:
    used = {*architecture.outputs}.union(*(_sources(layer) for layer in architecture.layers))
    for layer in architecture.layers:
        for problem in _find_problems(architecture, layer, used):
            yield ConfigurationError(f"{architecture.describe(layer.name)} {problem}")


def _find_problems(architecture: Architecture, layer: LayerNode, used: set[str]) -> Iterator[str]:
    if layer.is_input and layer.inbound:
        yield "takes the output of another layer, which an Input layer cannot. Remove its inputs"
    if not layer.is_input and not layer.inbound:
        yield "has no inputs. Name the layers whose outputs it takes"
    if layer.is_input and layer.name not in architecture.inputs:
        yield "is missing from the list of inputs"
    if layer.name not in used:
        yield (
            "has an output that is not used. Name it in the inputs of another layer, "
            "or in the outputs of the model"
        )
