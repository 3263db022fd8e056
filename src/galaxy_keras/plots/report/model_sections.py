"""Sections on the fitted model itself: data, layers, settings, history, versions."""

from __future__ import annotations

import numpy as np

from galaxy_keras.artefacts.models.encodings import StoredEncoding
from galaxy_keras.artefacts.models.fitted import FittedModel, FittedOutput
from galaxy_keras.data.raw_inputs import restore_input
from galaxy_keras.errors import count_things
from galaxy_keras.plots.drawing.text import format_count, format_number
from galaxy_keras.plots.kinds.model_architecture import compute_diagram, draw_diagram
from galaxy_keras.plots.kinds.training_history import (
    compute_training_history,
    draw_training_history,
)
from galaxy_keras.plots.report.content import Block, Facts, Paragraph, ReportTable, Section
from galaxy_keras.plots.report.pictures import UNTITLED, embed
from galaxy_keras.plots.report.predictions import name_classes
from galaxy_keras.schema.architecture.shapes import infer_shapes
from galaxy_keras.schema.training.hyperparameters import NOTE, is_layer_name, list_hyperparameters
from galaxy_keras.schema.training.settings import TrainingSettings

MAX_FEATURES_LISTED = 60
MAX_CLASSES_LISTED = 100
MAX_LAYERS_DRAWN = 40
MAX_EPOCHS_LISTED = 60

_KINDS = {
    "binary": "one of two classes",
    "multiclass": "one of several classes",
    "multilabel": "any of several labels",
    "regression": "values",
}


def build_data_section(fitted: FittedModel, class_names: str | None) -> Section:
    """Describe the task and the training data."""
    features, outputs = fitted.features, fitted.list_outputs()
    count = f"{format_count(features.count)} columns ({features.dtype})"
    if len(outputs) == 1:
        task, target, *more = _describe_output(outputs[0], class_names)
        pairs = [task, ("Features", count), target, *map(_describe_encoding, fitted.inputs), *more]
    else:
        pairs = [("Features", count), *map(_describe_encoding, fitted.inputs)]
        for each in outputs:
            described = _describe_output(each, class_names)
            pairs += [(f"{each.output.name}: {name}", text) for name, text in described]
    if features.names:
        pairs.append(("Names of features", _list_some(features.names, MAX_FEATURES_LISTED)))
    note = "The model does not keep the training rows, how many they were, or their files."
    return Section("data", "What it was trained on", (Facts(tuple(pairs)), Paragraph(note)))


def _describe_output(fitted: FittedOutput, class_names: str | None) -> list[tuple[str, str]]:
    """Return task and target of an output, and its encoding and classes where it has them."""
    target = fitted.target
    pairs = [
        ("Task", f"{fitted.output.settings.task}: {_KINDS[target.kind]}"),
        ("Target", ", ".join(target.names or ()) or count_things(target.columns, "column")),
    ]
    if fitted.encoding is not None:
        pairs.append(("Encoding of the target", str(fitted.encoding.encoding)))
    names = name_classes(target, class_names)
    if names:
        pairs.append((f"{len(names)} classes", _list_some(names, MAX_CLASSES_LISTED)))
    return pairs


def _describe_encoding(stored: StoredEncoding) -> tuple[str, str]:
    """Return what an encoding takes, and what was fitted."""
    encoding = restore_input(stored).encoding
    columns = ", ".join(stored.columns.names or ()) or count_things(stored.columns.count, "column")
    lines = _list_some(tuple(encoding.describe()), MAX_FEATURES_LISTED)
    return f"Encoding {encoding.entry.name} of {columns}", lines


def build_architecture_section(fitted: FittedModel) -> Section:
    """List the layers with their shapes and draw them."""
    architecture = fitted.architecture
    shapes = infer_shapes(architecture)
    rows = tuple(
        (
            layer.name,
            layer.type,
            str(shapes[layer.name].output),
            format_count(shapes[layer.name].parameters),
            ", ".join(layer.inbound),
        )
        for layer in architecture.layers
    )
    header = ("Layer", "Type", "Output shape", "Parameters", "Connected to")
    total = f"Layers; {count_things(shapes.parameters, 'parameter')} in all"
    blocks: list[Block] = [ReportTable(total, header, rows, frozenset({3}))]
    if len(rows) <= MAX_LAYERS_DRAWN:
        drawing = draw_diagram(compute_diagram(architecture), settings=UNTITLED)
        blocks.append(embed(drawing, "architecture", "Diagram of the layers"))
    else:
        blocks.append(
            Paragraph(
                f"{len(rows)} layers are too many for a diagram here. The command "
                "ml-visualization-ex model-architecture draws them."
            )
        )
    return Section("architecture", "Architecture", tuple(blocks))


