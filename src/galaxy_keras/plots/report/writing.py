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
from galaxy_keras.plots.report.output_sections import (
    ReportedOutput,
    build_output_sections,
    read_outputs,
)
from galaxy_keras.plots.report.rendering import render_report
from galaxy_keras.plots.report.score_sections import (
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
    content = collect_report(request, fitted, read_outputs(request, fitted))
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
    request: ReportRequest, fitted: FittedModel, outputs: Sequence[ReportedOutput]
) -> ReportContent:
    """Return the content of the report.

    Parameters
    ----------
    request
        The files, for the commands, and the title.
    fitted
        The model.
    outputs
        The outputs, with predictions of held-out rows.
    """
    estimates = [each.estimate() for each in outputs]
    with plot_style(FONT_SIZE):
        sections: list[Section] = []
        for output, scores in zip(outputs, estimates, strict=True):
            sections += build_output_sections(output, scores)
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
        summary=summarize(fitted, outputs, estimates),
        sections=tuple(sections),
        version=__version__,
    )


def summarize(
    fitted: FittedModel,
    outputs: Sequence[ReportedOutput],
    estimates: Sequence[Sequence[Estimate]],
) -> Facts:
    """Return the main facts: scores, rows, model and features."""
    shapes = infer_shapes(fitted.architecture)
    layers = sum(not layer.is_input for layer in fitted.architecture.layers)
    size = f"{count_things(layers, 'layer')}, {count_things(shapes.parameters, 'parameter')}"
    predictions = outputs[0].predictions
    rows = "none given" if predictions is None else format_count(predictions.rows)
    scores = [
        pair
        for output, found in zip(outputs, estimates, strict=True)
        for pair in _summarize_scores(output, found)
    ]
    return Facts(
        (
            *scores,
            ("Held-out rows", rows),
            ("Model", f"{fitted.architecture.kind} {fitted.training.describe_task()}, {size}"),
            ("Trained on", count_things(fitted.features.count, "feature")),
        )
    )


def _summarize_scores(
    output: ReportedOutput, estimates: Sequence[Estimate]
) -> list[tuple[str, str]]:
    """Return the first scores of an output; without predictions those that training stored."""
    if estimates:
        return [
            (output.name_value(each.name), format_estimate(each))
            for each in estimates[:SCORES_IN_SUMMARY]
        ]
    fitted = output.fitted
    return [
        (
            f"{output.name_value(name_score(name, fitted.target, fitted.training))}, stored at "
            "training",
            format_score(value),
        )
        for name, value in list(fitted.metrics.items())[:SCORES_IN_SUMMARY]
    ]
