"""The commands that train the same model, from what the model holds."""

from __future__ import annotations

import json
import shlex

from galaxy_keras.artefacts.architecture.architecture_file import encode_architecture
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.catalogue.fitting import FIT_PARAMETERS
from galaxy_keras.catalogue.metrics import METRICS
from galaxy_keras.plots.report.content import Code, Paragraph, Section
from galaxy_keras.schema.requests.report import ReportRequest
from galaxy_keras.schema.requests.runs import TableSource
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.values.choices import NamedMetric
from galaxy_keras.schema.values.literals import format_call, format_keyword

EXPLANATION = (
    "The model holds its architecture and its settings, but not how it was called: the files, the "
    "columns and the hold-out are not stored. Replace the placeholders "
    "written in capitals, and add the options for headers, columns and the hold-out that were "
    "used. Step 1 needs no command: save the architecture below as architecture.json."
)
CONTINUED = " \\\n    "


def build_commands_section(fitted: FittedModel, request: ReportRequest) -> Section:
    """Return the section on how to train the same model again."""
    document = json.dumps(encode_architecture(fitted.architecture), indent=1)
    return Section(
        "repeat",
        "How to reproduce it",
        (
            Paragraph(EXPLANATION),
            Code("Commands", render_commands(fitted, request)),
            Code("architecture.json", document, collapsed=True),
        ),
    )


def render_commands(fitted: FittedModel, request: ReportRequest) -> str:
    """Return the five commands as a shell script."""
    train = ["--model builder.zip", "--features FEATURES.tsv", "--target TARGET.tsv"]
    if fitted.seed is not None:
        train.append(f"--seed {fitted.seed}")
    train += ["--output-model fitted.h5mlm", "--output-metrics metrics.tsv"]
    train += ["--output-true true.tsv", "--output-predictions predictions.tsv"]
    predict = ["--model fitted.h5mlm", "--features NEW_FEATURES.tsv"]
    if any(each.output.settings.task == "classifier" for each in fitted.list_outputs()):
        predict.append("--method predict_proba")
    steps: tuple[tuple[str, list[str]], ...] = (
        ("keras-model-config: architecture.json, see below", []),
        ("keras-model-builder", format_builder_options(fitted.training)),
        ("keras-train-and-eval", train),
        ("model-prediction", [*predict, "--output new_predictions.tsv"]),
        ("ml-visualization-ex report", format_report_options(request)),
    )
    return "\n".join(_format_step(number, *step) for number, step in enumerate(steps, 1))


def format_builder_options(settings: TrainingSettings) -> list[str]:
    """Return the options of keras-model-builder that give these settings."""
    return [
        "--model-config architecture.json",
        *_format_task(settings),
        *_format_losses(settings),
        f"--optimizer {settings.optimizer.name}",
        *(
            _option("--optimizer-option", format_keyword(name, value))
            for name, value in settings.optimizer.options.items()
        ),
        *_format_metrics(settings),
        *(_option("--callback", str(callback)) for callback in settings.callbacks),
        *(_option("--input", str(encoding)) for encoding in settings.inputs),
        *(_option("--target", str(encoding)) for encoding in settings.targets),
        *_format_fit_options(settings),
        "--output builder.zip",
    ]


def format_report_options(request: ReportRequest) -> list[str]:
    """Return the options that gave this report."""
    options = [_option("--model", str(request.model))]
    for name in ("true", "predicted", "scores", "features"):
        options += _format_table_options(name, getattr(request, name))
    for name in ("pos_label", "class_names", "title"):
        value = getattr(request, name)
        if value is not None:
            options.append(_option(f"--{name.replace('_', '-')}", value))
    return [*options, _option("--output", str(request.output))]


def _format_step(number: int, command: str, options: list[str]) -> str:
    if not options:
        return f"# {number}. {command}"
    return f"# {number}.\n{command}{CONTINUED}{CONTINUED.join(options)}"


def _option(name: str, value: str) -> str:
    return f"{name} {shlex.quote(value)}"


def _format_task(settings: TrainingSettings) -> list[str]:
    """Return --task, of several outputs that of those without --target."""
    named = {each.name for each in settings.targets}
    tasks = [each.task for each in settings.outputs if each.name not in named]
    if not settings.outputs:
        tasks = [settings.task]
    return [f"--task {task}" for task in tasks[:1]]


def _format_losses(settings: TrainingSettings) -> list[str]:
    if not settings.outputs:
        return [_option("--loss", str(settings.loss))]
    losses = [_option("--loss", f"{each.name}: {each.loss}") for each in settings.outputs]
    return losses + [
        _option("--loss-weight", f"{each.name}: {each.weight:g}")
        for each in settings.outputs
        if each.weight != 1
    ]


def _format_metrics(settings: TrainingSettings) -> list[str]:
    if not settings.outputs:
        return [_option("--metric", _format_metric(each)) for each in settings.metrics]
    return [
        _option("--metric", f"{output.name}: {_format_metric(each)}")
        for output in settings.outputs
        for each in output.metrics
    ]


def _format_metric(metric: NamedMetric) -> str:
    component = metric.component
    known = METRICS.find(metric.label)
    if known is not None and known.name == component.name:
        return format_call(metric.label, component.options)
    return format_call(component.name, {**component.options, "name": metric.label})


def _format_fit_options(settings: TrainingSettings) -> list[str]:
    return [
        f"--{each.name.replace('_', '-')} {getattr(settings, each.name)}"
        for each in FIT_PARAMETERS.parameters
        if getattr(settings, each.name) != each.default
    ]


def _format_table_options(name: str, source: TableSource | None) -> list[str]:
    if source is None:
        return []
    options = [_option(f"--{name}", str(source.path))]
    if source.header:
        options.append(f"--{name}-header")
    columns = str(source.columns)
    return options if columns == "all" else [*options, _option(f"--{name}-columns", columns)]
