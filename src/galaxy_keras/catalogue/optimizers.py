"""Optimizers.

Left out are `LossScaleOptimizer` and `MultiOptimizer`, which wrap others; of `Muon` the option
`exclude_layers`, because its regular expressions would be run as the user wrote them.
"""

from __future__ import annotations

from galaxy_keras.catalogue.constructors import (
    count,
    flag,
    fraction,
    integer,
    non_negative,
    number,
    parameter,
    positive,
)
from galaxy_keras.catalogue.parameters import Entry, Kind, Parameter
from galaxy_keras.catalogue.registry import Registry

MODULE = "keras.optimizers"

DECAY = "decay"
"""Option of Keras 2 that stands for an `InverseTimeDecay` schedule now."""

CLIPPING = ("clipnorm", "clipvalue", "global_clipnorm")
"""Options of which only one can be set."""


def _learning_rate(default: float = 0.001) -> Parameter:
    return parameter(
        Kind.SCHEDULE,
        "learning_rate",
        "Size of the steps: a number, or a schedule.",
        default,
        exclusive_minimum=0.0,
        aliases=("lr",),
    )


def _decay(name: str, default: float, help_text: str) -> Parameter:
    return non_negative(name, help_text, default, exclusive_maximum=1.0)


def _epsilon(default: float = 1e-7, name: str = "epsilon") -> Parameter:
    return positive(name, "Small number that keeps divisors from 0.", default)


def _weight_decay(default: float | None = None, name: str = "weight_decay") -> Parameter:
    return non_negative(name, "Share of each weight taken off at each step.", default)


_BETA_1 = _decay("beta_1", 0.9, "How much of the mean gradient is kept at each step.")
_BETA_2 = _decay("beta_2", 0.999, "How much of the mean squared gradient is kept at each step.")
_MOMENTUM = _decay("momentum", 0.0, "How much of the last step is repeated.")
_ACCUMULATOR = non_negative("initial_accumulator_value", "What the gradient sums begin with.", 0.1)
_AMSGRAD = flag("amsgrad", "Use the largest mean squared gradient so far (AMSGrad).")

_CLIPPING_AND_AVERAGING = (
    positive("clipnorm", "Longest gradient of a weight array; longer are cut.", None),
    positive("clipvalue", "Largest absolute value within a gradient.", None),
    positive("global_clipnorm", "Longest gradient of all weights together.", None),
    flag("use_ema", "Keep a moving average of the weights and end with it."),
    fraction("ema_momentum", "How much of the average stays.", 0.99),
    count(
        "ema_overwrite_frequency",
        "Steps after which the average replaces the weights; None for at the end.",
        None,
    ),
    positive("loss_scale_factor", "Factor on the loss for low precision.", None),
    integer(
        "gradient_accumulation_steps",
        "Batches whose gradients are averaged for one step.",
        None,
        minimum=2,
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
            flag("nesterov", "Use Nesterov momentum."),
            learning_rate=0.01,
        ),
        _optimizer(
            "RMSprop",
            "Divides by a moving mean of the squared gradient.",
            _decay("rho", 0.9, "How much of the mean squared gradient is kept."),
            _MOMENTUM,
            _epsilon(),
            flag("centered", "Divide by the variance instead of the mean square."),
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
            number(
                "learning_rate_power", "How the rate falls; 0 keeps it fixed.", -0.5, maximum=0.0
            ),
            _ACCUMULATOR,
            non_negative("l1_regularization_strength", "Penalty on absolute weights.", 0.0),
            non_negative("l2_regularization_strength", "Penalty on squared weights.", 0.0),
            non_negative(
                "l2_shrinkage_regularization_strength", "Penalty on large gradients.", 0.0
            ),
            non_negative("beta", "Beta of the FTRL paper.", 0.0),
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
            positive("beta_1", "Weight of the mean in a step.", 0.9, maximum=1.0),
            _decay("beta_2", 0.99, "How much of the mean gradient is kept at each step."),
        ),
        _optimizer(
            "Adafactor",
            "Adam that keeps row and column means only, to save memory.",
            number(
                "beta_2_decay",
                "How the decay of the mean square grows.",
                -0.8,
                exclusive_maximum=0.0,
            ),
            _epsilon(1e-30, "epsilon_1"),
            _epsilon(0.001, "epsilon_2"),
            positive("clip_threshold", "Largest root mean square of a step.", 1.0),
            flag("relative_step", "Let the rate fall with the number of steps.", True),
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
            flag("exclude_embeddings", "Use AdamW for embeddings.", True),
            number("muon_a", "First coefficient of the iteration.", 3.4445),
            number("muon_b", "Second coefficient of the iteration.", -4.775),
            number("muon_c", "Third coefficient of the iteration.", 2.0315),
            positive("adam_lr_ratio", "AdamW's rate in terms of the learning rate.", 1),
            _decay("momentum", 0.95, "How much of the last step is repeated."),
            count("ns_steps", "Newton-Schulz iterations.", 5),
            flag("nesterov", "Use Nesterov momentum.", True),
            positive(
                "rms_rate",
                "Scales steps to the size of Adam's; None for no scaling.",
                0.2,
                optional=True,
            ),
            common=(),
        ),
        _optimizer(
            "ScheduleFreeAdamW",
            "AdamW that averages its weights and so needs no schedule.",
            _BETA_1,
            _BETA_2,
            _epsilon(1e-8),
            integer("warmup_steps", "Steps over which the rate rises.", 0, minimum=0),
            learning_rate=0.0025,
            aliases=("schedule_free_adamw", "schedulefree"),
        ),
    ],
)
