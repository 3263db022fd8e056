"""Attention: each position of a sequence attends to others."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from galaxy_keras.catalogue.constructors import axes, choice, count, flag, shape
from galaxy_keras.catalogue.initializers import SEED
from galaxy_keras.catalogue.layers.layer import InputKind, make_layer
from galaxy_keras.catalogue.layers.parameters import DROPOUT, KERNEL_AND_BIAS, USE_BIAS

_layer = partial(make_layer, "attention")

_WINDOW = count("sliding_window", "Size of the attention window; None for no limit.", None)
_FLASH = flag(
    "flash_attention", "Whether to use flash attention; None to use it where possible.", None
)
_DROPOUT_BELOW_1 = replace(DROPOUT, maximum=None, exclusive_maximum=1.0)
_USE_GATE = flag("use_gate", "Whether to multiply by a learned gate.")

LAYERS = (
    _layer(
        "Attention",
        "Dot-product attention (Luong).",
        flag("use_scale", "Whether to scale the scores by a learned factor."),
        choice(
            "score_mode",
            "Dot product of query and key, or tanh of their sum.",
            ("dot", "concat"),
            "dot",
        ),
        _DROPOUT_BELOW_1,
        SEED,
        inputs=InputKind.ATTENTION,
        shape_rule="attention",
    ),
    _layer(
        "AdditiveAttention",
        "Additive attention (Bahdanau).",
        flag("use_scale", "Whether to scale the scores by a learned factor.", True),
        _DROPOUT_BELOW_1,
        SEED,
        inputs=InputKind.ATTENTION,
        shape_rule="additive_attention",
    ),
    _layer(
        "MultiHeadAttention",
        "Several attention heads in parallel, each with its own projections.",
        count("num_heads", "Number of heads."),
        count("key_dim", "Size of query and key in each head."),
        count("value_dim", "Size of the value in each head; None for key_dim.", None),
        _DROPOUT_BELOW_1,
        USE_BIAS,
        shape("output_shape", "Features of the output; None for those of the query.", None),
        axes("attention_axes", "Axes over which to attend; None for all but the features.", None),
        _WINDOW,
        _FLASH,
        *KERNEL_AND_BIAS,
        _USE_GATE,
        SEED,
        inputs=InputKind.QUERY_VALUE,
        shape_rule="multi_head_attention",
    ),
    _layer(
        "GroupQueryAttention",
        "Multi-head attention in which groups of heads share key and value.",
        count("head_dim", "Size of each head."),
        count("num_query_heads", "Number of heads."),
        count("num_key_value_heads", "Number of groups; must divide num_query_heads."),
        _DROPOUT_BELOW_1,
        USE_BIAS,
        _WINDOW,
        _FLASH,
        *KERNEL_AND_BIAS,
        _USE_GATE,
        SEED,
        aliases=("GroupedQueryAttention",),
        inputs=InputKind.QUERY_VALUE,
        shape_rule="group_query_attention",
    ),
)
