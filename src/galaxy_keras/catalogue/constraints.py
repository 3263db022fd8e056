"""Constraints: what weights are held to after each step of training."""

from __future__ import annotations

from galaxy_keras.catalogue.constructors import axes, fraction, number
from galaxy_keras.catalogue.parameters import Entry
from galaxy_keras.catalogue.registry import Registry

MODULE = "keras.constraints"

_AXIS = axes(
    "axis", "Axes along which norms are taken; 0 for the incoming weights of a Dense layer.", 0
)

CONSTRAINTS: Registry[Entry] = Registry(
    "constraint",
    [
        Entry(
            name="MaxNorm",
            module=MODULE,
            help="Norms of at most a value.",
            aliases=("max_norm", "maxnorm"),
            parameters=(
                number("max_value", "Largest norm.", 2, minimum=0.0, aliases=("m",)),
                _AXIS,
            ),
        ),
        Entry(
            name="NonNeg",
            module=MODULE,
            help="Weights of at least 0.",
            aliases=("non_neg", "nonneg"),
        ),
        Entry(
            name="UnitNorm",
            module=MODULE,
            help="Norms of 1.",
            aliases=("unit_norm", "unitnorm"),
            parameters=(_AXIS,),
        ),
        Entry(
            name="MinMaxNorm",
            module=MODULE,
            help="Norms between two values.",
            aliases=("min_max_norm",),
            parameters=(
                number("min_value", "Smallest norm.", 0.0, minimum=0.0),
                number("max_value", "Largest norm.", 1.0, minimum=0.0),
                fraction(
                    "rate",
                    "How strictly: 1 holds at each step, less draws nearer.",
                    1.0,
                    aliases=("rate_max_value",),
                ),
                _AXIS,
            ),
        ),
    ],
)
