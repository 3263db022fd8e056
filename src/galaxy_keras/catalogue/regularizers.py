"""Regularizers: penalties on weights or outputs that are added to the loss."""

from __future__ import annotations

from galaxy_keras.catalogue.constructors import choice, number
from galaxy_keras.catalogue.parameters import Entry, Parameter
from galaxy_keras.catalogue.registry import Registry

MODULE = "keras.regularizers"


def _factor(name: str, default: float, help_text: str) -> Parameter:
    return number(name, help_text, default, minimum=0.0)


def _l1(default: float) -> Parameter:
    return _factor("l1", default, "Factor for the sum of absolute values.")


def _l2(default: float) -> Parameter:
    return _factor("l2", default, "Factor for the sum of squares.")


REGULARIZERS: Registry[Entry] = Registry(
    "regularizer",
    [
        Entry(
            name="L1",
            module=MODULE,
            help="Penalty on absolute values.",
            aliases=("l1",),
            parameters=(_l1(0.01),),
        ),
        Entry(
            name="L2",
            module=MODULE,
            help="Penalty on squares.",
            aliases=("l2",),
            parameters=(_l2(0.01),),
        ),
        Entry(
            name="L1L2",
            module=MODULE,
            help="Penalty on absolute values and on squares.",
            aliases=("l1l2", "l1_l2"),
            parameters=(_l1(0.0), _l2(0.0)),
        ),
        Entry(
            name="OrthogonalRegularizer",
            module=MODULE,
            help="Penalty on rows or columns of a matrix that are not orthogonal.",
            aliases=("orthogonal_regularizer",),
            parameters=(
                _factor("factor", 0.01, "Factor for the penalty."),
                choice("mode", "What is to be orthogonal.", ("rows", "columns"), "rows"),
            ),
        ),
    ],
)
