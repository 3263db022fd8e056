"""Constraints: projections of the weights after each update."""

from __future__ import annotations

from functools import partial

from galaxy_keras.catalogue.constructors import axes, fraction, make_entry, non_negative
from galaxy_keras.catalogue.parameters import Entry
from galaxy_keras.catalogue.registry import Registry

_constraint = partial(make_entry, "keras.constraints")

_AXIS = axes(
    "axis", "Axes along which norms are computed; 0 for the incoming weights of a Dense layer.", 0
)

CONSTRAINTS: Registry[Entry] = Registry(
    "constraint",
    [
        _constraint(
            "MaxNorm",
            "Upper bound on the norm of the incoming weights.",
            non_negative("max_value", "Largest norm.", 2, aliases=("m",)),
            _AXIS,
            aliases=("max_norm", "maxnorm"),
        ),
        _constraint("NonNeg", "Non-negative weights.", aliases=("non_neg", "nonneg")),
        _constraint(
            "UnitNorm", "Incoming weights of norm 1.", _AXIS, aliases=("unit_norm", "unitnorm")
        ),
        _constraint(
            "MinMaxNorm",
            "Norm of the incoming weights between two values.",
            non_negative("min_value", "Smallest norm.", 0.0),
            non_negative("max_value", "Largest norm.", 1.0),
            fraction(
                "rate",
                "Rate: 1 enforces it at every update, less moves towards it.",
                1.0,
                aliases=("rate_max_value",),
            ),
            _AXIS,
            aliases=("min_max_norm",),
        ),
    ],
)
