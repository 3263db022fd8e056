"""The sections of a report on each output of a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from galaxy_keras.artefacts.models.fitted import FittedModel, FittedOutput
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.plots.report.bootstrap import Estimate
from galaxy_keras.plots.report.content import Picture, Section
from galaxy_keras.plots.report.pictures import add_prefix
from galaxy_keras.plots.report.predictions import HeldOutPredictions, read_predictions
from galaxy_keras.plots.report.score_sections import (
    build_mistakes_section,
    build_result_sections,
    build_scores_section,
    estimate_scores,
)
from galaxy_keras.schema.requests.report import ReportRequest


@dataclass(frozen=True)
class ReportedOutput:
    """An output, with what the tables say of it.

    Attributes
    ----------
    name
        Its name; None for the only one.
    number
        Its number, from 1.
    fitted
        The model as it is for this output alone.
    request
        The request with the columns of this output.
    predictions
        Predictions of held-out rows; None for none.
    """

    name: str | None
    number: int
    fitted: FittedModel
    request: ReportRequest
    predictions: HeldOutPredictions | None

    def name_value(self, name: str) -> str:
        """Return the name of a score, with that of the output where there are several."""
        return name if self.name is None else f"{self.name}: {name}"

    def estimate(self) -> list[Estimate]:
        """Return all scores with their intervals; none without predictions."""
        return estimate_scores(self.predictions)


def read_outputs(request: ReportRequest, fitted: FittedModel) -> tuple[ReportedOutput, ...]:
    """Return the outputs of a network, with the predictions in the tables of a report.

    Raises
    ------
    ConfigurationError
        If an option is for one output and there are several, there is not one name for each class,
        or no class `pos_label`.
    DataError
        If the tables cannot be used, do not belong together or do not fit the model.
    """
    outputs = fitted.list_outputs()
    if len(outputs) > 1:
        _check_options(request, outputs)
    return tuple(
        _read_output(request, fitted, each, number) for number, each in enumerate(outputs, 1)
    )


def build_output_sections(output: ReportedOutput, estimates: Sequence[Estimate]) -> list[Section]:
    """Return scores, results and worst mistakes, under the name of the output where it has one."""
    predictions = output.predictions
    sections = [build_scores_section(output.fitted, predictions, estimates)]
    if predictions is not None:
        sections += build_result_sections(predictions)
        sections.append(build_mistakes_section(output.request, predictions))
    return [_name(each, output) for each in sections]


def _check_options(request: ReportRequest, outputs: Sequence[FittedOutput]) -> None:
    for option, value in {
        "--pos-label": request.pos_label,
        "--class-names": request.class_names,
    }.items():
        if value is not None:
            raise ConfigurationError(
                f"{option} is for a model with one output, and this one has {len(outputs)}. Leave "
                "the option out"
            )


def _read_output(
    request: ReportRequest, fitted: FittedModel, output: FittedOutput, number: int
) -> ReportedOutput:
    alone = fitted.for_output(output)
    if output.output.is_only:
        return ReportedOutput(
            None, number, alone, request, read_predictions(request, output.target)
        )
    name = output.output.name
    tables = {
        each: source.model_copy(update={"output_name": name})
        for each in ("true", "predicted", "scores")
        if (source := getattr(request, each)) is not None
    }
    own = request.model_copy(update=tables)
    return ReportedOutput(name, number, alone, own, read_predictions(own, output.target))


def _name(section: Section, output: ReportedOutput) -> Section:
    """Return a section under the name of the output, with names that are unique in the page."""
    if output.name is None:
        return section
    anchor = f"output-{output.number}"
    return replace(
        section,
        anchor=f"{section.anchor}-{anchor}",
        title=output.name_value(section.title),
        blocks=tuple(
            add_prefix(each, anchor) if isinstance(each, Picture) else each
            for each in section.blocks
        ),
    )
