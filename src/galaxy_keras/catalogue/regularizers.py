"""Regularizers: penalties on weights or outputs that are added to the loss."""

from __future__ import annotations

from functools import partial

from galaxy_keras.catalogue.constructors import choice, make_entry, non_negative
from galaxy_keras.catalogue.parameters import Entry, Parameter
from galaxy_keras.catalogue.registry import Registry

_regularizer = partial(make_entry, "keras.regularizers")


def _factor(name: str, default: float, help_text: str) -> Parameter:
    return non_negative(name, help_text, default)


def _l1(default: float) -> Parameter:
    return _factor("l1", default, "Factor for the sum of absolute values.")


def _l2(default: float) -> Parameter:
    return _factor("l2", default, "Factor for the sum of squares.")


REGULARIZERS: Registry[Entry] = Registry(
    "regularizer",
    [
        _regularizer("L1", "Penalty on absolute values.", _l1(0.01), aliases=("l1",)),
        _regularizer("L2", "Penalty on squares.", _l2(0.01), aliases=("l2",)),
        _regularizer(
            "L1L2",
            "Penalty on absolute values and on squares.",
            _l1(0.0),
            _l2(0.0),
            aliases=("l1l2", "l1_l2"),
        ),
        _regularizer(
            "OrthogonalRegularizer",
            "Encourages orthogonal rows or columns.",
            _factor("factor", 0.01, "Factor for the penalty."),
            choice(
                "mode", "Whether rows or columns are to be orthogonal.", ("rows", "columns"), "rows"
            ),
            aliases=("orthogonal_regularizer",),
        ),
    ],
)
