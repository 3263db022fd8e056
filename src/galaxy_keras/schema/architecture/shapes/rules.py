"""The shape rule of each layer, by `Layer.shape_rule` of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from galaxy_keras.catalogue.layers import LAYERS, InputKind, Layer
from galaxy_keras.catalogue.parameters import Kind
from galaxy_keras.schema.architecture.shapes import (
    attention,
    convolution,
    core,
    einsum,
    elementwise,
    merging,
    normalization,
    pooling,
    preprocessing,
    recurrent,
    reshaping,
    wrappers,
)
from galaxy_keras.schema.architecture.shapes.components import check_components
from galaxy_keras.schema.architecture.shapes.rule import (
    LayerConfig,
    LayerShape,
    Rule,
    Shape,
    ShapeMismatchError,
)
from galaxy_keras.schema.values.values import complete_options

_COUNTS: Final = {InputKind.ONE: (1, 1), InputKind.TWO: (2, 2), InputKind.MANY: (2, None)}


def make_layer_config(type_name: str, options: Mapping[str, Any]) -> LayerConfig:
    """Return the completed options of a layer, those of layers inside it included."""
    entry = LAYERS.get(type_name)
    complete = complete_options(entry, options)
    for parameter in entry.parameters:
        inner: Any = complete[parameter.name]
        if parameter.kind is Kind.LAYER and inner is not None:
            complete[parameter.name] = make_layer_config(inner.name, inner.options)
    return LayerConfig(type_name, complete)


def infer_layer(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """Return the output shape and weights of a layer for inputs of these shapes.

    Raises
    ------
    ShapeMismatchError
        If the layer cannot take them.
    ConflictError
        If its options cannot be combined.
    """
    entry = LAYERS.get(config.type)
    _check_count(entry, len(inputs))
    found = RULES[entry.shape_rule](config, inputs)
    check_components(config, found.weights, found.output)
    return found


def _check_count(entry: Layer, count: int) -> None:
    minimum, maximum = _COUNTS.get(entry.inputs, (1, None))
    if count < minimum or (maximum is not None and count > maximum):
        expected = f"exactly {minimum}" if minimum == maximum else f"at least {minimum}"
        raise ShapeMismatchError(
            f"it takes {expected} input{'s' if minimum > 1 else ''}, but gets {count}",
            "Merge several with Concatenate or Add" if maximum == 1 else "",
        )


RULES: Final[Mapping[str, Rule]] = {
    "identity": elementwise.keep_shape,
    "axes": elementwise.keep_axes,
    "channels": elementwise.keep_channels,
    "image": elementwise.keep_image,
    "prelu": elementwise.infer_prelu,
    "dense": core.infer_dense,
    "embedding": core.infer_embedding,
    "einsum_dense": einsum.infer_einsum_dense,
    "convolution": convolution.infer_convolution,
    "depthwise_convolution": convolution.infer_depthwise_convolution,
    "separable_convolution": convolution.infer_separable_convolution,
    "transposed_convolution": convolution.infer_transposed_convolution,
    "locally_connected": convolution.infer_locally_connected,
    "pooling": pooling.infer_pooling,
    "global_pooling": pooling.infer_global_pooling,
    "adaptive_pooling": pooling.infer_adaptive_pooling,
    "flatten": reshaping.infer_flatten,
    "reshape": reshaping.infer_reshape,
    "permute": reshaping.infer_permute,
    "repeat_vector": reshaping.infer_repeat_vector,
    "cropping": reshaping.infer_cropping,
    "padding": reshaping.infer_padding,
    "upsampling": reshaping.infer_upsampling,
    "recurrent": recurrent.infer_recurrent,
    "rnn": recurrent.infer_rnn,
    "convolutional_recurrent": recurrent.infer_convolutional_lstm,
    "attention": attention.infer_attention,
    "additive_attention": attention.infer_additive_attention,
    "multi_head_attention": attention.infer_multi_head_attention,
    "group_query_attention": attention.infer_group_query_attention,
    "merge": merging.infer_elementwise_merge,
    "concatenate": merging.infer_concatenation,
    "dot": merging.infer_dot_product,
    "batch_normalization": normalization.infer_batch_normalization,
    "layer_normalization": normalization.infer_layer_normalization,
    "group_normalization": normalization.infer_group_normalization,
    "rms_normalization": normalization.infer_rms_normalization,
    "rescaling": normalization.infer_rescaling,
    "feature_normalization": normalization.infer_feature_normalization,
    "category_encoding": preprocessing.infer_category_encoding,
    "resizing": preprocessing.infer_resizing,
    "time_distributed": partial(wrappers.infer_time_distributed, infer=infer_layer),
    "bidirectional": partial(wrappers.infer_bidirectional, infer=infer_layer),
    "spectral_normalization": partial(wrappers.infer_spectral_normalization, infer=infer_layer),
}
"""Rules by `shape_rule`. Inputs and cells have none, because they are not applied to inputs."""
