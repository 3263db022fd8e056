"""Checks of architecture and training settings against each other, before any training.

What cannot work, or is certainly a mistake, is an error; what works but is unusual is a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from galaxy_keras.catalogue.losses import EXCLUSIVE_ACTIVATIONS, LOSSES, Loss
from galaxy_keras.errors import ConfigurationError, Problems
from galaxy_keras.schema.architecture.dtypes import find_dtype_problems
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.architecture.shapes import format_shape
from galaxy_keras.schema.architecture.statefulness import find_stateful_layers
from galaxy_keras.schema.training.encodings import (
    check_target_encodings,
    find_encoding_warnings,
    resolve_input_encodings,
)
from galaxy_keras.schema.training.language import find_language_problems
from galaxy_keras.schema.training.metric_compatibility import (
    find_metric_problems,
    find_metric_warnings,
)
from galaxy_keras.schema.training.monitors import find_monitor_problems
from galaxy_keras.schema.training.output_layer import OutputLayer
from galaxy_keras.schema.training.outputs import Output, list_outputs
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.values.relations import as_tuple

_Check = Callable[[OutputLayer, TrainingSettings], Iterator[str]]
_COMMON_ACTIVATIONS = ("sigmoid", "softmax", "tanh", "linear")
_BOUNDED = {
    "sigmoid": "from 0 to 1",
    "hard_sigmoid": "from 0 to 1",
    "softmax": "from 0 to 1 that add up to 1",
    "tanh": "from -1 to 1",
    "hard_tanh": "from -1 to 1",
    "softsign": "from -1 to 1",
}


def check_compatibility(architecture: Architecture, settings: TrainingSettings) -> list[str]:
    """Check architecture, task, loss, metrics, callbacks and encodings against each other.

    Returns
    -------
    list of str
        Warnings on what works but is unusual.

    Raises
    ------
    ConfigurationError
        With all problems; messages on the network name its last layer.
    """
    outputs = list_outputs(architecture, settings)
    problems = Problems()
    for text in (
        *find_stateful_layers(architecture),
        *find_dtype_problems(architecture),
        *_find_in_each(outputs, _find_loss_problems, find_metric_problems),
        *find_monitor_problems(settings),
    ):
        problems.add(ConfigurationError(text))
    with problems.collecting():
        resolve_input_encodings(architecture, settings)
    with problems.collecting():
        check_target_encodings(architecture, settings)
    problems.raise_if_any()
    for text in find_language_problems(architecture, settings):
        problems.add(ConfigurationError(text))
    problems.raise_if_any()
    return [
        *_find_in_each(outputs, _find_loss_warnings, find_metric_warnings),
        *find_encoding_warnings(architecture, settings),
    ]


def _find_in_each(outputs: Sequence[Output], *checks: _Check) -> Iterator[str]:
    """Yield what checks find in each output, with its name before it where there are several."""
    for output in outputs:
        for check in checks:
            yield from map(output.prefix, check(output.layer, output.settings))


def _find_loss_problems(layer: OutputLayer, settings: TrainingSettings) -> Iterator[str]:
    loss = LOSSES.get(settings.loss.name)
    for check in _LOSS_CHECKS:
        problem = check(layer, settings, loss)
        if problem:
            yield problem
            # Only the first problem, because the others follow from it.
            return


def _check_shape(layer: OutputLayer, settings: TrainingSettings, loss: Loss) -> str:
    if len(layer.shape) == 2 and layer.units is not None:
        return ""
    return (
        f"{layer.where}, has an output of {format_shape(layer.shape)} per row, but a table of "
        "targets needs (outputs,). Add a Flatten or pooling layer before the last one, "
        "or leave out return_sequences=True"
    )


def _check_single_softmax(layer: OutputLayer, settings: TrainingSettings, loss: Loss) -> str:
    if layer.units != 1 or layer.activation not in EXCLUSIVE_ACTIVATIONS:
        return ""
    advice = (
        "Use activation=linear"
        if settings.task == "regressor"
        else (
            "For two classes use activation=sigmoid with binary_crossentropy, "
            "or one unit for each class"
        )
    )
    return (
        f"{layer.where}, has 1 unit with activation={layer.activation}, whose output is always 1. "
        f"{advice}"
    )


def _check_one_softmax(layer: OutputLayer, settings: TrainingSettings, loss: Loss) -> str:
    several = layer.normalized is not None and layer.normalized != layer.units
    if settings.task == "regressor" or not several:
        return ""
    return (
        f"{layer.where}, has {_count_units(layer)}, of which each {layer.normalized} add up to 1: "
        f"activation={layer.activation} is computed for each position, so that they are not the "
        f"probabilities of {layer.units} classes. Put the Flatten or Reshape layer before the "
        f"layer with activation={layer.activation}"
    )


def _check_task(layer: OutputLayer, settings: TrainingSettings, loss: Loss) -> str:
    if settings.task == "classifier" or "regressor" in loss.tasks:
        return ""
    return (
        f"the loss {loss.short_name} is a classification loss, but the task is regressor. "
        "Use mean_squared_error or another regression loss, or the task classifier"
    )


def _check_units(layer: OutputLayer, settings: TrainingSettings, loss: Loss) -> str:
    if layer.units != 1:
        return ""
    if loss.name == "CosineSimilarity":
        return (
            f"the loss {loss.short_name} compares directions and learns nothing from 1 output, "
            f"but {layer.where}, has 1 unit. Use mean_squared_error"
        )
    if settings.task == "regressor" or "binary" in loss.targets:
        return ""
    return (
        f"the loss {loss.short_name} needs one unit for each class, but {layer.where}, has 1 unit. "
        "For two classes use binary_crossentropy with activation=sigmoid, "
        "or give the layer one unit for each class with activation=softmax"
    )


def _check_logits(layer: OutputLayer, settings: TrainingSettings, loss: Loss) -> str:
    if not _takes_logits(settings) or layer.activation in (None, "linear"):
        return ""
    return (
        f"the loss {loss.short_name} with from_logits=True applies the activation itself, "
        f"but {layer.where}, has activation={layer.activation}. "
        "Use activation=linear there, or leave from_logits out"
    )


def _check_activation(layer: OutputLayer, settings: TrainingSettings, loss: Loss) -> str:
    fits = not loss.activations or layer.activation in (None, *loss.activations)
    if _takes_logits(settings) or fits:
        return ""
    return (
        f"the loss {loss.short_name} takes the outputs of {_name_activations(loss)}, "
        f"but {layer.where}, has {_count_units(layer)} with activation={layer.activation}. "
        f"{_advise_on_activation(layer, loss)}"
    )


def _check_alpha(layer: OutputLayer, settings: TrainingSettings, loss: Loss) -> str:
    weights = as_tuple(settings.loss.options.get("alpha", 0.0))
    if len(weights) in (1, layer.units):
        return ""
    return (
        f"the loss {loss.short_name} has {len(weights)} weights in alpha, "
        f"but {layer.where}, has {_count_units(layer)}. "
        "Give one weight for each unit, or one for all"
    )


_LOSS_CHECKS: tuple[Callable[[OutputLayer, TrainingSettings, Loss], str], ...] = (
    _check_shape,
    _check_single_softmax,
    _check_one_softmax,
    _check_task,
    _check_units,
    _check_logits,
    _check_activation,
    _check_alpha,
)


def _takes_logits(settings: TrainingSettings) -> bool:
    return bool(settings.loss.options.get("from_logits"))


def _name_activations(loss: Loss) -> str:
    return " or ".join(name for name in _COMMON_ACTIVATIONS if name in loss.activations)


def _count_units(layer: OutputLayer) -> str:
    return "1 unit" if layer.units == 1 else f"{layer.units} units"


def _advise_on_activation(layer: OutputLayer, loss: Loss) -> str:
    best = f"Use activation={_name_activations(loss)} there"
    if layer.activation in EXCLUSIVE_ACTIVATIONS and loss.targets == ("binary",):
        return (
            "For mutually exclusive classes use categorical_crossentropy; "
            f"for several labels per row, activation={_name_activations(loss)}"
        )
    if layer.activation == "sigmoid" and "binary" not in loss.targets:
        return f"{best}; for several labels per row use binary_crossentropy"
    if layer.activation == "linear" and loss.parameter("from_logits"):
        return f"{best}, or the loss '{loss.short_name} from_logits=True'"
    return best


def _find_loss_warnings(layer: OutputLayer, settings: TrainingSettings) -> Iterator[str]:
    loss = LOSSES.get(settings.loss.name)
    if settings.task not in loss.tasks:
        yield (
            f"the loss {loss.short_name} is a regression loss; classes are usually learned better "
            f"with {_recommend_loss(layer)}"
        )
    bounds = _BOUNDED.get(layer.activation or "")
    if settings.task == "regressor" and bounds and layer.activation not in loss.activations:
        yield (
            f"{layer.where}, has activation={layer.activation}: "
            f"the network can predict only values {bounds}"
        )
    if loss.name == "Poisson" and layer.activation in ("linear", "tanh"):
        yield (
            f"the loss poisson takes rates above 0, but {layer.where}, "
            f"has activation={layer.activation}. exponential or softplus keep them above 0"
        )


def _recommend_loss(layer: OutputLayer) -> str:
    exclusive = layer.activation in EXCLUSIVE_ACTIVATIONS
    return "categorical_crossentropy" if exclusive else "binary_crossentropy"
