"""Learning-rate schedules. A step is one update of the weights: one batch."""

from __future__ import annotations

from functools import partial

from galaxy_keras.catalogue.constructors import (
    count,
    flag,
    fraction,
    integer,
    integers,
    make_entry,
    non_negative,
    number,
    numbers,
    positive,
)
from galaxy_keras.catalogue.parameters import Entry, Parameter
from galaxy_keras.catalogue.registry import Registry

_schedule = partial(make_entry, "keras.optimizers.schedules")


def _start(*, exclusive_minimum: float | None = 0.0, minimum: float | None = None) -> Parameter:
    return number(
        "initial_learning_rate",
        "Learning rate at the first step.",
        exclusive_minimum=exclusive_minimum,
        minimum=minimum,
    )


def _steps(name: str = "decay_steps", help_text: str = "Steps over which it decays.") -> Parameter:
    return count(name, help_text)


def _decay_rate(help_text: str) -> Parameter:
    return positive("decay_rate", help_text)


_STAIRCASE = flag("staircase", "Staircase decay, once every decay_steps, instead of at each step.")
_ALPHA = fraction("alpha", "Minimum learning rate, as a fraction of the highest.", 0.0)

SCHEDULES: Registry[Entry] = Registry(
    "learning-rate schedule",
    [
        _schedule(
            "ExponentialDecay",
            "Multiplies the rate by decay_rate every decay_steps.",
            _start(),
            _steps(),
            _decay_rate("Factor for every decay_steps steps."),
            _STAIRCASE,
            aliases=("exponential_decay", "exponential"),
        ),
        _schedule(
            "CosineDecay",
            "Cosine annealing down to alpha, after an optional warm-up.",
            # A warm-up commonly begins at 0.
            _start(exclusive_minimum=None, minimum=0.0),
            _steps(help_text="Steps over which it decays, after the warm-up."),
            _ALPHA,
            positive(
                "warmup_target",
                "Learning rate at the end of the warm-up; None for no warm-up.",
                None,
            ),
            integer("warmup_steps", "Steps of the warm-up.", 0, minimum=0),
            aliases=("cosine_decay", "cosine"),
        ),
        _schedule(
            "CosineDecayRestarts",
            "Cosine annealing with warm restarts (SGDR).",
            _start(),
            _steps("first_decay_steps", "Steps of the first period."),
            positive("t_mul", "Each period is this many times as long as the one before.", 2.0),
            positive(
                "m_mul", "Each period starts at this multiple of the rate of the one before.", 1.0
            ),
            _ALPHA,
            aliases=("cosine_decay_restarts", "SGDRDecay"),
        ),
        _schedule(
            "PiecewiseConstantDecay",
            "Constant rate up to each boundary.",
            integers(
                "boundaries", "Steps after which the rate changes, in increasing order.", minimum=0
            ),
            numbers(
                "values",
                "Learning rates, one more than there are boundaries.",
                exclusive_minimum=0.0,
            ),
            aliases=("piecewise_constant_decay", "PiecewiseConstant", "piecewise"),
        ),
        _schedule(
            "PolynomialDecay",
            "Polynomial decay to end_learning_rate.",
            _start(),
            _steps(),
            non_negative("end_learning_rate", "Learning rate at the end.", 0.0001),
            positive("power", "Exponent of the polynomial; 1 is linear.", 1.0),
            flag("cycle", "Whether to restart after decay_steps."),
            aliases=("polynomial_decay", "polynomial"),
        ),
        _schedule(
            "InverseTimeDecay",
            "Divides the rate by 1 + decay_rate * step / decay_steps.",
            _start(),
            _steps(),
            _decay_rate("Decay rate."),
            _STAIRCASE,
            aliases=("inverse_time_decay", "inverse_time"),
        ),
    ],
)
