"""Inputs, dense layers, embeddings and masks."""

from __future__ import annotations

from functools import partial

from galaxy_keras.catalogue.constructors import count, flag, number, parameter, shape, text
from galaxy_keras.catalogue.layers.layer import IGNORED_BY_ALL, IGNORED_TUNING, Inputs, Layer
from galaxy_keras.catalogue.layers.parameters import (
    KERNEL_AND_BIAS,
    USE_BIAS,
    activation,
    constraints,
    initializers,
    regularizers,
)
from galaxy_keras.catalogue.parameters import Ignored, Kind

_layer = partial(Layer, group="core")

INPUT = _layer(
    name="InputLayer",
    help="An input of the network.",
    aliases=("Input",),
    inputs=Inputs.NONE,
    shape_rule="input",
    ignored=(*IGNORED_BY_ALL, Ignored("ragged", (False, None))),
    parameters=(
        shape(
            "shape",
            "Shape of one sample, without the batch; None for a dimension of any size.",
            None,
            minimum=1,
        ),
        count("batch_size", "Number of samples in each batch; None for any.", None),
        parameter(Kind.DTYPE, "dtype", "Data type of the input; None for float32.", None),
        flag("sparse", "Whether the input is a sparse tensor.", None),
        shape(
            "batch_shape",
            "Shape with the batch in front, instead of shape.",
            None,
            minimum=1,
            aliases=("batch_input_shape",),
        ),
        flag("optional", "Whether the input may be left out."),
    ),
)

DENSE = _layer(
    name="Dense",
    help="Each output is a weighted sum of all inputs.",
    shape_rule="dense",
    ignored=IGNORED_TUNING,
    parameters=(count("units", "Number of outputs."), activation(), USE_BIAS, *KERNEL_AND_BIAS),
)

EMBEDDING = _layer(
    name="Embedding",
    help="Turns whole numbers (words, categories) into vectors that are learnt.",
    shape_rule="embedding",
    ignored=(*IGNORED_TUNING, Ignored("input_length"), Ignored("sparse", (False,))),
    parameters=(
        count("input_dim", "How many different numbers there are: the largest plus 1."),
        count("output_dim", "Length of the vectors."),
        *initializers(embeddings="random_uniform"),
        *regularizers("embeddings", "activity"),
        *constraints("embeddings"),
        flag("mask_zero", "Whether 0 is padding that later layers skip."),
    ),
)

EINSUM_DENSE = _layer(
    name="EinsumDense",
    help="A dense layer along the axes that an einsum equation names.",
    shape_rule="einsum_dense",
    ignored=(*IGNORED_TUNING, Ignored("gptq_unpacked_column_size", (None,))),
    parameters=(
        text("equation", "Einsum equation such as abc,cd->abd: input, kernel, output."),
        shape(
            "output_shape",
            "Shape of the output without the batch; None for a dimension of any size.",
            minimum=1,
        ),
        activation(),
        text("bias_axes", "Letters of the output axes that have a bias; None for no bias.", None),
        *KERNEL_AND_BIAS,
    ),
)

LAYERS = (
    INPUT,
    DENSE,
    EMBEDDING,
    EINSUM_DENSE,
    _layer(
        name="Masking",
        help="Marks the steps whose values are all mask_value, so that later layers skip them.",
        parameters=(number("mask_value", "Value that stands for padding.", 0.0),),
    ),
    _layer(name="Identity", help="Passes its input on."),
)
