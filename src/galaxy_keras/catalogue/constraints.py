"""Constraints: what weights are held to after each step of training."""

from __future__ import annotations

from functools import partial

from galaxy_keras.catalogue.constructors import axes, fraction, make_entry, non_negative
from galaxy_keras.catalogue.parameters import Entry
from galaxy_keras.catalogue.registry import Registry

MODULE = "keras.constraints"

_constraint = partial(make_entry, MODULE)

_AXIS = axes(
    "axis", "Axes along which norms are taken; 0 for the incoming weights of a Dense layer.", 0
)

CONSTRAINTS: Registry[Entry] = Registry(
    "constraint",
    [
        _constraint(
            "MaxNorm",
            "Norms of at most a value.",
            non_negative("max_value", "Largest norm.", 2, aliases=("m",)),
            _AXIS,
            aliases=("max_norm", "maxnorm"),
        ),
        _constraint("NonNeg", "Weights of at least 0.", aliases=("non_neg", "nonneg")),
        _constraint("UnitNorm", "Norms of 1.", _AXIS, aliases=("unit_norm", "unitnorm")),
        _constraint(
            "MinMaxNorm",
            "Norms between two values.",
            non_negative("min_value", "Smallest norm.", 0.0),
            non_negative("max_value", "Largest norm.", 1.0),
            fraction(
                "rate",
                "How strictly: 1 holds at each step, less draws nearer.",
                1.0,
                aliases=("rate_max_value",),
            ),
            _AXIS,
            aliases=("min_max_norm",),
        ),
    ],
)
