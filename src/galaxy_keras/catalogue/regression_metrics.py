"""Metrics of values: errors, losses as metrics, and correlations."""

from __future__ import annotations

from galaxy_keras.catalogue.constructors import choice, fraction, integer
from galaxy_keras.catalogue.losses import TargetFormat
from galaxy_keras.catalogue.metric import AXIS, FROM_LOGITS, IGNORED_CLASS, Metric, make_metric

_ANY_NUMBERS: tuple[TargetFormat, ...] = ("numeric", "binary", "one-hot")

_LABEL_SMOOTHING = fraction(
    "label_smoothing", "How far the targets are drawn from 0 and 1 towards the middle.", 0
)


def _error(name: str, help_text: str, *aliases: str) -> Metric:
    return make_metric(name, help_text, aliases=aliases, targets=_ANY_NUMBERS, direction="min")


def _correlation(name: str, help_text: str, *aliases: str) -> Metric:
    return make_metric(
        name, help_text, AXIS, aliases=aliases, targets=_ANY_NUMBERS, direction="max"
    )


REGRESSION_METRICS = (
    _error("MeanSquaredError", "Mean of the squared errors.", "mean_squared_error", "mse"),
    _error(
        "RootMeanSquaredError",
        "Root of the mean squared error, in the unit of the target.",
        "root_mean_squared_error",
        "rmse",
    ),
    _error("MeanAbsoluteError", "Mean of the absolute errors.", "mean_absolute_error", "mae"),
    _error(
        "MeanAbsolutePercentageError",
        "Mean of the absolute errors as percentages of the target.",
        "mean_absolute_percentage_error",
        "mape",
    ),
    _error(
        "MeanSquaredLogarithmicError",
        "Mean of the squared errors of log(1 + value).",
        "mean_squared_logarithmic_error",
        "msle",
    ),
    _error(
        "LogCoshError",
        "Smooth version of the absolute error.",
        "log_cosh_error",
        "log_cosh",
        "logcosh",
    ),
    _error("Poisson", "Poisson loss of rates.", "poisson"),
    make_metric(
        "R2Score",
        "Share of the variance that is explained.",
        choice(
            "class_aggregation",
            "How several outputs become one value.",
            ("uniform_average", "variance_weighted_average"),
            "uniform_average",
        ),
        integer(
            "num_regressors",
            "Number of features, for the adjusted score; 0 for the plain one.",
            0,
            minimum=0,
        ),
        aliases=("r2_score", "r2"),
        targets=_ANY_NUMBERS,
        direction="max",
    ),
    _correlation(
        "CosineSimilarity",
        "Cosine of the angle between target and prediction.",
        "cosine_similarity",
        "cosine_proximity",
        "cosine",
    ),
    _correlation(
        "PearsonCorrelation",
        "Correlation of target and prediction along an axis; the mean over the batches.",
        "pearson_correlation",
    ),
    _correlation(
        "ConcordanceCorrelation",
        "Agreement of target and prediction along an axis; the mean over the batches.",
        "concordance_correlation",
    ),
    make_metric(
        "BinaryCrossentropy",
        "Crossentropy of each output for itself.",
        FROM_LOGITS,
        _LABEL_SMOOTHING,
        aliases=("binary_crossentropy", "bce"),
        targets=("binary",),
        direction="min",
        outputs="probability",
    ),
    make_metric(
        "CategoricalCrossentropy",
        "Crossentropy of classes that exclude each other.",
        FROM_LOGITS,
        _LABEL_SMOOTHING,
        AXIS,
        aliases=("categorical_crossentropy",),
        targets=("one-hot",),
        direction="min",
        outputs="probability",
    ),
    make_metric(
        "SparseCategoricalCrossentropy",
        "Crossentropy of classes that exclude each other, by class numbers.",
        FROM_LOGITS,
        IGNORED_CLASS,
        AXIS,
        aliases=("sparse_categorical_crossentropy",),
        targets=("integer",),
        direction="min",
        outputs="probability",
    ),
    make_metric(
        "KLDivergence",
        "How far the outputs are from the target, both as distributions.",
        aliases=("kl_divergence", "kld", "kullback_leibler_divergence"),
        targets=_ANY_NUMBERS,
        direction="min",
        outputs="probability",
    ),
    make_metric("Hinge", "Hinge loss.", targets=("binary",), direction="min"),
    make_metric(
        "SquaredHinge",
        "Squared hinge loss.",
        aliases=("squared_hinge",),
        targets=("binary",),
        direction="min",
    ),
    make_metric(
        "CategoricalHinge",
        "Categorical hinge loss.",
        aliases=("categorical_hinge",),
        targets=("one-hot",),
        direction="min",
    ),
)
