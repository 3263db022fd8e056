"""Layers of an architecture, with options checked against the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from galaxy_keras.catalogue.layers import LAYERS, InputKind, resolve_layer
from galaxy_keras.errors import ConfigurationError, list_names, suggest
from galaxy_keras.schema.architecture.graph import INPUT, LayerNode
from galaxy_keras.schema.values.component import Component
from galaxy_keras.schema.values.values import check_options, omit_defaults

DTYPE_POLICIES: Final = (
    "float32",
    "float64",
    "float16",
    "bfloat16",
    "mixed_float16",
    "mixed_bfloat16",
)
"""Data types in which a layer computes and keeps its weights; the first is the default."""

_MASKABLE: Final = (InputKind.ATTENTION, InputKind.QUERY_VALUE)


def build_layer(
    type_name: str,
    options: Mapping[str, Any],
    where: str,
    *,
    name: str,
    inbound: tuple[str, ...],
    trainable: bool = True,
    dtype: str | None = None,
    causal: bool = False,
) -> LayerNode:
    """Return a layer that is not an input.

    Parameters
    ----------
    type_name
        Any name by which the catalogue knows the layer.
    options
        The options of the layer, not checked yet.
    where
        How each message begins: ``layer 3``.
    name, inbound, trainable, dtype, causal
        See `LayerNode`.

    Raises
    ------
    ConfigurationError
        With all problems: a type or options that are unknown, missing or invalid.
    """
    try:
        entry, resolved = resolve_layer(type_name, options)
    except ConfigurationError as error:
        raise error.with_prefix(where) from error
    here = f"{where} ({entry.name})"
    if causal and entry.inputs not in _MASKABLE:
        raise ConfigurationError(f"{here}: use_causal_mask is for attention only")
    return LayerNode(
        name=name,
        type=entry.name,
        options=_omit_default_format(omit_defaults(entry, check_options(entry, resolved, here))),
        inbound=inbound,
        trainable=trainable,
        dtype=_check_policy(dtype, here),
        causal=causal,
    )


def build_input(name: str, options: Mapping[str, Any], where: str) -> LayerNode:
    """Return an input layer; its options are `batch_shape` (with the batch) and `dtype`.

    Raises
    ------
    ConfigurationError
        If the options are not those of an input, the shape is missing, or it has no batch.
    """
    checked: dict[str, Any] = check_options(LAYERS.get(INPUT), options, where)
    shape, batch_shape = checked.get("shape"), checked.get("batch_shape")
    if checked.get("sparse") or checked.get("optional"):
        raise ConfigurationError(f"{where}: sparse and optional inputs are not supported")
    if batch_shape is None:
        if shape is None:
            raise ConfigurationError(
                f"{where}: the shape is missing, for example shape=(28, 28, 1)"
            )
        batch_shape = (checked.get("batch_size"), *shape)
    if not batch_shape:
        raise ConfigurationError(
            f"{where}: batch_shape must begin with the size of the batch, as in (None, 28, 28, 1)"
        )
    dtype = checked.get("dtype") or "float32"
    return LayerNode(name=name, type=INPUT, options={"batch_shape": batch_shape, "dtype": dtype})


def _omit_default_format(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return `options` without ``channels_last``, the default, which is not stored."""
    return {
        name: Component(name=value.name, options=_omit_default_format(value.options))
        if isinstance(value, Component)
        else value
        for name, value in options.items()
        if (name, value) != ("data_format", "channels_last")
    }


def _check_policy(policy: str | None, where: str) -> str | None:
    if policy is not None and policy not in DTYPE_POLICIES:
        raise ConfigurationError(
            f'{where}: there is no precision "{policy}".{suggest(policy, DTYPE_POLICIES)} '
            f"Choose from: {list_names(DTYPE_POLICIES)}"
        )
    return None if policy == DTYPE_POLICIES[0] else policy
