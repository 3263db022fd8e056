"""Output shapes and weights of all layers of an architecture."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.architecture.shapes.advice import advise_on_dimensions
from galaxy_keras.schema.architecture.shapes.rule import (
    ConflictError,
    LayerShape,
    Shape,
    ShapeMismatchError,
    format_shape,
)
from galaxy_keras.schema.architecture.shapes.rules import infer_layer, make_layer_config
from galaxy_keras.schema.values.plain_values import MAX_INTEGER


@dataclass(frozen=True, slots=True)
class LayerShapes:
    """The `LayerShape` of each layer, by name.

    A layer that is called several times has its weights at the first call.
    """

    layers: Mapping[str, LayerShape]

    def __getitem__(self, name: str) -> LayerShape:
        return self.layers[name]

    @property
    def trainable(self) -> int:
        """The number of trainable parameters."""
        return sum(layer.trainable for layer in self.layers.values())

    @property
    def non_trainable(self) -> int:
        """The number of non-trainable parameters."""
        return sum(layer.non_trainable for layer in self.layers.values())

    @property
    def parameters(self) -> int:
        """The number of all parameters."""
        return self.trainable + self.non_trainable


def infer_shapes(architecture: Architecture) -> LayerShapes:
    """Return the output shape and the weights of each layer, as Keras would build them.

    They are inferred once per architecture, which is immutable and keeps them.

    Raises
    ------
    ConfigurationError
        If a layer cannot take its inputs: with the number and name of both layers, both
        shapes, and what to do.
    """
    known: LayerShapes | None = architecture.derived.get("infer_shapes")
    if known is None:
        inputs = [tuple(layer.options["batch_shape"]) for layer in architecture.input_layers]
        known = architecture.derived["infer_shapes"] = _infer(architecture, inputs)
    return known


def _infer(architecture: Architecture, inputs: Sequence[Shape]) -> LayerShapes:
    shapes = {
        name: LayerShape(shape) for name, shape in zip(architecture.inputs, inputs, strict=True)
    }
    for layer in architecture.layers:
        if not layer.is_input:
            shapes[layer.name] = _infer_node(architecture, layer, shapes)
        _check_output_size(architecture.describe(layer.name), shapes[layer.name].output)
    return LayerShapes(shapes)


def _check_output_size(where: str, shape: Shape) -> None:
    """Raise a `ConfigurationError` if no machine can count the values of an output."""
    if math.prod(size or 1 for size in shape[1:]) > MAX_INTEGER:
        raise ConfigurationError(
            f"{where}: its output has more than {MAX_INTEGER:,} values a sample, which no machine "
            "can hold. Make the layer smaller, or its input"
        )


def _infer_node(
    architecture: Architecture, layer: LayerNode, shapes: Mapping[str, LayerShape]
) -> LayerShape:
    inputs = [shapes[name].output for name in layer.inbound]
    try:
        if layer.model is not None:
            found = _infer_nested(layer.model, inputs)
        else:
            found = infer_layer(make_layer_config(layer.type, layer.options), inputs)
    except ShapeMismatchError as mismatch:
        raise ConfigurationError(
            _describe_mismatch(architecture, layer, inputs, mismatch)
        ) from mismatch
    except ConflictError as conflict:
        here = architecture.describe(layer.name)
        raise ConfigurationError(f"{here}: {conflict}") from conflict
    except ConfigurationError as error:
        raise error.with_prefix(architecture.describe(layer.name)) from error
    if layer.shared_with is not None:
        _check_same_weights(architecture, layer, found, shapes[layer.shared_with])
        return LayerShape(found.output)
    return found if layer.trainable else _freeze(found)


def _infer_nested(model: Architecture, inputs: Sequence[Shape]) -> LayerShape:
    declared = [tuple(each.options["batch_shape"]) for each in model.input_layers]
    if len(declared) != len(inputs):
        raise ShapeMismatchError(f"it has {len(declared)} inputs, but gets {len(inputs)}")
    for expected, actual in zip(declared, inputs, strict=True):
        if len(expected) != len(actual) or any(
            None not in pair and pair[0] != pair[1] for pair in zip(expected, actual, strict=True)
        ):
            raise ShapeMismatchError(
                f"its input is {format_shape(expected)}, but it gets {format_shape(actual)}"
            )
    found = _infer(model, inputs)
    weights = tuple(
        replace(weight, name=f"{name}/{weight.name}")
        for name, shape in found.layers.items()
        for weight in shape.weights
    )
    return LayerShape(found[model.outputs[0]].output, weights)


def _freeze(found: LayerShape) -> LayerShape:
    return LayerShape(
        found.output, tuple(replace(weight, trainable=False) for weight in found.weights)
    )


def _check_same_weights(
    architecture: Architecture, layer: LayerNode, found: LayerShape, first: LayerShape
) -> None:
    if [each.shape for each in found.weights] != [each.shape for each in first.weights]:
        raise ConfigurationError(
            f"{architecture.describe(layer.name)} shares the weights of "
            f"{architecture.describe(str(layer.shared_with))}, but gets an input that needs "
            "weights of another shape. Give both calls inputs of the same shape"
        )


def _describe_mismatch(
    architecture: Architecture,
    layer: LayerNode,
    inputs: Sequence[Shape],
    mismatch: ShapeMismatchError,
) -> str:
    here = architecture.describe(layer.name)
    sources = [architecture.describe(name) for name in layer.inbound]
    advice = mismatch.advice
    if mismatch.expected:
        source = architecture.layer(layer.inbound[0])
        advice = advise_on_dimensions(mismatch.expected, inputs[0], source, sources[0])
    verb = "follow" if len(sources) == 1 else "join"
    problem = f"{here} cannot {verb} {' and '.join(sources)}: {mismatch.reason}"
    return f"{problem}. {advice}" if advice else problem
