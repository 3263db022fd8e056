"""Writing of a report from a model and tables."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from galaxy_keras import __version__
from galaxy_keras.artefacts.files import writing_atomically
from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.errors import ModelFileError, count_things
from galaxy_keras.plots.drawing.style import plot_style
from galaxy_keras.plots.drawing.text import format_count
from galaxy_keras.plots.report.bootstrap import Estimate
from galaxy_keras.plots.report.commands import build_commands_section
from galaxy_keras.plots.report.content import Facts, ReportContent, Section
from galaxy_keras.plots.report.model_sections import (
    build_architecture_section,
    build_data_section,
    build_history_section,
    build_settings_section,
    build_versions_section,
)
from galaxy_keras.plots.report.predictions import HeldOutPredictions, read_predictions
from galaxy_keras.plots.report.rendering import render_report
from galaxy_keras.plots.report.score_sections import (
    build_mistakes_section,
    build_result_sections,
    build_scores_section,
    estimate_scores,
    format_estimate,
    format_score,
)
from galaxy_keras.schema.architecture.shapes import infer_shapes
from galaxy_keras.schema.requests.report import ReportRequest
from galaxy_keras.schema.training.one_class import name_score

logger = logging.getLogger(__name__)

FONT_SIZE = 10.0
SCORES_IN_SUMMARY = 3


def write_report(request: ReportRequest) -> None:
    """Read the model and the tables, and write the page.

    Raises
    ------
    ConfigurationError
        If there is not one name for each class.
    DataError
        If a table cannot be used, or the output cannot be written.
    ModelFileError
        If the model is not a fitted one.
    """
    fitted = read_fitted_model(request)
    content = collect_report(request, fitted, read_predictions(request, fitted.target))
    with writing_atomically(request.output) as temporary:
        temporary.write_text(render_report(content), encoding="utf-8")
    for name, value in content.summary.pairs:
        logger.info("%s: %s", name, value)


def read_fitted_model(request: ReportRequest) -> FittedModel:
    """Return the fitted model of a report.

    Raises
    ------
    ModelFileError
        If the file holds none.
    """
    fitted = read_model(request.model)
    if not isinstance(fitted, FittedModel):
        raise ModelFileError(
            f"{request.model} is a model builder: it has not been trained, so there is "
            "nothing to report. Give the model that keras-train-and-eval wrote with --output-model"
        )
    return fitted


def collect_report(
    request: ReportRequest, fitted: FittedModel, predictions: HeldOutPredictions | None
) -> ReportContent:
    """Return the content of the report.

    Parameters
    ----------
    request
        The files, for the commands, and the title.
    fitted
        The model.
    predictions
        Predictions of held-out rows; None for none.
    """
    estimates = estimate_scores(predictions)
    with plot_style(FONT_SIZE):
        sections: list[Section] = [build_scores_section(fitted, predictions, estimates)]
        if predictions is not None:
            sections += build_result_sections(predictions)
            sections.append(build_mistakes_section(request, predictions))
        sections += [
            build_history_section(fitted),
            build_data_section(fitted, request.class_names),
            build_architecture_section(fitted),
            build_settings_section(fitted),
            build_versions_section(fitted, __version__),
            build_commands_section(fitted, request),
        ]
    return ReportContent(
        title=request.title or f"Report on {request.model.name}",
        summary=summarize(fitted, predictions, estimates),
        sections=tuple(sections),
        version=__version__,
    )


def summarize(
    fitted: FittedModel, predictions: HeldOutPredictions | None, estimates: Sequence[Estimate]
) -> Facts:
    """Return the main facts: scores, rows, model and features."""
    shapes = infer_shapes(fitted.architecture)
    layers = sum(not layer.is_input for layer in fitted.architecture.layers)
    size = f"{count_things(layers, 'layer')}, {count_things(shapes.parameters, 'parameter')}"
    rows = "none given" if predictions is None else format_count(predictions.rows)
    scores = [(each.name, format_estimate(each)) for each in estimates[:SCORES_IN_SUMMARY]]
    if not scores:
        stored = [
            (name_score(name, fitted.target, fitted.training), value)
            for name, value in list(fitted.metrics.items())[:SCORES_IN_SUMMARY]
        ]
        scores = [(f"{name}, stored at training", format_score(value)) for name, value in stored]
    return Facts(
        (
            *scores,
            ("Held-out rows", rows),
            ("Model", f"{fitted.architecture.kind} {fitted.training.task}, {size}"),
            ("Trained on", count_things(fitted.features.count, "feature")),
        )
    )
