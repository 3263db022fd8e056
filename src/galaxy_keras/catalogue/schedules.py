"""Learning-rate schedules. A step is one update of the weights: one batch."""

from __future__ import annotations

from galaxy_keras.catalogue.parameters import Entry, Kind, Parameter
from galaxy_keras.catalogue.registry import Registry

MODULE = "keras.optimizers.schedules"


def _start(*, above: float | None = 0.0, minimum: float | None = None) -> Parameter:
    return Parameter(
        name="initial_learning_rate",
        kind=Kind.NUMBER,
        above=above,
        minimum=minimum,
        help="Learning rate at the first step.",
    )


def _steps(name: str = "decay_steps", help_text: str = "Steps over which it decays.") -> Parameter:
    return Parameter(name=name, kind=Kind.INTEGER, minimum=1, help=help_text)


def _decay_rate(help_text: str) -> Parameter:
    return Parameter(name="decay_rate", kind=Kind.NUMBER, above=0.0, help=help_text)


_STAIRCASE = Parameter(
    name="staircase",
    kind=Kind.BOOLEAN,
    default=False,
    help="Decay in jumps, once every decay_steps, instead of at each step.",
)
_ALPHA = Parameter(
    name="alpha",
    kind=Kind.NUMBER,
    default=0.0,
    minimum=0.0,
    maximum=1.0,
    help="Lowest learning rate, as a fraction of the highest.",
)

SCHEDULES: Registry[Entry] = Registry(
    "learning-rate schedule",
    [
        Entry(
            name="ExponentialDecay",
            module=MODULE,
            help="Multiplies the rate by decay_rate every decay_steps.",
            aliases=("exponential_decay", "exponential"),
            parameters=(
                _start(),
                _steps(),
                _decay_rate("Factor for every decay_steps steps."),
                _STAIRCASE,
            ),
        ),
        Entry(
            name="CosineDecay",
            module=MODULE,
            help="Follows half a cosine down to alpha, after an optional warm-up.",
            aliases=("cosine_decay", "cosine"),
            parameters=(
                # A warm-up commonly begins at 0.
                _start(above=None, minimum=0.0),
                _steps(help_text="Steps over which it decays, after the warm-up."),
                _ALPHA,
                Parameter(
                    name="warmup_target",
                    kind=Kind.NUMBER,
                    default=None,
                    above=0.0,
                    help="Learning rate at the end of the warm-up; None for no warm-up.",
                ),
                Parameter(
                    name="warmup_steps",
                    kind=Kind.INTEGER,
                    default=0,
                    minimum=0,
                    help="Steps of the warm-up.",
                ),
            ),
        ),
        Entry(
            name="CosineDecayRestarts",
            module=MODULE,
            help="Cosine decay that starts again and again (SGDR).",
            aliases=("cosine_decay_restarts", "SGDRDecay"),
            parameters=(
                _start(),
                _steps("first_decay_steps", "Steps of the first period."),
                Parameter(
                    name="t_mul",
                    kind=Kind.NUMBER,
                    default=2.0,
                    above=0.0,
                    help="Each period is this many times as long as the one before.",
                ),
                Parameter(
                    name="m_mul",
                    kind=Kind.NUMBER,
                    default=1.0,
                    above=0.0,
                    help="Each period begins at this many times the rate of the one before.",
                ),
                _ALPHA,
            ),
        ),
        Entry(
            name="PiecewiseConstantDecay",
            module=MODULE,
            help="Keeps one rate up to each boundary.",
            aliases=("piecewise_constant_decay", "PiecewiseConstant", "piecewise"),
            parameters=(
                Parameter(
                    name="boundaries",
                    kind=Kind.INTEGERS,
                    minimum=0,
                    help="Steps after which the rate changes, in rising order.",
                ),
                Parameter(
                    name="values",
                    kind=Kind.NUMBERS,
                    above=0.0,
                    help="Learning rates, one more than there are boundaries.",
                ),
            ),
        ),
        Entry(
            name="PolynomialDecay",
            module=MODULE,
            help="Goes down to end_learning_rate along a power curve.",
            aliases=("polynomial_decay", "polynomial"),
            parameters=(
                _start(),
                _steps(),
                Parameter(
                    name="end_learning_rate",
                    kind=Kind.NUMBER,
                    default=0.0001,
                    minimum=0.0,
                    help="Learning rate at the end.",
                ),
                Parameter(
                    name="power",
                    kind=Kind.NUMBER,
                    default=1.0,
                    above=0.0,
                    help="Exponent of the curve; 1 is a straight line.",
                ),
                Parameter(
                    name="cycle",
                    kind=Kind.BOOLEAN,
                    default=False,
                    help="Whether to begin again beyond decay_steps.",
                ),
            ),
        ),
        Entry(
            name="InverseTimeDecay",
            module=MODULE,
            help="Divides the rate by 1 + decay_rate * step / decay_steps.",
            aliases=("inverse_time_decay", "inverse_time"),
            parameters=(
                _start(),
                _steps(),
                _decay_rate("How fast the rate goes down."),
                _STAIRCASE,
            ),
        ),
    ],
)
