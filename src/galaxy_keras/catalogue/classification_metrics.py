"""Metrics of classes: accuracies, counts of right and wrong labels, and what follows from them.

Options that give one value for each class or threshold are left out or narrowed, because a column
of a table holds one value.
"""

from __future__ import annotations

from galaxy_keras.catalogue.constructors import (
    choice,
    count,
    flag,
    fraction,
    integer,
    integers,
    number,
    numbers,
    positive,
)
from galaxy_keras.catalogue.losses import TargetFormat
from galaxy_keras.catalogue.metric import (
    AXIS,
    FROM_LOGITS,
    IGNORED_CLASS,
    Direction,
    Metric,
    make_metric,
)
from galaxy_keras.catalogue.parameters import Parameter

_INDICATORS: tuple[TargetFormat, ...] = ("binary", "one-hot")
_CLASSES: tuple[TargetFormat, ...] = ("one-hot", "integer")

_K = count("k", "How many of the most probable classes are looked at.", 5)
_CLASS = integer(
    "class_id", "Number of the class or output looked at, from 0; None for all.", None, minimum=0
)
_TOP_K = count(
    "top_k", "Take the most probable classes as predicted; None to use the threshold.", None
)
_THRESHOLD_COUNT = integer("num_thresholds", "How many thresholds are tried.", 200, minimum=2)
_CLASS_COUNT = integer("num_classes", "The number of classes.", minimum=2)
_CLASS_NUMBERS = integers(
    "target_class_ids", "Numbers of the classes looked at, from 0.", minimum=0
)
_AVERAGE = choice(
    "average",
    "How the classes become one value; None is read as macro.",
    ("micro", "macro", "weighted"),
    None,
)


def _threshold(name: str, default: float | None, help_text: str) -> Parameter:
    return fraction(name, help_text, default)


_THRESHOLDS = _threshold("thresholds", None, "Probability above which a label is predicted (0.5).")
_F_THRESHOLD = positive(
    "threshold",
    "Probability above which a label is predicted; None for 0.5, or the likeliest class.",
    None,
    maximum=1.0,
)


def _count(name: str, help_text: str, direction: Direction, alias: str) -> Metric:
    return make_metric(
        name,
        help_text,
        _THRESHOLDS,
        aliases=(alias,),
        targets=_INDICATORS,
        direction=direction,
        outputs="probability",
    )


def _at(name: str, fixed: str, help_text: str, alias: str) -> Metric:
    return make_metric(
        name,
        help_text,
        fraction(fixed, f"The {fixed} that is held."),
        _THRESHOLD_COUNT,
        _CLASS,
        aliases=(alias,),
        targets=_INDICATORS,
        direction="max",
        outputs="probability",
    )


