"""Optimizers.

Left out are `LossScaleOptimizer` and `MultiOptimizer`, which wrap others; of `Muon` the option
`exclude_layers`, because its regular expressions would be run as the user wrote them.
"""

from __future__ import annotations

from galaxy_keras.catalogue.parameters import Entry, Kind, Parameter
from galaxy_keras.catalogue.registry import Registry

MODULE = "keras.optimizers"

DECAY = "decay"
"""Option of Keras 2 that stands for an `InverseTimeDecay` schedule now."""

CLIPPING = ("clipnorm", "clipvalue", "global_clipnorm")
"""Options of which only one can be set."""


def _number(
    name: str,
    default: object,
    help_text: str,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    above: float | None = None,
    below: float | None = None,
) -> Parameter:
    return Parameter(
        name=name,
        kind=Kind.NUMBER,
        default=default,
        help=help_text,
        minimum=minimum,
        maximum=maximum,
        above=above,
        below=below,
    )


def _flag(name: str, default: bool, help_text: str) -> Parameter:
    return Parameter(name=name, kind=Kind.BOOLEAN, default=default, help=help_text)


def _learning_rate(default: float = 0.001) -> Parameter:
    return Parameter(
        name="learning_rate",
        kind=Kind.SCHEDULE,
        default=default,
        above=0.0,
        help="Size of the steps: a number, or a schedule.",
        aliases=("lr",),
    )


def _decay(name: str, default: float, help_text: str) -> Parameter:
    return _number(name, default, help_text, minimum=0.0, below=1.0)


def _epsilon(default: float = 1e-7, name: str = "epsilon") -> Parameter:
    return _number(name, default, "Small number that keeps divisors from 0.", above=0.0)


def _weight_decay(default: float | None = None, name: str = "weight_decay") -> Parameter:
    return _number(name, default, "Share of each weight taken off at each step.", minimum=0.0)


def _strength(name: str, help_text: str) -> Parameter:
    return _number(name, 0.0, help_text, minimum=0.0)


_BETA_1 = _decay("beta_1", 0.9, "How much of the mean gradient is kept at each step.")
_BETA_2 = _decay("beta_2", 0.999, "How much of the mean squared gradient is kept at each step.")
_MOMENTUM = _decay("momentum", 0.0, "How much of the last step is repeated.")
_ACCUMULATOR = _number(
    "initial_accumulator_value", 0.1, "What the gradient sums begin with.", minimum=0.0
)
_AMSGRAD = _flag("amsgrad", False, "Use the largest mean squared gradient so far (AMSGrad).")

_CLIPPING_AND_AVERAGING = (
    _number("clipnorm", None, "Longest gradient of a weight array; longer are cut.", above=0.0),
    _number("clipvalue", None, "Largest absolute value within a gradient.", above=0.0),
    _number("global_clipnorm", None, "Longest gradient of all weights together.", above=0.0),
    _flag("use_ema", False, "Keep a moving average of the weights and end with it."),
    _number("ema_momentum", 0.99, "How much of the average stays.", minimum=0.0, maximum=1.0),
    Parameter(
        name="ema_overwrite_frequency",
        kind=Kind.INTEGER,
        default=None,
        minimum=1,
        help="Steps after which the average replaces the weights; None for at the end.",
    ),
    _number("loss_scale_factor", None, "Factor on the loss for low precision.", above=0.0),
    Parameter(
        name="gradient_accumulation_steps",
        kind=Kind.INTEGER,
        default=None,
        minimum=2,
        help="Batches whose gradients are averaged for one step.",
    ),
)
_COMMON = (_weight_decay(), *_CLIPPING_AND_AVERAGING)


def _optimizer(
    name: str,
    help_text: str,
    *own: Parameter,
    common: tuple[Parameter, ...] = _COMMON,
    learning_rate: float = 0.001,
    aliases: tuple[str, ...] = (),
) -> Entry:
    return Entry(
        name=name,
        module=MODULE,
        parameters=(_learning_rate(learning_rate), *own, *common),
        help=help_text,
        aliases=aliases,
    )


