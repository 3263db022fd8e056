"""Scorers: scikit-learn's names, the targets that each fits, and three names of the replaced tool.

Scikit-learn's clustering scorers are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from galaxy_keras.catalogue.parameters import PACKAGE, Entry
from galaxy_keras.catalogue.registry import Registry

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
        Whether it supports multioutput regression.
    alternative
        The scorer of the same family for kinds of target that this one does not fit.
    probabilities
        The kinds of target for which it needs probabilities of the classes, which sum to 1; for
        others labels or any scores are enough.
    of_one_class
        Whether, of two classes, it is the score of the positive one.
    """

    module: str = "sklearn.metrics"
    kinds: tuple[TargetKind, ...]
    multioutput: bool = True
    alternative: str = ""
    probabilities: tuple[TargetKind, ...] = ()
    of_one_class: bool = False


_EXCLUSIVE: tuple[TargetKind, ...] = ("binary", "multiclass")
_ALL_CLASSES: tuple[TargetKind, ...] = ("binary", "multiclass", "multilabel")


def _classification(
    name: str,
    help_text: str,
    kinds: tuple[TargetKind, ...] = _EXCLUSIVE,
    *,
    alternative: str = "",
    aliases: tuple[str, ...] = (),
    probabilities: tuple[TargetKind, ...] = (),
    of_one_class: bool = False,
) -> Scorer:
    return Scorer(
        name=name,
        help=help_text,
        kinds=kinds,
        alternative=alternative,
        aliases=aliases,
        probabilities=probabilities,
        of_one_class=of_one_class,
    )


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
            name,
            f"{what} of the positive class (--pos-label, by default the second label).",
            ("binary",),
            alternative=f"{name}_macro",
            of_one_class=True,
        ),
        _classification(f"{name}_macro", f"{what}, macro-averaged.", _ALL_CLASSES),
        _classification(f"{name}_micro", f"{what}, micro-averaged.", _ALL_CLASSES),
        _classification(
            f"{name}_weighted", f"{what}, weighted by support.", _ALL_CLASSES, aliases=misspelt
        ),
        _classification(
            f"{name}_samples",
            f"{what}, averaged over samples.",
            ("multilabel",),
            alternative=f"{name}_macro",
        ),
    ]


def _probability_scores(
    probabilities: tuple[TargetKind, ...], helps: dict[str, str]
) -> list[Scorer]:
    """Return scorers that need probabilities for these kinds of target."""
    return [
        _classification(name, help_text, probabilities=probabilities)
        for name, help_text in helps.items()
    ]


_CLASSIFICATION_SCORERS = [
    _classification(
        "accuracy", "Fraction of correctly classified rows.", _ALL_CLASSES, aliases=("acc",)
    ),
    _classification("balanced_accuracy", "Mean recall of the classes."),
    *_averages("f1", "F1"),
    *_averages("precision", "Precision"),
    *_averages("recall", "Recall"),
    *_averages("jaccard", "Jaccard index"),
    _classification("matthews_corrcoef", "Matthews correlation coefficient."),
    _classification(
        "positive_likelihood_ratio",
        "True positive rate divided by false positive rate.",
        ("binary",),
        of_one_class=True,
    ),
    _classification(
        "neg_negative_likelihood_ratio",
        "Negative of false negative rate divided by true negative rate.",
        ("binary",),
        of_one_class=True,
    ),
    _classification(
        "roc_auc",
        "Area under the ROC curve.",
        ("binary", "multilabel"),
        alternative="roc_auc_ovr",
        of_one_class=True,
    ),
    *_probability_scores(
        ("multiclass",),
        {
            "roc_auc_ovr": "ROC AUC, one-vs-rest.",
            "roc_auc_ovr_weighted": "The same, weighted by prevalence.",
            "roc_auc_ovo": "ROC AUC, one-vs-one.",
            "roc_auc_ovo_weighted": "The same, weighted by prevalence.",
        },
    ),
    _classification(
        "average_precision",
        "Area under the precision-recall curve.",
        _ALL_CLASSES,
        of_one_class=True,
    ),
    *_probability_scores(
        _EXCLUSIVE,
        {
            "neg_log_loss": "Negative log loss.",
            "neg_brier_score": "Negative Brier score.",
            "d2_log_loss_score": "Fraction of the log loss explained.",
            "d2_brier_score": "Fraction of the Brier score explained.",
        },
    ),
    _classification(
        "top_k_accuracy",
        "Fraction of rows whose class is among the 2 most probable.",
        ("multiclass",),
    ),
    Scorer(
        name="binarize_auc_scorer",
        module=PACKAGE,
        help="ROC AUC: the replaced tool's name for roc_auc.",
        kinds=("binary",),
        of_one_class=True,
        alternative="roc_auc_ovr",
    ),
    Scorer(
        name="binarize_average_precision_scorer",
        module=PACKAGE,
        help="Average precision: the replaced tool's name for average_precision.",
        kinds=("binary",),
        of_one_class=True,
        alternative="average_precision",
    ),
]

_REGRESSION_SCORERS = [
    _regression("r2", "Fraction of variance explained."),
    _regression("explained_variance", "Explained variance: like r2, but ignores a constant bias."),
    _regression("neg_mean_absolute_error", "Negative mean absolute error."),
    _regression("neg_mean_squared_error", "Negative mean squared error."),
    _regression("neg_root_mean_squared_error", "Negative root mean squared error."),
    _regression("neg_mean_absolute_percentage_error", "Negative mean absolute percentage error."),
    _regression("neg_mean_squared_log_error", "Negative mean squared logarithmic error."),
    _regression("neg_root_mean_squared_log_error", "Negative root mean squared logarithmic error."),
    _regression("neg_median_absolute_error", "Negative median absolute error."),
    _regression(
        "neg_max_error", "Negative maximum error.", multioutput=False, aliases=("max_error",)
    ),
    _regression("neg_mean_poisson_deviance", "Negative mean Poisson deviance.", multioutput=False),
    _regression("neg_mean_gamma_deviance", "Negative mean gamma deviance.", multioutput=False),
    _regression("d2_absolute_error_score", "Fraction of the absolute error explained."),
    Scorer(
        name="spearman_correlation",
        module=PACKAGE,
        help="Spearman rank correlation.",
        kinds=("regression",),
        multioutput=False,
    ),
]

SCORERS: Registry[Scorer] = Registry("scorer", [*_CLASSIFICATION_SCORERS, *_REGRESSION_SCORERS])
