"""Wrappers: layers around another layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from galaxy_keras.schema.architecture.shapes.rule import (
    ConflictError,
    LayerConfig,
    LayerShape,
    Shape,
    ShapeMismatchError,
    Weight,
    format_shape,
)

InferLayer = Callable[[LayerConfig, Sequence[Shape]], LayerShape]


def infer_time_distributed(
    config: LayerConfig, inputs: Sequence[Shape], infer: InferLayer
) -> LayerShape:
    """TimeDistributed: the layer applied to each step."""
    shape = inputs[0]
    if len(shape) < 3:
        raise ShapeMismatchError(
            f"it needs (steps, ...), at least two dimensions, but gets {format_shape(shape)}",
            expected=("steps", "features"),
        )
    inner = infer(config["layer"], [(shape[0], *shape[2:])])
    batch, *sizes = inner.output
    return LayerShape((batch, shape[1], *sizes), inner.weights)


def infer_bidirectional(
    config: LayerConfig, inputs: Sequence[Shape], infer: InferLayer
) -> LayerShape:
    """Bidirectional: a recurrent layer forwards, and it or another one backwards."""
    _check_directions(config)
    layer = config["layer"]
    forward_shape = infer(layer, inputs)
    backward_shape = infer(config["backward_layer"] or layer, inputs)
    if forward_shape.output != backward_shape.output:
        raise ConflictError("layer and backward_layer must have outputs of the same shape")
    output = forward_shape.output
    if config["merge_mode"] == "concat":
        output = (*output[:-1], None if output[-1] is None else 2 * output[-1])
    weights = [
        Weight(f"{direction}/{weight.name}", weight.shape, weight.trainable)
        for direction, shape in (("forward", forward_shape), ("backward", backward_shape))
        for weight in shape.weights
    ]
    return LayerShape(output, tuple(weights))


def _check_directions(config: LayerConfig) -> None:
    layer, backward = config["layer"], config["backward_layer"]
    if backward is None and layer["go_backwards"]:
        raise ConflictError("its layer goes backwards already. Leave out go_backwards=True")
    if backward is not None and layer["go_backwards"] == backward["go_backwards"]:
        raise ConflictError("one of layer and backward_layer must have go_backwards=True")
    if backward is not None and layer["stateful"] != backward["stateful"]:
        raise ConflictError("layer and backward_layer must have the same value of stateful")
    if config["merge_mode"] is None:
        raise ConflictError(
            "merge_mode=None gives two outputs, which no layer takes. Use concat, sum, mul or ave"
        )


def infer_spectral_normalization(
    config: LayerConfig, inputs: Sequence[Shape], infer: InferLayer
) -> LayerShape:
    """SpectralNormalization: divides the kernel by its largest singular value."""
    inner = infer(config["layer"], inputs)
    kernel = next((w for w in inner.weights if w.name in ("kernel", "embeddings")), None)
    if kernel is None:
        raise ConflictError(
            f"{config['layer'].type} has no kernel of its own to normalize. "
            "Use it around Dense, Embedding or a convolution"
        )
    vector = Weight("vector_u", (1, kernel.shape[-1]), trainable=False)
    others = [weight for weight in inner.weights if weight is not kernel]
    return LayerShape(inner.output, (kernel, vector, *others))
