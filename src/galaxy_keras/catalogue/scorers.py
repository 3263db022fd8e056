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
Need = Literal["labels", "probabilities", "values"]

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
    needs
        What it looks at.
    multioutput
        Whether it takes a regression of several outputs.
    otherwise
        The scorer of the same family for kinds of target that this one does not fit.
    """

    module: str = "sklearn.metrics"
    kinds: tuple[TargetKind, ...]
    needs: Need = "labels"
    multioutput: bool = True
    otherwise: str = ""


_EXCLUSIVE: tuple[TargetKind, ...] = ("binary", "multiclass")
_ALL_CLASSES: tuple[TargetKind, ...] = ("binary", "multiclass", "multilabel")


def _labels(
    name: str,
    help_text: str,
    kinds: tuple[TargetKind, ...] = _EXCLUSIVE,
    *,
    otherwise: str = "",
    aliases: tuple[str, ...] = (),
) -> Scorer:
    return Scorer(name=name, help=help_text, kinds=kinds, otherwise=otherwise, aliases=aliases)


def _probabilities(
    name: str, help_text: str, kinds: tuple[TargetKind, ...], *, otherwise: str = ""
) -> Scorer:
    return Scorer(
        name=name, help=help_text, kinds=kinds, needs="probabilities", otherwise=otherwise
    )


def _values(
    name: str, help_text: str, *, multioutput: bool = True, aliases: tuple[str, ...] = ()
) -> Scorer:
    return Scorer(
        name=name,
        help=help_text,
        kinds=("regression",),
        needs="values",
        multioutput=multioutput,
        aliases=aliases,
    )


def _averages(name: str, what: str) -> list[Scorer]:
    misspelt = (f"{name}_wighted",)
    return [
        _labels(
            name, f"{what} of the second of two classes.", ("binary",), otherwise=f"{name}_macro"
        ),
        _labels(f"{name}_macro", f"{what}, mean of the classes.", _ALL_CLASSES),
        _labels(f"{name}_micro", f"{what} over all labels together.", _ALL_CLASSES),
        _labels(
            f"{name}_weighted",
            f"{what}, mean of the classes by their frequency.",
            _ALL_CLASSES,
            aliases=misspelt,
        ),
        _labels(
            f"{name}_samples",
            f"{what}, mean of the rows.",
            ("multilabel",),
            otherwise=f"{name}_macro",
        ),
    ]


_CLASSIFICATION = [
    _labels("accuracy", "Share of rows that are right.", _ALL_CLASSES, aliases=("acc",)),
    _labels("balanced_accuracy", "Mean recall of the classes."),
    *_averages("f1", "F1"),
    *_averages("precision", "Precision"),
    *_averages("recall", "Recall"),
    *_averages("jaccard", "Overlap"),
    _labels("matthews_corrcoef", "Correlation of truth and prediction."),
    _labels("positive_likelihood_ratio", "True positive over false positive rate.", ("binary",)),
    _labels(
        "neg_negative_likelihood_ratio",
        "Minus the false negative over the true negative rate.",
        ("binary",),
    ),
    _probabilities(
        "roc_auc", "Area under the ROC curve.", ("binary", "multilabel"), otherwise="roc_auc_ovr"
    ),
    _probabilities("roc_auc_ovr", "ROC area, each class against the rest.", _EXCLUSIVE),
    _probabilities("roc_auc_ovr_weighted", "The same by the classes' frequency.", _EXCLUSIVE),
    _probabilities("roc_auc_ovo", "ROC area, each class against each other.", _EXCLUSIVE),
    _probabilities("roc_auc_ovo_weighted", "The same by the classes' frequency.", _EXCLUSIVE),
    _probabilities("average_precision", "Area under the precision-recall curve.", _ALL_CLASSES),
    _probabilities("neg_log_loss", "Minus the crossentropy.", _EXCLUSIVE),
    _probabilities("neg_brier_score", "Minus the squared error of probabilities.", _EXCLUSIVE),
    _probabilities("d2_log_loss_score", "Share of the crossentropy that is explained.", _EXCLUSIVE),
    _probabilities("d2_brier_score", "Share of the Brier score that is explained.", _EXCLUSIVE),
    _probabilities(
        "top_k_accuracy", "Share of rows whose class is among the 2 likeliest.", ("multiclass",)
    ),
    Scorer(
        name="binarize_auc_scorer",
        module=OWN_MODULE,
        help="Name of the replaced tool for roc_auc.",
        kinds=("binary",),
        needs="probabilities",
        otherwise="roc_auc_ovr",
    ),
    Scorer(
        name="binarize_average_precision_scorer",
        module=OWN_MODULE,
        help="Name of the replaced tool for average_precision.",
        kinds=("binary",),
        needs="probabilities",
        otherwise="average_precision",
    ),
]

_REGRESSION = [
    _values("r2", "Share of the variance that is explained."),
    _values("explained_variance", "The same, blind to a constant error."),
    _values("neg_mean_absolute_error", "Minus the mean absolute error."),
    _values("neg_mean_squared_error", "Minus the mean squared error."),
    _values("neg_root_mean_squared_error", "Minus the root of the mean squared error."),
    _values("neg_mean_absolute_percentage_error", "Minus the mean relative error."),
    _values("neg_mean_squared_log_error", "Minus the mean squared error of log(1 + value)."),
    _values("neg_root_mean_squared_log_error", "Minus the root of that."),
    _values("neg_median_absolute_error", "Minus the median absolute error."),
    _values("neg_max_error", "Minus the largest error.", multioutput=False, aliases=("max_error",)),
    _values("neg_mean_poisson_deviance", "Minus the deviance of counts.", multioutput=False),
    _values("neg_mean_gamma_deviance", "Minus the deviance of positive values.", multioutput=False),
    _values("d2_absolute_error_score", "Share of the absolute error that is explained."),
    Scorer(
        name="spearman_correlation",
        module=OWN_MODULE,
        help="Correlation of the ranks.",
        kinds=("regression",),
        needs="values",
        multioutput=False,
    ),
]

SCORERS: Registry[Scorer] = Registry("scorer", [*_CLASSIFICATION, *_REGRESSION])
