"""Checks of metrics against the target and the outputs of a network."""

from __future__ import annotations

from collections.abc import Iterator

from galaxy_keras.catalogue.losses import LOSSES, TargetFormat
from galaxy_keras.catalogue.metric import Metric
from galaxy_keras.catalogue.metrics import ACCURACY, METRICS
from galaxy_keras.errors import list_names
from galaxy_keras.schema.training.output_layer import (
    OutputLayer,
    choose_target_format,
    infer_target_kind,
)
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.values.choices import NamedMetric
from galaxy_keras.schema.values.component import Component
from galaxy_keras.schema.values.relations import as_tuple
from galaxy_keras.schema.values.values import complete_options

_TARGETS: dict[TargetFormat, str] = {
    "binary": "0 and 1 for each output",
    "one-hot": "one-hot encoded classes",
    "integer": "class indices",
    "numeric": "values",
}
_CORRELATIONS = ("PearsonCorrelation", "ConcordanceCorrelation")


def find_metric_problems(layer: OutputLayer, settings: TrainingSettings) -> Iterator[str]:
    """Yield the problems of metrics that do not suit the network or the loss."""
    for named in settings.metrics:
        problem = (
            _check_target(named, layer, settings)
            or _check_outputs(named, settings)
            or _check_counts(named.component, layer)
            or _check_correlation(named.component, layer)
        )
        if problem:
            yield f"metric {named.label}: {problem}"


def find_metric_warnings(layer: OutputLayer, settings: TrainingSettings) -> Iterator[str]:
    """Yield warnings on metrics that work but say little."""
    for named in settings.metrics:
        if named.component.name == ACCURACY and settings.task == "regressor":
            yield (
                f"metric {named.label}: in a regression it counts exactly equal predictions. "
                "mean_absolute_error or r2_score are more informative"
            )
        if named.component.name == "CosineSimilarity" and layer.units == 1:
            yield (
                f"metric {named.label}: of 1 output it compares only the signs. "
                "mean_absolute_error or r2_score are more informative"
            )


def _check_target(named: NamedMetric, layer: OutputLayer, settings: TrainingSettings) -> str:
    metric = METRICS.get(named.component.name)
    formats = _list_formats(layer, settings)
    if set(formats) & set(metric.targets):
        return ""
    return (
        f"{metric.name} takes {_name_targets(metric)}, but with the loss "
        f"{LOSSES.get(settings.loss.name).short_name} the target has {_TARGETS[formats[0]]}. "
        f"{_advise_on_metric(metric, formats)}"
    )


def _list_formats(layer: OutputLayer, settings: TrainingSettings) -> tuple[TargetFormat, ...]:
    """Return the formats that the target can have; between two, the target itself decides."""
    kind = infer_target_kind(layer, settings)
    if kind == "multilabel":
        return ("binary", choose_target_format(settings.loss, "multiclass"))
    return (choose_target_format(settings.loss, kind),)


def _name_targets(metric: Metric) -> str:
    return " or ".join(_TARGETS[target_format] for target_format in metric.targets)


def _advise_on_metric(metric: Metric, formats: tuple[TargetFormat, ...]) -> str:
    if metric.name in ("BinaryAccuracy", "CategoricalAccuracy", "SparseCategoricalAccuracy"):
        return "Use accuracy, which fits every target"
    if formats == ("integer",) and "one-hot" in metric.targets:
        return (
            "Use the loss categorical_crossentropy: "
            "it is equivalent, and the labels are one-hot encoded for it"
        )
    fitting = [each.name for each in METRICS if set(formats) & set(each.targets)]
    return f"Use one of: {list_names(fitting, most=40)}"


def _check_outputs(named: NamedMetric, settings: TrainingSettings) -> str:
    metric = METRICS.get(named.component.name)
    if metric.outputs == "any":
        return ""
    if LOSSES.get(settings.loss.name).margins:
        return (
            f"{metric.name} takes probabilities, but the loss "
            f"{LOSSES.get(settings.loss.name).short_name} makes margins. Use accuracy"
        )
    if settings.loss.options.get("from_logits") and not metric.parameter("from_logits"):
        return (
            f"{metric.name} takes probabilities, but with from_logits=True the network gives "
            "logits. Give the last layer an activation and leave from_logits out, or use accuracy "
            "or AUC"
        )
    return ""


def _check_counts(component: Component, layer: OutputLayer) -> str:
    options = complete_options(METRICS.get(component.name), component.options)
    units = layer.units or 0
    count = options.get("num_classes", options.get("num_labels"))
    if count not in (None, units):
        return f"it is for {count} classes, but {layer.where}, has {units} units"
    weights = options.get("label_weights")
    if weights is not None and len(as_tuple(weights)) != units:
        return f"label_weights needs {units} weights, one for each unit of {layer.where}"
    number = options.get("class_id")
    if isinstance(number, int) and number >= units:
        return (
            f"class_id={number}, but the indices of the {units} units of {layer.where}, "
            f"end at {units - 1}"
        )
    k = options.get("k", options.get("top_k"))
    if isinstance(k, int) and k >= units:
        return f"the top {k} of {units} classes always include the correct one. Give a smaller k"
    return ""


def _check_correlation(component: Component, layer: OutputLayer) -> str:
    axis = component.options.get("axis", -1)
    if component.name not in _CORRELATIONS or layer.units != 1 or axis == 0:
        return ""
    return "there is no correlation within rows of 1 output. Give axis=0 to compute it over rows"