def build_settings_section(fitted: FittedModel) -> Section:
    """List the settings of the training, and all hyperparameters in a table of their own."""
    settings = fitted.training
    pairs = [
        *_describe_losses(settings),
        ("Optimizer", str(settings.optimizer)),
        ("Metrics", ", ".join(each.label for each in settings.history_metrics) or "none"),
        ("Epochs", str(settings.epochs)),
        ("Batch size", str(settings.batch_size)),
        ("Callbacks", "; ".join(map(str, settings.callbacks))
         or "none"),
        ("Seed", _describe_seed(fitted.seed)),
    ]  # fmt: skip
    rows = tuple(
        (name, text.removeprefix(f"{name}: "))
        for mark, name, text in list_hyperparameters(fitted.architecture, settings)
        if (mark, name, text) != NOTE and not is_layer_name(name)
    )
    caption = "All hyperparameters, those left at their defaults too, by the names that --set takes"
    return Section(
        "settings",
        "Settings",
        (
            ReportTable("How it was trained", ("Setting", "Value"), tuple(pairs)),
            ReportTable(caption, ("Name", "Value"), rows, collapsed=True),
        ),
    )


def _describe_losses(settings: TrainingSettings) -> list[tuple[str, str]]:
    if not settings.outputs:
        return [("Loss", str(settings.loss))]
    return [
        (f"Loss of {each.name}", f"{each.loss}, counted {each.weight:g} times")
        for each in settings.outputs
    ]


def build_history_section(fitted: FittedModel) -> Section:
    """Draw and list loss and metrics by epoch."""
    if not fitted.history:
        text = "The model holds no history: it was not trained by galaxy-keras."
        return Section("history", "Training history", (Paragraph(text),))
    columns = {name: np.array(values, dtype=float) for name, values in fitted.history.items()}
    history = compute_training_history(columns, fitted.training)
    picture = embed(draw_training_history(history, settings=UNTITLED), "history", "Curves by epoch")
    best = None if history.best is None else int(history.best.epoch)
    return Section("history", "Training history", (picture, _list_epochs(columns, best)))


def build_versions_section(fitted: FittedModel, version: str) -> Section:
    """List the versions of the libraries that it was trained with."""
    pairs = tuple((name, text) for name, text in sorted(fitted.versions.items()))
    rows = (*pairs, ("Report by galaxy-keras", version), ("Seed", _describe_seed(fitted.seed)))
    table = ReportTable("Versions at the time of training, and the seed", ("What", "Value"), rows)
    return Section("versions", "Versions and seed", (table,))


def _describe_seed(seed: int | None) -> str:
    return "none: training again gives a different model" if seed is None else str(seed)


def _list_some(names: tuple[str, ...], limit: int) -> str:
    more = f", ... and {format_count(len(names) - limit)} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more


def _list_epochs(columns: dict[str, np.ndarray], best: int | None) -> ReportTable:
    epochs = len(next(iter(columns.values())))
    chosen = set(np.linspace(1, epochs, min(epochs, MAX_EPOCHS_LISTED)).astype(int).tolist())
    if best is not None:
        chosen.add(best)
    rows = tuple(
        (
            f"{epoch} (best)" if epoch == best else str(epoch),
            *(format_number(values[epoch - 1]) for values in columns.values()),
        )
        for epoch in sorted(chosen)
    )
    some = "" if len(rows) == epochs else f", {len(rows)} of {format_count(epochs)}"
    return ReportTable(
        f"Loss and metrics by epoch{some}",
        ("Epoch", *columns),
        rows,
        frozenset(range(1, len(columns) + 1)),
        collapsed=len(rows) > 10,
    )
