"""Inputs, dense layers, embeddings and masks."""

from __future__ import annotations

from functools import partial

from galaxy_keras.catalogue.constructors import count, flag, number, parameter, shape, text
from galaxy_keras.catalogue.layers.layer import (
    IGNORED_BY_ALL,
    IGNORED_TUNING,
    InputKind,
    make_layer,
)
from galaxy_keras.catalogue.layers.parameters import (
    KERNEL_AND_BIAS,
    USE_BIAS,
    activation,
    constraints,
    initializers,
    regularizers,
)
from galaxy_keras.catalogue.parameters import Ignored, Kind

_layer = partial(make_layer, "core")

INPUT = _layer(
    "InputLayer",
    "An input of the network.",
    shape(
        "shape", "Shape of one sample, without the batch; None for a dimension of any size.", None
    ),
    count("batch_size", "Number of samples in each batch; None for any.", None),
    parameter(Kind.DTYPE, "dtype", "Data type of the input; None for float32.", None),
    flag("sparse", "Whether the input is a sparse tensor.", None),
    shape(
        "batch_shape",
        "Shape including the batch dimension, instead of shape.",
        None,
        aliases=("batch_input_shape",),
    ),
    flag("optional", "Whether the input may be left out."),
    aliases=("Input",),
    inputs=InputKind.NONE,
    shape_rule="input",
    ignored=(*IGNORED_BY_ALL, Ignored("ragged", (False, None))),
)

LAYERS = (
    INPUT,
    _layer(
        "Dense",
        "Fully connected layer.",
        count("units", "Number of outputs."),
        activation(),
        USE_BIAS,
        *KERNEL_AND_BIAS,
        shape_rule="dense",
        ignored=IGNORED_TUNING,
    ),
    _layer(
        "Embedding",
        "Maps integer indices (words, categories) to learned vectors.",
        count("input_dim", "Size of the vocabulary: the largest index plus 1."),
        count("output_dim", "Length of the vectors."),
        *initializers(embeddings="random_uniform"),
        *regularizers("embeddings", "activity"),
        *constraints("embeddings"),
        flag("mask_zero", "Whether 0 is padding that later layers skip."),
        shape_rule="embedding",
        ignored=(*IGNORED_TUNING, Ignored("input_length"), Ignored("sparse", (False,))),
    ),
    _layer(
        "EinsumDense",
        "A dense layer along the axes that an einsum equation names.",
        text("equation", "Einsum equation such as abc,cd->abd: input, kernel, output."),
        shape(
            "output_shape",
            "Shape of the output without the batch; None for a dimension of any size.",
        ),
        activation(),
        text("bias_axes", "Letters of the output axes that have a bias; None for no bias.", None),
        *KERNEL_AND_BIAS,
        shape_rule="einsum_dense",
        ignored=(*IGNORED_TUNING, Ignored("gptq_unpacked_column_size", (None,))),
    ),
    _layer(
        "Masking",
        "Masks the steps whose values are all mask_value; later layers skip them.",
        number("mask_value", "Value that marks padding.", 0.0),
    ),
    _layer("Identity", "Returns its input unchanged."),
)
