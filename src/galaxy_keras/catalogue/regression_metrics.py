"""Metrics of regression, correlations, and losses as metrics."""

from __future__ import annotations

from galaxy_keras.catalogue.constructors import choice, fraction, integer
from galaxy_keras.catalogue.losses import TargetFormat
from galaxy_keras.catalogue.metric import AXIS, FROM_LOGITS, IGNORED_CLASS, Metric, make_metric

_ANY_NUMBERS: tuple[TargetFormat, ...] = ("numeric", "binary", "one-hot")

_LABEL_SMOOTHING = fraction(
    "label_smoothing", "Label smoothing: how far targets move from 0 and 1 towards uniform.", 0
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
        "Fraction of variance explained (R2).",
        choice(
            "class_aggregation",
            "Averaging over outputs.",
            ("uniform_average", "variance_weighted_average"),
            "uniform_average",
        ),
        integer(
            "num_regressors",
            "Number of features, for the adjusted R2; 0 for R2 itself.",
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
        "Cross-entropy per output.",
        FROM_LOGITS,
        _LABEL_SMOOTHING,
        aliases=("binary_crossentropy", "bce"),
        targets=("binary",),
        direction="min",
        outputs="probability",
    ),
    make_metric(
        "CategoricalCrossentropy",
        "Cross-entropy of mutually exclusive classes.",
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
        "Cross-entropy of mutually exclusive classes, for integer class labels.",
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
        "Kullback-Leibler divergence of target and prediction.",
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