OPTIMIZERS: Registry[Entry] = Registry(
    "optimizer",
    [
        _optimizer(
            "Adam",
            "Steps scaled by means of the gradient and of its square.",
            _BETA_1,
            _BETA_2,
            _epsilon(),
            _AMSGRAD,
        ),
        _optimizer(
            "AdamW",
            "Adam with weight decay apart from the gradient.",
            _weight_decay(0.004),
            _BETA_1,
            _BETA_2,
            _epsilon(),
            _AMSGRAD,
            common=_CLIPPING_AND_AVERAGING,
        ),
        _optimizer(
            "SGD",
            "Plain gradient descent, with momentum if wanted.",
            _MOMENTUM,
            _flag("nesterov", False, "Use Nesterov momentum."),
            learning_rate=0.01,
        ),
        _optimizer(
            "RMSprop",
            "Divides by a moving mean of the squared gradient.",
            _decay("rho", 0.9, "How much of the mean squared gradient is kept."),
            _MOMENTUM,
            _epsilon(),
            _flag("centered", False, "Divide by the variance instead of the mean square."),
        ),
        _optimizer(
            "Adagrad",
            "Divides by the sum of all squared gradients so far.",
            _ACCUMULATOR,
            _epsilon(),
        ),
        _optimizer(
            "Adadelta",
            "Adagrad over a moving window.",
            _decay("rho", 0.95, "How much of the window is kept at each step."),
            _epsilon(),
        ),
        _optimizer(
            "Adamax",
            "Adam with the largest gradient in place of the mean square.",
            _BETA_1,
            _BETA_2,
            _epsilon(),
        ),
        _optimizer("Nadam", "Adam with Nesterov momentum.", _BETA_1, _BETA_2, _epsilon()),
        _optimizer(
            "Ftrl",
            "Follow the regularized leader; for wide and sparse linear models.",
            _number(
                "learning_rate_power", -0.5, "How the rate falls; 0 keeps it fixed.", maximum=0.0
            ),
            _ACCUMULATOR,
            _strength("l1_regularization_strength", "Penalty on absolute weights."),
            _strength("l2_regularization_strength", "Penalty on squared weights."),
            _strength("l2_shrinkage_regularization_strength", "Penalty on large gradients."),
            _strength("beta", "Beta of the FTRL paper."),
        ),
        _optimizer(
            "Lamb",
            "Adam with a rate for each layer; for large batches.",
            _BETA_1,
            _BETA_2,
            _epsilon(),
        ),
        _optimizer(
            "Lion",
            "Steps of one size in the direction of the gradient's sign.",
            _number("beta_1", 0.9, "Weight of the mean in a step.", above=0.0, maximum=1.0),
            _decay("beta_2", 0.99, "How much of the mean gradient is kept at each step."),
        ),
        _optimizer(
            "Adafactor",
            "Adam that keeps row and column means only, to save memory.",
            _number("beta_2_decay", -0.8, "How the decay of the mean square grows.", below=0.0),
            _epsilon(1e-30, "epsilon_1"),
            _epsilon(0.001, "epsilon_2"),
            _number("clip_threshold", 1.0, "Largest root mean square of a step.", above=0.0),
            _flag("relative_step", True, "Let the rate fall with the number of steps."),
        ),
        _optimizer(
            "Muon",
            "Orthogonal steps for weight matrices, AdamW for all other weights.",
            _decay("adam_beta_1", 0.9, "beta_1 of AdamW."),
            _decay("adam_beta_2", 0.999, "beta_2 of AdamW."),
            _weight_decay(0.004, "adam_weight_decay"),
            _epsilon(),
            _weight_decay(0.004),
            *_CLIPPING_AND_AVERAGING,
            _flag("exclude_embeddings", True, "Use AdamW for embeddings."),
            _number("muon_a", 3.4445, "First coefficient of the iteration."),
            _number("muon_b", -4.775, "Second coefficient of the iteration."),
            _number("muon_c", 2.0315, "Third coefficient of the iteration."),
            _number("adam_lr_ratio", 1, "AdamW's rate in terms of the learning rate.", above=0.0),
            _decay("momentum", 0.95, "How much of the last step is repeated."),
            Parameter(
                name="ns_steps",
                kind=Kind.INTEGER,
                default=5,
                minimum=1,
                help="Newton-Schulz iterations.",
            ),
            _flag("nesterov", True, "Use Nesterov momentum."),
            Parameter(
                name="rms_rate",
                kind=Kind.NUMBER,
                default=0.2,
                above=0.0,
                optional=True,
                help="Scales steps to the size of Adam's; None for no scaling.",
            ),
            common=(),
        ),
        _optimizer(
            "ScheduleFreeAdamW",
            "AdamW that averages its weights and so needs no schedule.",
            _BETA_1,
            _BETA_2,
            _epsilon(1e-8),
            Parameter(
                name="warmup_steps",
                kind=Kind.INTEGER,
                default=0,
                minimum=0,
                help="Steps over which the rate rises.",
            ),
            learning_rate=0.0025,
            aliases=("schedule_free_adamw", "schedulefree"),
        ),
    ],
)