CLASSIFICATION_METRICS = (
    make_metric(
        "Accuracy",
        "Share of right predictions, whatever the form of the target.",
        aliases=("acc",),
        targets=("binary", "one-hot", "integer", "numeric"),
        direction="max",
    ),
    make_metric(
        "BinaryAccuracy",
        "Share of right labels, each output for itself.",
        number("threshold", "Output above which a label is predicted.", 0.5),
        aliases=("binary_accuracy",),
        targets=("binary",),
        direction="max",
    ),
    make_metric(
        "CategoricalAccuracy",
        "Share of rows whose likeliest class is right.",
        aliases=("categorical_accuracy",),
        targets=("one-hot",),
        direction="max",
    ),
    make_metric(
        "SparseCategoricalAccuracy",
        "Share of rows whose likeliest class is right, by class numbers.",
        aliases=("sparse_categorical_accuracy",),
        targets=("integer",),
        direction="max",
    ),
    make_metric(
        "TopKCategoricalAccuracy",
        "Share of rows whose class is among the k likeliest.",
        _K,
        aliases=("top_k_categorical_accuracy",),
        targets=("one-hot",),
        direction="max",
    ),
    make_metric(
        "SparseTopKCategoricalAccuracy",
        "Share of rows whose class is among the k likeliest, by class numbers.",
        _K,
        aliases=("sparse_top_k_categorical_accuracy",),
        targets=("integer",),
        direction="max",
    ),
    make_metric(
        "AUC",
        "Area under the ROC or the precision-recall curve.",
        _THRESHOLD_COUNT,
        choice("curve", "Which curve.", ("ROC", "PR", "PRGAIN"), "ROC"),
        choice(
            "summation_method",
            "How the area between two points is counted.",
            ("interpolation", "minoring", "majoring"),
            "interpolation",
        ),
        numbers(
            "thresholds",
            "The thresholds that are tried; None to spread them evenly.",
            None,
            minimum=0.0,
            maximum=1.0,
        ),
        flag("multi_label", "Mean of the areas of each output, instead of one area over all."),
        count("num_labels", "The number of outputs, with multi_label.", None),
        numbers("label_weights", "Weight of each output in the mean.", None, minimum=0.0),
        FROM_LOGITS,
        targets=_INDICATORS,
        direction="max",
        outputs="probability",
    ),
    make_metric(
        "Precision",
        "Share of predicted labels that are right.",
        _THRESHOLDS,
        _TOP_K,
        _CLASS,
        targets=_INDICATORS,
        direction="max",
        outputs="probability",
    ),
    make_metric(
        "Recall",
        "Share of true labels that are found.",
        _THRESHOLDS,
        _TOP_K,
        _CLASS,
        targets=_INDICATORS,
        direction="max",
        outputs="probability",
    ),
    make_metric(
        "F1Score",
        "Harmonic mean of precision and recall.",
        _AVERAGE,
        _F_THRESHOLD,
        aliases=("f1_score", "f1"),
        targets=_INDICATORS,
        direction="max",
        outputs="probability",
    ),
    make_metric(
        "FBetaScore",
        "F score in which recall counts beta times as much as precision.",
        _AVERAGE,
        positive("beta", "Weight of recall.", 1.0),
        _F_THRESHOLD,
        aliases=("fbeta_score", "f_beta_score", "fbeta"),
        targets=_INDICATORS,
        direction="max",
        outputs="probability",
    ),
    _at("PrecisionAtRecall", "recall", "Best precision at a recall.", "precision_at_recall"),
    _at("RecallAtPrecision", "precision", "Best recall at a precision.", "recall_at_precision"),
    _at(
        "SensitivityAtSpecificity",
        "specificity",
        "Best sensitivity at a specificity.",
        "sensitivity_at_specificity",
    ),
    _at(
        "SpecificityAtSensitivity",
        "sensitivity",
        "Best specificity at a sensitivity.",
        "specificity_at_sensitivity",
    ),
    _count("TruePositives", "Number of labels that are found.", "max", "true_positives"),
    _count("TrueNegatives", "Number of absent labels seen as such.", "max", "true_negatives"),
    _count("FalsePositives", "Number of labels predicted in error.", "min", "false_positives"),
    _count("FalseNegatives", "Number of labels that are missed.", "min", "false_negatives"),
    make_metric(
        "IoU",
        "Mean overlap of prediction and target for chosen classes.",
        _CLASS_COUNT,
        _CLASS_NUMBERS,
        IGNORED_CLASS,
        AXIS,
        targets=_CLASSES,
        direction="max",
    ),
    make_metric(
        "MeanIoU",
        "Mean overlap of prediction and target for all classes.",
        _CLASS_COUNT,
        IGNORED_CLASS,
        AXIS,
        aliases=("mean_iou", "mean_io_u"),
        targets=_CLASSES,
        direction="max",
    ),
    make_metric(
        "BinaryIoU",
        "Mean overlap for 0 and 1.",
        integers(
            "target_class_ids",
            "Whether to look at 0, at 1 or at both.",
            (0, 1),
            minimum=0,
            maximum=1,
        ),
        _threshold("threshold", 0.5, "Probability above which a label is predicted."),
        aliases=("binary_iou", "binary_io_u"),
        targets=("binary",),
        direction="max",
        outputs="probability",
    ),
    make_metric(
        "OneHotIoU",
        "Mean overlap for chosen classes of a one-hot target.",
        _CLASS_COUNT,
        _CLASS_NUMBERS,
        IGNORED_CLASS,
        AXIS,
        aliases=("one_hot_iou", "one_hot_io_u"),
        targets=("one-hot",),
        direction="max",
    ),
    make_metric(
        "OneHotMeanIoU",
        "Mean overlap for all classes of a one-hot target.",
        _CLASS_COUNT,
        IGNORED_CLASS,
        AXIS,
        aliases=("one_hot_mean_iou", "one_hot_mean_io_u"),
        targets=("one-hot",),
        direction="max",
    ),
)
