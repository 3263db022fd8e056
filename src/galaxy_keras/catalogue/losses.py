"""Losses, and what each needs of the target and of the last layer.

Left out: `Circle`, whose network gives embeddings and no predictions, and `CTC`, whose targets
are sequences of symbols.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from galaxy_keras.catalogue.activations import HARD_SIGMOID_OF_KERAS_2
from galaxy_keras.catalogue.constructors import (
    axes,
    choice,
    flag,
    fraction,
    integer,
    non_negative,
    numbers,
    positive,
)
from galaxy_keras.catalogue.parameters import Entry, Parameter
from galaxy_keras.catalogue.registry import Registry

Task = Literal["classifier", "regressor"]
TargetFormat = Literal["binary", "one-hot", "integer", "numeric"]
"""How a target reaches a loss.

`binary`: 0 and 1, each output independently. `one-hot`: one column of 0 and 1 for each class.
`integer`: the class index. `numeric`: values.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss(Entry):
    """A loss.

    Attributes
    ----------
    tasks
        The tasks that it is for.
    targets
        The target formats that it takes.
    activations
        Activations of the last layer whose outputs it takes; empty for any.
    margins
        Whether outputs are margins: their sign is the class.
    """

    module: str = "keras.losses"
    tasks: tuple[Task, ...]
    targets: tuple[TargetFormat, ...]
    activations: tuple[str, ...] = ()
    margins: bool = False


LABEL_ACTIVATIONS = ("sigmoid", "hard_sigmoid", HARD_SIGMOID_OF_KERAS_2, "sparse_sigmoid")
EXCLUSIVE_ACTIVATIONS = ("softmax", "sparsemax")
_MARGINS = ("tanh", "hard_tanh", "softsign", "linear")

_REDUCTION = choice(
    "reduction",
    "Reduction over the batch.",
    ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight"),
    "sum_over_batch_size",
)
_FROM_LOGITS = flag("from_logits", "The last layer has no activation; the loss applies it.")
_LABEL_SMOOTHING = fraction(
    "label_smoothing", "Label smoothing: how far targets move from 0 and 1 towards uniform.", 0.0
)
_AXIS = integer("axis", "Axis of the classes.", -1)
_OVER_AXES = axes("axis", "Axes to sum over; None for all.", None)
_GAMMA = non_negative(
    "gamma", "Focusing parameter: how strongly easy samples are down-weighted.", 2.0
)


def _regression_loss(
    name: str, help_text: str, *own: Parameter, aliases: tuple[str, ...] = ()
) -> Loss:
    return Loss(
        name=name,
        parameters=(*own, _REDUCTION),
        help=help_text,
        aliases=aliases,
        tasks=("regressor",),
        targets=("numeric", "binary", "one-hot"),
    )


def _classification_loss(
    name: str,
    help_text: str,
    *own: Parameter,
    targets: tuple[TargetFormat, ...],
    activations: tuple[str, ...] = (),
    aliases: tuple[str, ...] = (),
    margins: bool = False,
) -> Loss:
    return Loss(
        name=name,
        parameters=(*own, _REDUCTION),
        help=help_text,
        aliases=aliases,
        tasks=("classifier",),
        targets=targets,
        activations=activations,
        margins=margins,
    )


