"""Initializers, regularizers and constraints whose options must fit the shape of a weight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from galaxy_keras.schema.architecture.shapes.rule import (
    ConflictError,
    LayerConfig,
    Shape,
    Weight,
    format_shape,
)
from galaxy_keras.schema.values.component import Component
from galaxy_keras.schema.values.relations import as_tuple

_SUFFIXES: Final = ("_initializer", "_regularizer", "_constraint")
_KERNELS: Final = ("recurrent", "depthwise", "pointwise")
_AXES: Final = ("axis", "input_axes", "output_axes")
_RANKS: Final = {
    "OrthogonalRegularizer": (2, 2),
    "Identity": (2, 2),
    "Orthogonal": (2, None),
}
"""The smallest and the largest number of axes; None for any larger one."""


def check_components(config: LayerConfig, weights: Sequence[Weight], output: Shape) -> None:
    """Check the components of a layer against the weights, or the output, that they are for.

    Raises
    ------
    ConflictError
        If one acts along an axis that a weight does not have, or needs a matrix.
    """
    _check_activity(config, output)
    cell = config.options.get("cell")
    if isinstance(cell, LayerConfig):
        check_components(cell, weights, output)
    for option, component in config.options.items():
        prefix, _, kind = option.rpartition("_")
        if not isinstance(component, Component) or f"_{kind}" not in _SUFFIXES:
            continue
        names = (f"{prefix}_kernel", "kernel") if prefix in _KERNELS else (prefix,)
        known = {weight.name.rpartition("/")[-1]: weight for weight in weights}
        # DepthwiseConv calls its only kernel so, SeparableConv has two.
        name = next((each for each in names if each in known), None)
        for weight in weights:
            if name is not None and weight.name.rpartition("/")[-1] == name:
                _check_rank(option, component, name, len(weight.shape))
                _check_axes(option, component, name, len(weight.shape))


def _check_activity(config: LayerConfig, output: Shape) -> None:
    option = "activity_regularizer"
    component = config.options.get(option)
    if not isinstance(component, Component):
        return
    rank, _ = _RANKS.get(component.name, (None, None))
    if rank not in (None, len(output)):
        raise ConflictError(
            f"{option}: {component.name} is for outputs of the shape (features,), but this one is "
            f"{format_shape(output)}"
        )


def _check_rank(option: str, component: Component, weight: str, rank: int) -> None:
    fewest, most = _RANKS.get(component.name, (0, None))
    if rank < fewest or (most is not None and rank > most):
        count = fewest if most else f"at least {fewest}"
        raise ConflictError(
            f"{option}: {component.name} is for weights with {count} axes, but {weight} has {rank}"
        )


def _check_axes(option: str, component: Component, weight: str, rank: int) -> None:
    for name in _AXES:
        axes: Any = component.options.get(name)
        for axis in () if axes is None else as_tuple(axes):
            if not -rank <= axis < rank:
                raise ConflictError(
                    f"{option}: {component.name} has {name}={axis}, but the axes of {weight} are "
                    f"0 to {rank - 1}"
                )
