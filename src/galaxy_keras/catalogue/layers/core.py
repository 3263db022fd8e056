"""Inputs, dense layers, embeddings and masks."""

from __future__ import annotations

from functools import partial

from galaxy_keras.catalogue.layers.layer import IGNORED_BY_ALL, IGNORED_TUNING, Inputs, Layer
from galaxy_keras.catalogue.layers.parameters import (
    KERNEL_AND_BIAS,
    USE_BIAS,
    activation,
    constraints,
    count,
    flag,
    initializers,
    regularizers,
)
from galaxy_keras.catalogue.parameters import Ignored, Kind, Parameter

_layer = partial(Layer, group="core")

INPUT = _layer(
    name="InputLayer",
    help="An input of the network.",
    aliases=("Input",),
    inputs=Inputs.NONE,
    shape_rule="input",
    ignored=(*IGNORED_BY_ALL, Ignored("ragged", (False, None))),
    parameters=(
        Parameter(
            name="shape",
            kind=Kind.SHAPE,
            default=None,
            minimum=1,
            help="Shape of one sample, without the batch; None for a dimension of any size.",
        ),
        count("batch_size", "Number of samples in each batch; None for any.", None),
        Parameter(
            name="dtype",
            kind=Kind.DTYPE,
            default=None,
            help="Data type of the input; None for float32.",
        ),
        Parameter(
            name="sparse",
            kind=Kind.BOOLEAN,
            default=None,
            help="Whether the input is a sparse tensor.",
        ),
        Parameter(
            name="batch_shape",
            kind=Kind.SHAPE,
            default=None,
            minimum=1,
            help="Shape with the batch in front, instead of shape.",
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
    parameters=(
        count("units", "Number of outputs."),
        activation(),
        USE_BIAS,
        *KERNEL_AND_BIAS,
    ),
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
        Parameter(
            name="equation",
            kind=Kind.TEXT,
            help="Einsum equation such as abc,cd->abd: input, kernel, output.",
        ),
        Parameter(
            name="output_shape",
            kind=Kind.SHAPE,
            minimum=1,
            help="Shape of the output without the batch; None for a dimension of any size.",
        ),
        activation(),
        Parameter(
            name="bias_axes",
            kind=Kind.TEXT,
            default=None,
            help="Letters of the output axes that have a bias; None for no bias.",
        ),
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
        parameters=(
            Parameter(
                name="mask_value",
                kind=Kind.NUMBER,
                default=0.0,
                help="Value that stands for padding.",
            ),
        ),
    ),
    _layer(name="Identity", help="Passes its input on."),
)
