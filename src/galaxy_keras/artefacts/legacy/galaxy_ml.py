"""The `.h5mlm` files of Galaxy-ML 0.8 to 0.10, read as data.

::

    /-model_config-              JSON; for a network {"-object-": {"-keras_model-": 0}}
    /-keras_models-/0
        class_name               KerasGClassifier or KerasGRegressor
        params                   JSON: the architecture (Keras 2) under "config", and the settings
        weights                  the weights as Keras 2 writes them; missing before training
        attributes/classes_      the labels of a trained classifier

For anything other than a network, ``-model_config-`` is a pickle in the form of JSON: names of
functions and the arguments to call them with. It is only searched for these names.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from galaxy_keras.artefacts.architecture.architecture_file import decode_architecture
from galaxy_keras.artefacts.hdf5.reading import AuditedGroup
from galaxy_keras.artefacts.legacy.interpretation import (
    infer_feature_description,
    infer_target_description,
)
from galaxy_keras.artefacts.legacy.weights import read_legacy_weights
from galaxy_keras.artefacts.models.builder import Builder
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.catalogue.losses import Task
from galaxy_keras.catalogue.optimizers import DECAY, OPTIMIZERS
from galaxy_keras.errors import (
    ConfigurationError,
    GalaxyKerasError,
    ModelFileError,
    escape_name,
    list_names,
)
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.training.targets import Label

MODEL_CONFIG = "-model_config-"

_NETWORK = {"-keras_model-": 0}
_GLOBAL = "-global-"
_TASKS: dict[str, Task] = {"KerasGClassifier": "classifier", "KerasGRegressor": "regressor"}
_CLASS_NAMES = {"sequential": "Sequential", "functional": "Functional"}
_FIT_SETTINGS = ("epochs", "batch_size", "validation_split", "steps_per_epoch", "validation_steps")
_NO_CALLBACK = ("None", "", None)


def read_galaxy_ml(root: AuditedGroup) -> Builder | FittedModel:
    """Return the model in a file of Galaxy-ML: fitted if it has weights, else a builder.

    Raises
    ------
    ModelFileError
        If it holds anything other than one network for tables (a scikit-learn object is named
        with all its classes and functions), or is damaged.
    """
    _check_content(root)
    model = root.read_group("-keras_models-").read_group("0")
    class_name = model.read_text("class_name")
    if class_name not in _TASKS:
        model.refuse("class_name", _describe_class(class_name))
    params = model.read_json("params")
    with _prefixing_errors(root):
        architecture = _decode_architecture(params)
        training = _decode_training(params, _TASKS[class_name])
    if "weights" not in model:
        return Builder(architecture=architecture, training=training)
    return _read_fitted(model, architecture, training)


@contextlib.contextmanager
def _prefixing_errors(group: AuditedGroup) -> Iterator[None]:
    """Prefix errors raised inside with the path of the file."""
    try:
        yield
    except GalaxyKerasError as error:
        raise ModelFileError(*error.problems).with_prefix(str(group.file)) from error


def _check_content(root: AuditedGroup) -> None:
    document = root.read_json(MODEL_CONFIG)
    if document.get("-object-") == _NETWORK:
        return
    names = sorted(set(_iterate_globals(document)))
    root.refuse(
        MODEL_CONFIG,
        f"is not a network. It names {list_names(names) or 'no class'} and what to call them with: "
        "a scikit-learn object of Galaxy-ML, or a malicious file. Opening it would run what it "
        "names, so it was only inspected. Only networks are read (KerasGClassifier, "
        "KerasGRegressor); make the network of a pipeline here, from its architecture JSON",
    )


def _iterate_globals(document: object) -> Iterator[str]:
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if _GLOBAL in value:
                yield _format_global(value[_GLOBAL])
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _format_global(value: object) -> str:
    parts = value if isinstance(value, list) else [value]
    return escape_name(".".join(str(part) for part in parts))


def _describe_class(name: str) -> str:
    if name == "KerasGBatchClassifier":
        return (
            f"is {name}, a network that reads sequences in batches of its own. Networks that read "
            "tables are opened here (KerasGClassifier, KerasGRegressor)"
        )
    return (
        f'is "{escape_name(name)}", but a network is a {" or a ".join(_TASKS)}. The file is damaged'
    )


def _decode_architecture(params: Mapping[str, Any]) -> Architecture:
    class_name = _CLASS_NAMES.get(str(params.get("model_type")))
    config = params.get("config")
    if class_name is None or config is None:
        raise ConfigurationError("params hold no architecture. The file is damaged")
    return decode_architecture({"class_name": class_name, "config": config, "keras_version": "2"})


def _decode_training(params: Mapping[str, Any], task: Task) -> TrainingSettings:
    settings = {name: params[name] for name in _FIT_SETTINGS if params.get(name) is not None}
    return TrainingSettings.model_validate(
        {
            **settings,
            "task": task,
            "loss": params.get("loss") or "binary_crossentropy",
            "optimizer": _read_optimizer(params),
            "metrics": params.get("metrics") or [],
            "callbacks": list(_read_callbacks(params.get("callbacks"))),
            "seed": params.get("seed"),
        }
    )


def _read_optimizer(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the optimizer; Galaxy-ML stores the options of all optimizers together.

    It took 0 for "not given", and trained with the default.
    """
    entry = OPTIMIZERS.get(str(params.get("optimizer") or "rmsprop"))
    options = {
        name: value
        for name, value in params.items()
        if value and (name == DECAY or entry.parameter(name) is not None)
    }
    return {"name": entry.name, "options": options}


def _read_callbacks(callbacks: object) -> Iterator[dict[str, Any]]:
    for each in callbacks if isinstance(callbacks, list) else []:
        selection = each.get("callback_selection") if isinstance(each, dict) else None
        if not isinstance(selection, dict):
            raise ConfigurationError(f"params hold an entry that is not a callback: {each!r:.60}")
        options = dict(selection)
        name = options.pop("callback_type", None)
        if name not in _NO_CALLBACK:
            yield {"name": name, "options": options}


def _read_fitted(
    model: AuditedGroup, architecture: Architecture, training: TrainingSettings
) -> FittedModel:
    classes = _read_classes(model)
    with _prefixing_errors(model):
        target = infer_target_description(architecture, training, classes)
        features = infer_feature_description(architecture)
    return FittedModel(
        architecture=architecture,
        training=training,
        target=target,
        features=features,
        weights=read_legacy_weights(model.read_group("weights"), architecture),
        seed=training.seed,
    )


def _read_classes(model: AuditedGroup) -> list[Label] | None:
    if "attributes" not in model:
        return None
    attributes = model.read_group("attributes")
    return list(attributes.read_class_labels("classes_")) if "classes_" in attributes else None
