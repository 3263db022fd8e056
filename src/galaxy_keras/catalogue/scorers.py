"""Scorers: scikit-learn's names, the targets that each fits, and three names of the replaced tool.

Left out are scikit-learn's scorers of clusterings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from galaxy_keras.catalogue.parameters import Entry
from galaxy_keras.catalogue.registry import Registry

OWN_MODULE = "galaxy_keras"

TargetKind = Literal["binary", "multiclass", "multilabel", "regression"]

DEFAULT = "default"
"""Stands for one of `DEFAULT_SCORERS`."""

DEFAULT_SCORERS: dict[TargetKind, str] = {
    "binary": "accuracy",
    "multiclass": "accuracy",
    "multilabel": "accuracy",
    "regression": "r2",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorer(Entry):
    """A scorer; higher is better for all of them.

    Attributes
    ----------
    kinds
        The kinds of target that it fits.
    multioutput
        Whether it takes a regression of several outputs.
    alternative
        The scorer of the same family for kinds of target that this one does not fit.
    """

    module: str = "sklearn.metrics"
    kinds: tuple[TargetKind, ...]
    multioutput: bool = True
    alternative: str = ""


_EXCLUSIVE: tuple[TargetKind, ...] = ("binary", "multiclass")
_ALL_CLASSES: tuple[TargetKind, ...] = ("binary", "multiclass", "multilabel")


def _classification(
    name: str,
    help_text: str,
    kinds: tuple[TargetKind, ...] = _EXCLUSIVE,
    *,
    alternative: str = "",
    aliases: tuple[str, ...] = (),
) -> Scorer:
    return Scorer(name=name, help=help_text, kinds=kinds, alternative=alternative, aliases=aliases)


def _regression(
    name: str, help_text: str, *, multioutput: bool = True, aliases: tuple[str, ...] = ()
) -> Scorer:
    return Scorer(
        name=name, help=help_text, kinds=("regression",), multioutput=multioutput, aliases=aliases
    )


def _averages(name: str, what: str) -> list[Scorer]:
    misspelt = (f"{name}_wighted",)
    return [
        _classification(
            name, f"{what} of the second of two classes.", ("binary",), alternative=f"{name}_macro"
        ),
        _classification(f"{name}_macro", f"{what}, mean of the classes.", _ALL_CLASSES),
        _classification(f"{name}_micro", f"{what} over all labels together.", _ALL_CLASSES),
        _classification(
            f"{name}_weighted",
            f"{what}, mean of the classes by their frequency.",
            _ALL_CLASSES,
            aliases=misspelt,
        ),
        _classification(
            f"{name}_samples",
            f"{what}, mean of the rows.",
            ("multilabel",),
            alternative=f"{name}_macro",
        ),
    ]


_CLASSIFICATION_SCORERS = [
    _classification("accuracy", "Share of rows that are right.", _ALL_CLASSES, aliases=("acc",)),
    _classification("balanced_accuracy", "Mean recall of the classes."),
    *_averages("f1", "F1"),
    *_averages("precision", "Precision"),
    *_averages("recall", "Recall"),
    *_averages("jaccard", "Overlap"),
    _classification("matthews_corrcoef", "Correlation of truth and prediction."),
    _classification(
        "positive_likelihood_ratio", "True positive over false positive rate.", ("binary",)
    ),
    _classification(
        "neg_negative_likelihood_ratio",
        "Minus the false negative over the true negative rate.",
        ("binary",),
    ),
    _classification(
        "roc_auc", "Area under the ROC curve.", ("binary", "multilabel"), alternative="roc_auc_ovr"
    ),
    _classification("roc_auc_ovr", "ROC area, each class against the rest.", _EXCLUSIVE),
    _classification("roc_auc_ovr_weighted", "The same by the classes' frequency.", _EXCLUSIVE),
    _classification("roc_auc_ovo", "ROC area, each class against each other.", _EXCLUSIVE),
    _classification("roc_auc_ovo_weighted", "The same by the classes' frequency.", _EXCLUSIVE),
    _classification("average_precision", "Area under the precision-recall curve.", _ALL_CLASSES),
    _classification("neg_log_loss", "Minus the crossentropy.", _EXCLUSIVE),
    _classification("neg_brier_score", "Minus the squared error of probabilities.", _EXCLUSIVE),
    _classification(
        "d2_log_loss_score", "Share of the crossentropy that is explained.", _EXCLUSIVE
    ),
    _classification("d2_brier_score", "Share of the Brier score that is explained.", _EXCLUSIVE),
    _classification(
        "top_k_accuracy", "Share of rows whose class is among the 2 likeliest.", ("multiclass",)
    ),
    Scorer(
        name="binarize_auc_scorer",
        module=OWN_MODULE,
        help="Name of the replaced tool for roc_auc.",
        kinds=("binary",),
        alternative="roc_auc_ovr",
    ),
    Scorer(
        name="binarize_average_precision_scorer",
        module=OWN_MODULE,
        help="Name of the replaced tool for average_precision.",
        kinds=("binary",),
        alternative="average_precision",
    ),
]

_REGRESSION_SCORERS = [
    _regression("r2", "Share of the variance that is explained."),
    _regression("explained_variance", "The same, blind to a constant error."),
    _regression("neg_mean_absolute_error", "Minus the mean absolute error."),
    _regression("neg_mean_squared_error", "Minus the mean squared error."),
    _regression("neg_root_mean_squared_error", "Minus the root of the mean squared error."),
    _regression("neg_mean_absolute_percentage_error", "Minus the mean relative error."),
    _regression("neg_mean_squared_log_error", "Minus the mean squared error of log(1 + value)."),
    _regression("neg_root_mean_squared_log_error", "Minus the root of that."),
    _regression("neg_median_absolute_error", "Minus the median absolute error."),
    _regression(
        "neg_max_error", "Minus the largest error.", multioutput=False, aliases=("max_error",)
    ),
    _regression("neg_mean_poisson_deviance", "Minus the deviance of counts.", multioutput=False),
    _regression(
        "neg_mean_gamma_deviance", "Minus the deviance of positive values.", multioutput=False
    ),
    _regression("d2_absolute_error_score", "Share of the absolute error that is explained."),
    Scorer(
        name="spearman_correlation",
        module=OWN_MODULE,
        help="Correlation of the ranks.",
        kinds=("regression",),
        multioutput=False,
    ),
]

SCORERS: Registry[Scorer] = Registry("scorer", [*_CLASSIFICATION_SCORERS, *_REGRESSION_SCORERS])
