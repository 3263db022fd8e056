"""Builds what Keras compiles and fits a model with, from checked settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal

import keras

from galaxy_keras.catalogue.losses import LOSSES, TargetFormat
from galaxy_keras.catalogue.metrics import ACCURACY, ACCURACY_BY_TARGET, METRICS
from galaxy_keras.catalogue.scorers import TargetKind
from galaxy_keras.data.encodings.values import LOG, ValueScaling
from galaxy_keras.learning.callbacks import build_callback
from galaxy_keras.learning.gradients import sum_gradients
from galaxy_keras.schema.training.output_layer import choose_target_format
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.values.choices import NamedMetric
from galaxy_keras.schema.values.component import Component
from galaxy_keras.schema.values.relations import as_tuple

_LISTS = ("boundaries", "values", "target_class_ids", "label_weights")
"""Options that Keras takes as lists only."""


def build_optimizer(component: Component) -> keras.optimizers.Optimizer:
    """Return the optimizer; a schedule in its learning rate is built too."""
    options = dict(component.options)
    rate = options.get("learning_rate")
    if isinstance(rate, Component):
        options["learning_rate"] = _build(keras.optimizers.schedules, rate.name, rate.options)
    return _build(keras.optimizers, component.name, options)


def build_loss(component: Component) -> keras.losses.Loss:
    """Return the loss."""
    return _build(keras.losses, component.name, component.options)


class UnscaledMetric(keras.metrics.Metric):  # type: ignore[misc]
    """A metric of the values in their units, of a network that learns scaled ones.

    Parameters
    ----------
    metric
        The metric.
    scaling
        How the values are scaled.
    """

    def __init__(self, metric: keras.metrics.Metric, scaling: ValueScaling) -> None:
        super().__init__(name=metric.name)
        self._metric = metric
        self._scaling = scaling

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Take a batch of scaled values."""
        return self._metric.update_state(
            self._invert(y_true), self._invert(y_pred), sample_weight=sample_weight
        )

    def result(self) -> Any:
        """Return the metric of all batches."""
        return self._metric.result()

    def reset_state(self) -> None:
        """Begin anew."""
        self._metric.reset_state()

    def _invert(self, values: Any) -> Any:
        ops = keras.ops
        if self._scaling.kind == LOG:
            return ops.expm1(ops.cast(values, "float32"))
        scale, shift = (
            ops.convert_to_tensor(each, "float32")
            for each in (self._scaling.scale, self._scaling.shift)
        )
        return ops.cast(values, "float32") * scale + shift


def build_metrics(
    settings: TrainingSettings, kind: TargetKind, scaling: ValueScaling | None = None
) -> list[keras.metrics.Metric]:
    """Return the metrics under the user's labels, fitted to the target and to the outputs.

    Parameters
    ----------
    settings
        The metrics, and the loss, which determines what the outputs are.
    kind
        The kind of the target.
    scaling
        How its values are scaled; None where they are not.
    """
    target_format = choose_target_format(settings.loss, kind)
    metrics = [_build_metric(named, settings, target_format) for named in settings.metrics]
    return metrics if scaling is None else [UnscaledMetric(each, scaling) for each in metrics]


def build_callbacks(settings: TrainingSettings) -> list[keras.callbacks.Callback]:
    """Return the callbacks; the history that CSVLogger asks for is written by the command."""
    built = [build_callback(callback, settings) for callback in settings.callbacks]
    return [callback for callback in built if callback is not None]


@dataclass(frozen=True)
class CompiledOutput:
    """What an output of a network is compiled with.

    Attributes
    ----------
    settings
        The settings as they are for this output: its loss and its metrics.
    kind
        The kind of its target.
    scaling
        How the values of the target are scaled, which metrics are not; None where they are not.
    weight
        What its loss counts in the sum of all losses.
    """

    settings: TrainingSettings
    kind: TargetKind
    scaling: ValueScaling | None = None
    weight: float = 1.0


def compile_model(
    model: keras.Model,
    settings: TrainingSettings,
    outputs: Sequence[CompiledOutput],
    *,
    jit_compile: bool | Literal["auto"] = "auto",
) -> None:
    """Compile `model` as `settings` say.

    Parameters
    ----------
    model
        The model, which is changed.
    settings
        The optimizer.
    outputs
        Loss and metrics of each output of the model, in its order.
    jit_compile
        Whether to use XLA; `auto` leaves it to Keras.
    """
    optimizer = build_optimizer(settings.optimizer)
    if _computes_in_float16(model):
        # Small gradients would be 0 in float16.
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    sum_gradients(optimizer)
    _add_losses_in_float32(model)
    model.compile(
        optimizer=optimizer,
        jit_compile=jit_compile,
        **_build_objectives(outputs),
    )


def _build_objectives(outputs: Sequence[CompiledOutput]) -> dict[str, Any]:
    losses = [build_loss(each.settings.loss) for each in outputs]
    metrics = [build_metrics(each.settings, each.kind, each.scaling) for each in outputs]
    if len(outputs) == 1:
        return {"loss": losses[0], "metrics": metrics[0]}
    weights = [each.weight for each in outputs]
    return {"loss": losses, "metrics": metrics, "loss_weights": weights}


def _add_losses_in_float32(model: keras.Model) -> None:
    """Make a model add the losses of regularizers in float32.

    Keras adds them to the loss, which is float32, in the data type of their layer, and fails.
    """
    aggregate = model._aggregate_additional_loss

    def aggregate_in_float32(loss: Any) -> Any:
        return aggregate(keras.ops.cast(loss, "float32"))

    model._aggregate_additional_loss = aggregate_in_float32


def _computes_in_float16(model: keras.Model) -> bool:
    return any(
        _computes_in_float16(layer)
        if isinstance(layer, keras.Model)
        else layer.dtype_policy.name == "mixed_float16"
        for layer in model.layers
    )


def _build_metric(
    named: NamedMetric, settings: TrainingSettings, target_format: TargetFormat
) -> keras.metrics.Metric:
    name = named.component.name
    if name == ACCURACY:
        name = ACCURACY_BY_TARGET[target_format]
    options = _complete_metric(name, settings, target_format) | named.component.options
    if options.get("average", "") is None:
        options["average"] = "macro"
    return _build(keras.metrics, name, {**options, "name": named.label})


def _complete_metric(
    name: str, settings: TrainingSettings, target_format: TargetFormat
) -> dict[str, Any]:
    """Return the options of a metric that follow from the target and the outputs."""
    if name in ("IoU", "MeanIoU"):
        return {"sparse_y_true": target_format == "integer", "sparse_y_pred": False}
    if name in ("F1Score", "FBetaScore"):
        return {"average": None, "threshold": 0.5 if target_format == "binary" else None}
    if name == "BinaryAccuracy":
        return {"threshold": _find_threshold(settings)}
    if settings.loss.options.get("from_logits") and METRICS.get(name).parameter("from_logits"):
        return {"from_logits": True}
    return {}


def _find_threshold(settings: TrainingSettings) -> float:
    """Return the output above which a label is predicted: 0 for logits and margins."""
    around_zero = settings.loss.options.get("from_logits") or LOSSES.get(settings.loss.name).margins
    return 0.0 if around_zero else 0.5


def _build(module: ModuleType, name: str, options: Mapping[str, Any]) -> Any:
    # The name is that of an entry of the catalogue: the settings were checked.
    return getattr(module, name)(
        **{key: list(as_tuple(value)) if key in _LISTS else value for key, value in options.items()}
    )
