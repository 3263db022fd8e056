"""Metrics of classification: accuracy, confusion counts and metrics derived from them.

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

_K = count("k", "Number k of top predictions to consider.", 5)
_CLASS = integer("class_id", "Index of the class or output, from 0; None for all.", None, minimum=0)
_TOP_K = count("top_k", "Treat the top k classes as predicted; None to use the threshold.", None)
_THRESHOLD_COUNT = integer("num_thresholds", "Number of thresholds.", 200, minimum=2)
_CLASS_COUNT = integer("num_classes", "The number of classes.", minimum=2)
_CLASS_NUMBERS = integers(
    "target_class_ids", "Indices of the classes to average over, from 0.", minimum=0
)
_AVERAGE = choice(
    "average",
    "Averaging over classes; None is read as macro.",
    ("micro", "macro", "weighted"),
    None,
)


def _threshold(name: str, default: float | None, help_text: str) -> Parameter:
    return fraction(name, help_text, default)


_THRESHOLDS = _threshold(
    "thresholds", None, "Probability above which a label is predicted; None for 0.5."
)
_F_THRESHOLD = positive(
    "threshold",
    "Probability above which a label is predicted; None for 0.5, or for the most probable class.",
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
        of_one_class=True,
    )


def _at(name: str, fixed: str, help_text: str, alias: str) -> Metric:
    return make_metric(
        name,
        help_text,
        fraction(fixed, f"The {fixed} at which the other is maximized."),
        _THRESHOLD_COUNT,
        _CLASS,
        aliases=(alias,),
        targets=_INDICATORS,
        direction="max",
        outputs="probability",
        of_one_class=True,
    )


CLASSIFICATION_METRICS = (
    make_metric(
        "Accuracy",
        "Fraction of correct predictions, for any target format.",
        aliases=("acc",),
        targets=("binary", "one-hot", "integer", "numeric"),
        direction="max",
    ),
    make_metric(
        "BinaryAccuracy",
        "Fraction of correct labels, per output.",
        number("threshold", "Output above which a label is predicted.", 0.5),
        aliases=("binary_accuracy",),
        targets=("binary",),
        direction="max",
    ),
    make_metric(
        "CategoricalAccuracy",
        "Fraction of rows whose most probable class is correct.",
        aliases=("categorical_accuracy",),
        targets=("one-hot",),
        direction="max",
    ),
    make_metric(
        "SparseCategoricalAccuracy",
        "Fraction of rows whose most probable class is correct, for integer class labels.",
        aliases=("sparse_categorical_accuracy",),
        targets=("integer",),
        direction="max",
    ),
    make_metric(
        "TopKCategoricalAccuracy",
        "Fraction of rows whose class is among the k most probable.",
        _K,
        aliases=("top_k_categorical_accuracy",),
        targets=("one-hot",),
        direction="max",
    ),
    make_metric(
        "SparseTopKCategoricalAccuracy",
        "Fraction of rows whose class is among the k most probable, for integer class labels.",
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
            "How the area between two points is interpolated.",
            ("interpolation", "minoring", "majoring"),
            "interpolation",
        ),
        numbers(
            "thresholds", "Thresholds; None to space them evenly.", None, minimum=0.0, maximum=1.0
        ),
        flag("multi_label", "Average the areas of the outputs, instead of one area over all."),
        count("num_labels", "The number of outputs, with multi_label.", None),
        numbers("label_weights", "Weight of each output in the average.", None, minimum=0.0),
        FROM_LOGITS,
        targets=_INDICATORS,
        direction="max",
        outputs="probability",
        of_one_class=True,
    ),
    make_metric(
        "Precision",
        "Fraction of predicted positives that are correct.",
        _THRESHOLDS,
        _TOP_K,
        _CLASS,
        targets=_INDICATORS,
        direction="max",
        outputs="probability",
        of_one_class=True,
    ),
    make_metric(
        "Recall",
        "Fraction of actual positives that are predicted.",
        _THRESHOLDS,
        _TOP_K,
        _CLASS,
        targets=_INDICATORS,
        direction="max",
        outputs="probability",
        of_one_class=True,
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
        of_one_class=True,
    ),
    make_metric(
        "FBetaScore",
        "F-beta score: recall is weighted beta times as much as precision.",
        _AVERAGE,
        positive("beta", "Weight of recall.", 1.0),
        _F_THRESHOLD,
        aliases=("fbeta_score", "f_beta_score", "fbeta"),
        targets=_INDICATORS,
        direction="max",
        outputs="probability",
        of_one_class=True,
    ),
    _at("PrecisionAtRecall", "recall", "Best precision at a given recall.", "precision_at_recall"),
    _at(
        "RecallAtPrecision", "precision", "Best recall at a given precision.", "recall_at_precision"
    ),
    _at(
        "SensitivityAtSpecificity",
        "specificity",
        "Best sensitivity at a given specificity.",
        "sensitivity_at_specificity",
    ),
    _at(
        "SpecificityAtSensitivity",
        "sensitivity",
        "Best specificity at a given sensitivity.",
        "specificity_at_sensitivity",
    ),
    _count("TruePositives", "Number of true positives.", "max", "true_positives"),
    _count("TrueNegatives", "Number of true negatives.", "max", "true_negatives"),
    _count("FalsePositives", "Number of false positives.", "min", "false_positives"),
    _count("FalseNegatives", "Number of false negatives.", "min", "false_negatives"),
    make_metric(
        "IoU",
        "Mean intersection over union (IoU) of selected classes.",
        _CLASS_COUNT,
        _CLASS_NUMBERS,
        IGNORED_CLASS,
        AXIS,
        targets=_CLASSES,
        direction="max",
    ),
    make_metric(
        "MeanIoU",
        "Mean intersection over union (IoU) of all classes.",
        _CLASS_COUNT,
        IGNORED_CLASS,
        AXIS,
        aliases=("mean_iou", "mean_io_u"),
        targets=_CLASSES,
        direction="max",
    ),
    make_metric(
        "BinaryIoU",
        "Mean intersection over union (IoU) of 0 and 1.",
        integers(
            "target_class_ids",
            "Classes to average over: 0, 1 or both.",
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
        "Mean intersection over union (IoU) of selected classes of a one-hot target.",
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
        "Mean intersection over union (IoU) of all classes of a one-hot target.",
        _CLASS_COUNT,
        IGNORED_CLASS,
        AXIS,
        aliases=("one_hot_mean_iou", "one_hot_mean_io_u"),
        targets=("one-hot",),
        direction="max",
    ),
)
