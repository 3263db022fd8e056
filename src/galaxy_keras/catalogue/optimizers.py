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

DECAY = "decay"
"""Option of Keras 2; an `InverseTimeDecay` schedule now."""

CLIPPING = ("clipnorm", "clipvalue", "global_clipnorm")
"""Options that exclude each other."""


def _learning_rate(default: float = 0.001) -> Parameter:
    return parameter(
        Kind.SCHEDULE,
        "learning_rate",
        "Learning rate: a number, or a schedule.",
        default,
        exclusive_minimum=0.0,
        aliases=("lr",),
    )


def _decay(name: str, default: float, help_text: str) -> Parameter:
    return non_negative(name, help_text, default, exclusive_maximum=1.0)


def _epsilon(default: float = 1e-7, name: str = "epsilon") -> Parameter:
    return positive(name, "Small constant for numerical stability.", default)


def _weight_decay(default: float | None = None, name: str = "weight_decay") -> Parameter:
    return non_negative(name, "Weight decay per step, as a fraction of the weight.", default)


_BETA_1 = _decay("beta_1", 0.9, "Decay rate of the first moment.")
_BETA_2 = _decay("beta_2", 0.999, "Decay rate of the second moment.")
_MOMENTUM = _decay("momentum", 0.0, "Momentum.")
_ACCUMULATOR = non_negative("initial_accumulator_value", "Initial value of the accumulators.", 0.1)
_AMSGRAD = flag("amsgrad", "Use the largest mean squared gradient so far (AMSGrad).")

_CLIPPING_AND_AVERAGING = (
    positive("clipnorm", "Clip the gradient of each weight to this norm.", None),
    positive("clipvalue", "Clip gradients to this absolute value.", None),
    positive("global_clipnorm", "Clip the gradients of all weights to this global norm.", None),
    flag("use_ema", "Keep a moving average of the weights and end with it."),
    fraction("ema_momentum", "Momentum of the moving average.", 0.99),
    count(
        "ema_overwrite_frequency",
        "Steps after which the average replaces the weights; None to replace them at the end.",
        None,
    ),
    positive("loss_scale_factor", "Loss scale for mixed precision.", None),
    integer(
        "gradient_accumulation_steps",
        "Batches over which gradients are accumulated.",
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
        module="keras.optimizers",
        parameters=(_learning_rate(learning_rate), *own, *common),
        help=help_text,
        aliases=aliases,
    )


OPTIMIZERS: Registry[Entry] = Registry(
    "optimizer",
    [
        _optimizer("Adam", "Adaptive moment estimation.", _BETA_1, _BETA_2, _epsilon(), _AMSGRAD),
        _optimizer(
            "AdamW",
            "Adam with decoupled weight decay.",
            _weight_decay(0.004),
            _BETA_1,
            _BETA_2,
            _epsilon(),
            _AMSGRAD,
            common=_CLIPPING_AND_AVERAGING,
        ),
        _optimizer(
            "SGD",
            "Stochastic gradient descent, optionally with momentum.",
            _MOMENTUM,
            flag("nesterov", "Use Nesterov momentum."),
            learning_rate=0.01,
        ),
        _optimizer(
            "RMSprop",
            "Divides the gradient by the root of a moving average of its square.",
            _decay("rho", 0.9, "Decay rate of the mean squared gradient."),
            _MOMENTUM,
            _epsilon(),
            flag("centered", "Divide by the variance instead of the mean square."),
        ),
        _optimizer(
            "Adagrad",
            "Adapts the rate by the accumulated squared gradients.",
            _ACCUMULATOR,
            _epsilon(),
        ),
        _optimizer(
            "Adadelta",
            "Adagrad over a moving window of gradients.",
            _decay("rho", 0.95, "Decay rate of the moving average."),
            _epsilon(),
        ),
        _optimizer("Adamax", "Adam based on the infinity norm.", _BETA_1, _BETA_2, _epsilon()),
        _optimizer("Nadam", "Adam with Nesterov momentum.", _BETA_1, _BETA_2, _epsilon()),
        _optimizer(
            "Ftrl",
            "Follow the regularized leader, for wide and sparse linear models.",
            number(
                "learning_rate_power",
                "Exponent of the decay of the rate; 0 for a constant rate.",
                -0.5,
                maximum=0.0,
            ),
            _ACCUMULATOR,
            non_negative("l1_regularization_strength", "L1 penalty on the weights.", 0.0),
            non_negative("l2_regularization_strength", "L2 penalty on the weights.", 0.0),
            non_negative(
                "l2_shrinkage_regularization_strength",
                "L2 penalty on the magnitude of the gradients.",
                0.0,
            ),
            non_negative("beta", "Beta of the FTRL paper.", 0.0),
        ),
        _optimizer(
            "Lamb", "Layer-wise adaptive Adam, for large batches.", _BETA_1, _BETA_2, _epsilon()
        ),
        _optimizer(
            "Lion",
            "Sign of the momentum, with steps of equal size.",
            positive("beta_1", "Weight of the momentum in a step.", 0.9, maximum=1.0),
            _decay("beta_2", 0.99, "Decay rate of the first moment."),
        ),
        _optimizer(
            "Adafactor",
            "Adam with factored second moments, to save memory.",
            number(
                "beta_2_decay",
                "Exponent of the decay rate of the second moment.",
                -0.8,
                exclusive_maximum=0.0,
            ),
            _epsilon(1e-30, "epsilon_1"),
            _epsilon(0.001, "epsilon_2"),
            positive(
                "clip_threshold", "Clipping threshold: largest root mean square of a step.", 1.0
            ),
            flag("relative_step", "Decrease the rate with the number of steps.", True),
        ),
        _optimizer(
            "Muon",
            "Orthogonalized momentum for weight matrices, AdamW for all other weights.",
            _decay("adam_beta_1", 0.9, "beta_1 of AdamW."),
            _decay("adam_beta_2", 0.999, "beta_2 of AdamW."),
            _weight_decay(0.004, "adam_weight_decay"),
            _epsilon(),
            _weight_decay(0.004),
            *_CLIPPING_AND_AVERAGING,
            flag("exclude_embeddings", "Use AdamW for embeddings.", True),
            number("muon_a", "First coefficient of the Newton-Schulz iteration.", 3.4445),
            number("muon_b", "Second coefficient of the Newton-Schulz iteration.", -4.775),
            number("muon_c", "Third coefficient of the Newton-Schulz iteration.", 2.0315),
            positive("adam_lr_ratio", "AdamW's rate, as a multiple of the learning rate.", 1),
            _decay("momentum", 0.95, "Momentum."),
            count("ns_steps", "Newton-Schulz iterations.", 5),
            flag("nesterov", "Use Nesterov momentum.", True),
            positive(
                "rms_rate",
                "Scales updates to the RMS of Adam's; None for no scaling.",
                0.2,
                optional=True,
            ),
            common=(),
        ),
        _optimizer(
            "ScheduleFreeAdamW",
            "AdamW with averaged weights in place of a schedule.",
            _BETA_1,
            _BETA_2,
            _epsilon(1e-8),
            integer("warmup_steps", "Warm-up steps.", 0, minimum=0),
            learning_rate=0.0025,
            aliases=("schedule_free_adamw", "schedulefree"),
        ),
    ],
)
