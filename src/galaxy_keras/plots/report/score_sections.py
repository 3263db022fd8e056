"""Sections on the held-out rows: scores, curves, mistakes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.errors import count_things
from galaxy_keras.plots.drawing.text import format_count, format_number
from galaxy_keras.plots.kinds.confusion_matrix import MAX_CLASSES
from galaxy_keras.plots.kinds.per_class_scores import compute_per_class_scores
from galaxy_keras.plots.report.bootstrap import SEED, Estimate, choose_resamples, estimate
from galaxy_keras.plots.report.content import Block, Paragraph, ReportTable, Section
from galaxy_keras.plots.report.mistakes import compute_losses, find_worst, read_chosen_rows
from galaxy_keras.plots.report.pictures import (
    count_predictions,
    draw_confusion_matrix_picture,
    draw_score_pictures,
    draw_value_pictures,
    list_class_scores,
)
from galaxy_keras.plots.report.predictions import (
    ClassPredictions,
    HeldOutPredictions,
    MultilabelPredictions,
    RegressionPredictions,
)
from galaxy_keras.plots.report.ranking import MAX_STEPS
from galaxy_keras.plots.report.statistics import MAX_CLASSES_WITH_AUC as MAX_CLASSES_WITH_AUC
from galaxy_keras.plots.report.statistics import list_statistics
from galaxy_keras.schema.requests.report import ReportRequest
from galaxy_keras.schema.requests.runs import TableSource
from galaxy_keras.schema.training.one_class import name_score

WORST_SHOWN = 20
FEATURES_SHOWN = 12
LABELS_SHOWN = 5
MAX_CLASSES_LISTED = 100
NO_TABLES = (
    "No predictions were given, so there are no scores here. Give true labels or values as "
    "--true, with --scores (probabilities) or --predicted (labels or values) of the same rows, "
    "ideally rows that the model was not trained on."
)
UNDEFINED = "undefined"


def estimate_scores(predictions: HeldOutPredictions | None) -> list[Estimate]:
    """Return all scores with their intervals; none without predictions."""
    if predictions is None:
        return []
    return estimate(
        list_statistics(predictions), predictions.rows, n_resamples=_resamples(predictions)
    )


def build_scores_section(
    fitted: FittedModel, predictions: HeldOutPredictions | None, estimates: Sequence[Estimate]
) -> Section:
    """List the scores with their intervals, and those that training stored."""
    blocks: list[Block] = []
    if predictions is None:
        blocks.append(Paragraph(NO_TABLES))
    else:
        blocks += [_list_estimates(predictions, estimates), Paragraph(_explain(predictions))]
    if fitted.metrics:
        stored = tuple(
            (name_score(name, fitted.target, fitted.training), format_score(value))
            for name, value in fitted.metrics.items()
        )
        caption = "Stored at the end of training, computed on the hold-out of that time"
        blocks.append(ReportTable(caption, ("Score", "Value"), stored, frozenset({1})))
    return Section("scores", "Scores", tuple(blocks))


def build_result_sections(predictions: HeldOutPredictions) -> list[Section]:
    """Return the sections on predictions: confusion matrix and curves, or residuals."""
    if isinstance(predictions, RegressionPredictions):
        blocks = tuple(draw_value_pictures(predictions))
        return [Section("values", "Predicted and true values", blocks)]
    sections = []
    if isinstance(predictions, ClassPredictions):
        sections.append(_build_confusion_matrix_section(predictions))
    scores = list_class_scores(predictions)
    if scores is None:
        text = "Curves need the probability of each class. Give it as --scores."
        return [*sections, Section("curves", "Curves", (Paragraph(text),))]
    return [*sections, Section("curves", "Curves", tuple(draw_score_pictures(scores)))]


def build_mistakes_section(request: ReportRequest, predictions: HeldOutPredictions) -> Section:
    """List the rows with the highest loss, with their features where these are given."""
    title = "Worst mistakes"
    if not isinstance(predictions, RegressionPredictions) and predictions.probabilities is None:
        text = "The worst mistakes are ranked by probability. Give probabilities as --scores."
        return Section("mistakes", title, (Paragraph(text),))
    losses = compute_losses(predictions)
    worst = find_worst(losses, WORST_SHOWN)
    header = ["Row", *_mistake_header(predictions), "Loss"]
    rows = [
        [
            format_count(row + predictions.first_row),
            *_describe_row(predictions, row),
            format_number(losses[row]),
        ]
        for row in worst
    ]
    numbers = {0, len(header) - 1}
    if request.features is not None:
        numbers |= _add_features(request.features, predictions.rows, worst, header, rows)
    file = "" if request.true is None else request.true.path.name
    caption = f"The {len(rows)} rows with the highest loss; rows are counted as in {file}"
    table = ReportTable(caption, tuple(header), tuple(map(tuple, rows)), frozenset(numbers))
    return Section("mistakes", title, (Paragraph(_explain_loss(predictions)), table))


def format_estimate(score: Estimate) -> str:
    """Return a score and its interval in words."""
    if np.isnan(score.value):
        return UNDEFINED
    return f"{format_score(score.value)} ({_format_interval(score)})"


def format_score(value: float) -> str:
    """Return a score with three decimals, or four significant digits if it is small or large."""
    if np.isnan(value):
        return UNDEFINED
    return f"{value:.3f}" if value == 0 or 0.01 <= abs(value) < 100 else format_number(value)


def _resamples(predictions: HeldOutPredictions) -> int:
    columns = 1
    if not isinstance(predictions, RegressionPredictions) and len(predictions.names) > 2:
        columns = min(len(predictions.names), MAX_CLASSES_WITH_AUC)
    return choose_resamples(predictions.rows, columns)


def _list_estimates(predictions: HeldOutPredictions, estimates: Sequence[Estimate]) -> ReportTable:
    rows = tuple(
        (
            score.name,
            format_score(score.value),
            _format_interval(score),
        )
        for score in estimates
    )
    caption = f"Computed on {count_things(predictions.rows, 'row')} given as --true"
    return ReportTable(
        caption, ("Score", "Value", "95% confidence interval"), rows, frozenset({1, 2})
    )


def _format_interval(score: Estimate) -> str:
    if np.isnan(score.low):
        return UNDEFINED
    return f"{format_score(score.low)} to {format_score(score.high)}"


def _explain(predictions: HeldOutPredictions) -> str:
    few = " With so few rows the intervals are unreliable." if predictions.rows < 30 else ""
    many = ""
    if not isinstance(predictions, RegressionPredictions) and predictions.rows > MAX_STEPS:
        many = f" Areas under curves are resampled in {MAX_STEPS:,} steps of the ranking."
    return (
        f"Intervals are 2.5 and 97.5 percentiles of {format_count(_resamples(predictions))} "
        f"bootstrap resamples of the n = {format_count(predictions.rows)} rows (seed {SEED}). "
        "They reflect the sampling of the held-out rows, not the variation between training "
        f"runs.{few}{many}"
    )


def _build_confusion_matrix_section(predictions: ClassPredictions) -> Section:
    blocks: list[Block] = []
    if len(predictions.names) <= MAX_CLASSES:
        blocks.append(draw_confusion_matrix_picture(predictions))
    else:
        blocks.append(Paragraph(f"More than {MAX_CLASSES:,} classes cannot be drawn."))
    scores = compute_per_class_scores(count_predictions(predictions))
    columns = (scores.precision, scores.recall, scores.f1)
    rows = tuple(
        (name, *(f"{column[n]:.3f}" for column in columns), format_count(int(scores.support[n])))
        for n, name in enumerate(scores.names[:MAX_CLASSES_LISTED])
    )
    more = f", the first {len(rows)}" if len(rows) < len(scores.names) else ""
    header = ("Class", "Precision", "Recall", "F1", "Rows")
    blocks.append(ReportTable(f"Scores by class{more}", header, rows, frozenset({1, 2, 3, 4})))
    return Section("confusion", "Confusion matrix", tuple(blocks))


def _mistake_header(predictions: HeldOutPredictions) -> list[str]:
    match predictions:
        case ClassPredictions():
            return ["True class", "Predicted class", "Probability of the true class"]
        case MultilabelPredictions():
            return ["True labels", "Predicted labels"]
        case RegressionPredictions(outputs=outputs):
            shown = outputs[:LABELS_SHOWN]
            names = [f" of {output.name}" if len(outputs) > 1 else "" for output in shown]
            return [f"{what}{name}" for name in names for what in ("True value", "Predicted value")]


def _describe_row(predictions: HeldOutPredictions, row: int) -> list[str]:
    match predictions:
        case ClassPredictions(names=names, true=true, predicted=predicted, probabilities=fractions):
            fraction = "" if fractions is None else format_number(fractions[row, true[row]])
            return [names[true[row]], names[predicted[row]], fraction]
        case MultilabelPredictions(names=names, true=true, predicted=predicted):
            return [_list_labels(names, labels[row]) for labels in (true, predicted)]
        case RegressionPredictions(outputs=outputs):
            return [
                format_number(float(values[row]))
                for output in outputs[:LABELS_SHOWN]
                for values in (output.true, output.predicted)
            ]


def _list_labels(names: tuple[str, ...], chosen: np.ndarray) -> str:
    found = [names[position] for position in np.flatnonzero(chosen)]
    return ", ".join(found) or "none"


def _add_features(
    source: TableSource, count: int, worst: list[int], header: list[str], rows: list[list[str]]
) -> set[int]:
    """Add the features of each row to the table; return the positions of their columns."""
    names, values = read_chosen_rows(source, worst, count, FEATURES_SHOWN)
    first = len(header)
    header += names
    for row, cells in zip(worst, rows, strict=True):
        cells += values[row]
    return set(range(first, len(header)))


def _explain_loss(predictions: HeldOutPredictions) -> str:
    if isinstance(predictions, RegressionPredictions):
        return (
            "The loss of a row is its squared error"
            + (", the mean of all outputs, each divided by its variance."
               if len(predictions.outputs) > 1 else ".")
        )  # fmt: skip
    return (
        "The loss of a row is minus the logarithm of the probability that the model gave to the "
        "true class or labels. High ones are confident mistakes: look there for wrong labels and "
        "unusual rows."
    )