LOSSES: Registry[Loss] = Registry(
    "loss",
    [
        _classification_loss(
            "BinaryCrossentropy",
            "Two classes, or several labels that are not mutually exclusive.",
            _FROM_LOGITS,
            _LABEL_SMOOTHING,
            _AXIS,
            targets=("binary",),
            activations=LABEL_ACTIVATIONS,
            aliases=("binary_crossentropy", "bce"),
        ),
        _classification_loss(
            "CategoricalCrossentropy",
            "Mutually exclusive classes.",
            _FROM_LOGITS,
            _LABEL_SMOOTHING,
            _AXIS,
            targets=("one-hot",),
            activations=EXCLUSIVE_ACTIVATIONS,
            aliases=("categorical_crossentropy", "cce"),
        ),
        Loss(
            name="SparseCategoricalCrossentropy",
            parameters=(
                _FROM_LOGITS,
                integer("ignore_class", "Index of a class to ignore; None to ignore none.", None),
                _REDUCTION,
                _AXIS,
            ),
            help="Mutually exclusive classes; takes less memory with many classes.",
            aliases=("sparse_categorical_crossentropy",),
            tasks=("classifier",),
            targets=("integer",),
            activations=EXCLUSIVE_ACTIVATIONS,
        ),
        _classification_loss(
            "BinaryFocalCrossentropy",
            "Binary cross-entropy that gives hard samples more weight.",
            flag("apply_class_balancing", "Weight the classes by alpha and 1 - alpha."),
            fraction("alpha", "Weight of the positive class, if classes are balanced.", 0.25),
            _GAMMA,
            _FROM_LOGITS,
            _LABEL_SMOOTHING,
            _AXIS,
            targets=("binary",),
            activations=LABEL_ACTIVATIONS,
            aliases=("binary_focal_crossentropy",),
        ),
        _classification_loss(
            "CategoricalFocalCrossentropy",
            "Categorical cross-entropy that gives hard samples more weight.",
            numbers(
                "alpha", "Weight of all classes, or a list with one for each.", 0.25, minimum=0.0
            ),
            _GAMMA,
            _FROM_LOGITS,
            _LABEL_SMOOTHING,
            _AXIS,
            targets=("one-hot",),
            activations=EXCLUSIVE_ACTIVATIONS,
            aliases=("categorical_focal_crossentropy",),
        ),
        _classification_loss(
            "CategoricalGeneralizedCrossEntropy",
            "Between cross-entropy and absolute error; robust to noisy labels.",
            positive(
                "q",
                "Near 0 like cross-entropy, near 1 like the absolute error.",
                0.5,
                exclusive_maximum=1.0,
            ),
            targets=("integer",),
            activations=EXCLUSIVE_ACTIVATIONS,
            aliases=("categorical_generalized_cross_entropy",),
        ),
        _classification_loss(
            "Hinge",
            "Maximum-margin classification of two classes.",
            targets=("binary",),
            activations=_MARGINS,
            aliases=("hinge",),
            margins=True,
        ),
        _classification_loss(
            "SquaredHinge",
            "Squared hinge: penalizes large violations more.",
            targets=("binary",),
            activations=_MARGINS,
            aliases=("squared_hinge",),
            margins=True,
        ),
        _classification_loss(
            "CategoricalHinge",
            "Maximum-margin classification of several classes.",
            targets=("one-hot",),
            aliases=("categorical_hinge",),
        ),
        Loss(
            name="KLDivergence",
            parameters=(_REDUCTION,),
            help="Kullback-Leibler divergence of target and prediction.",
            aliases=("kl_divergence", "kld", "kullback_leibler_divergence"),
            tasks=("classifier", "regressor"),
            targets=("one-hot", "numeric"),
            activations=EXCLUSIVE_ACTIVATIONS,
        ),
        Loss(
            name="Dice",
            parameters=(_REDUCTION, _OVER_AXES),
            help="One minus the Dice coefficient.",
            aliases=("dice",),
            tasks=("classifier",),
            targets=("binary", "one-hot"),
            activations=(*LABEL_ACTIVATIONS, *EXCLUSIVE_ACTIVATIONS),
        ),
        Loss(
            name="Tversky",
            parameters=(
                # In the code of Keras alpha weights the false negatives, unlike in its docs.
                non_negative("alpha", "Weight of false negatives.", 0.5),
                non_negative("beta", "Weight of false positives.", 0.5),
                _REDUCTION,
                _OVER_AXES,
            ),
            help="Dice with weights for false negatives and false positives.",
            aliases=("tversky",),
            tasks=("classifier",),
            targets=("binary", "one-hot"),
            activations=(*LABEL_ACTIVATIONS, *EXCLUSIVE_ACTIVATIONS),
        ),
        _regression_loss(
            "MeanSquaredError", "Mean of the squared errors.", aliases=("mean_squared_error", "mse")
        ),
        _regression_loss(
            "MeanAbsoluteError",
            "Mean of the absolute errors.",
            aliases=("mean_absolute_error", "mae"),
        ),
        _regression_loss(
            "MeanAbsolutePercentageError",
            "Mean of the absolute errors as percentages of the target.",
            aliases=("mean_absolute_percentage_error", "mape"),
        ),
        _regression_loss(
            "MeanSquaredLogarithmicError",
            "Mean of the squared errors of log(1 + value); for values of 0 and above.",
            aliases=("mean_squared_logarithmic_error", "msle"),
        ),
        _regression_loss(
            "Huber",
            "Quadratic for errors up to delta, linear beyond.",
            positive("delta", "Error at which the loss changes from squared to linear.", 1.0),
            aliases=("huber", "huber_loss"),
        ),
        _regression_loss(
            "LogCosh", "Smooth version of the absolute error.", aliases=("log_cosh", "logcosh")
        ),
        _regression_loss(
            "CosineSimilarity",
            "Minus the cosine of the angle between target and prediction.",
            _AXIS,
            aliases=("cosine_similarity", "cosine_proximity"),
        ),
        _regression_loss(
            "Poisson", "For counts: the outputs are rates above 0.", aliases=("poisson",)
        ),
    ],
)
