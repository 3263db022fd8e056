"""Optimizers, schedules, losses, metrics, callbacks and scorers are those of the libraries."""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import Any

import keras
import numpy as np
import pytest
from sklearn.metrics import get_scorer, get_scorer_names

from galaxy_keras.catalogue.callbacks import CALLBACKS
from galaxy_keras.catalogue.losses import LOSSES, Loss
from galaxy_keras.catalogue.metrics import ACCURACY_BY_TARGET, METRICS
from galaxy_keras.catalogue.optimizers import OPTIMIZERS
from galaxy_keras.catalogue.parameters import PACKAGE, REQUIRED, Entry
from galaxy_keras.catalogue.registry import Registry
from galaxy_keras.catalogue.schedules import SCHEDULES
from galaxy_keras.catalogue.scorers import SCORERS, TargetKind
from galaxy_keras.data.predictions import make_predictions
from galaxy_keras.data.scoring import score_predictions
from galaxy_keras.data.targets import Target
from galaxy_keras.learning.compiling import build_loss, build_metrics, build_optimizer
from galaxy_keras.schema.training.scorers import list_scorers
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.training.targets import TargetDescription
from galaxy_keras.schema.values.choices import parse_component, parse_metric, parse_optimizer

REGISTRIES: dict[str, tuple[Registry[Any], ModuleType, type]] = {
    "optimizers": (OPTIMIZERS, keras.optimizers, keras.optimizers.Optimizer),
    "schedules": (
        SCHEDULES,
        keras.optimizers.schedules,
        keras.optimizers.schedules.LearningRateSchedule,
    ),
    "losses": (LOSSES, keras.losses, keras.losses.Loss),
    "metrics": (METRICS, keras.metrics, keras.metrics.Metric),
    "callbacks": (CALLBACKS, keras.callbacks, keras.callbacks.Callback),
}
ENTRIES = [
    pytest.param(entry, module, id=f"{kind}-{entry.name}")
    for kind, (registry, module, _) in REGISTRIES.items()
    for entry in registry
    # It is no class of Keras: it stands for one of several.
    if entry.name != "Accuracy"
]

_CODE = "runs code or talks to a server"
_COMMAND = "its part is played by the commands"
NOT_OFFERED = {
    "optimizers": {
        "Optimizer": "the class of all optimizers",
        "LossScaleOptimizer": "stands around another optimizer",
        "MultiOptimizer": "stands around other optimizers",
    },
    "schedules": {"LearningRateSchedule": "the class of all schedules"},
    "losses": {
        "Loss": "the class of all losses",
        "Circle": "its network gives embeddings and no predictions",
        "CTC": "its targets are sequences of symbols",
    },
    "metrics": {
        "Metric": "the class of all metrics",
        "MeanMetricWrapper": "stands around a function",
        "Mean": "looks at no target",
        "Sum": "looks at no target",
    },
    "callbacks": {
        "Callback": "the class of all callbacks",
        "CallbackList": "a list of callbacks",
        "LambdaCallback": _CODE,
        "LearningRateScheduler": _CODE,
        "RemoteMonitor": _CODE,
        "BackupAndRestore": _COMMAND,
        "History": _COMMAND,
        "OrbaxCheckpoint": _COMMAND,
        "ProgbarLogger": _COMMAND,
        "TensorBoard": _COMMAND,
        "SwapEMAWeights": "an optimizer with use_ema ends with the averaged weights",
    },
}

# Constructor parameters that are no options, by entry ("" for all).
LEFT_OUT: dict[tuple[str, str], str] = {
    ("", "self"): "not a parameter",
    ("", "kwargs"): "not a parameter",
    ("", "name"): "metrics have a label; nothing else needs a name",
    ("", "dtype"): "precision is chosen for the whole run",
    ("", "verbose"): "messages are those of the command",
    ("Muon", "exclude_layers"): "regular expressions, which would be run as the user wrote them",
    ("SparseTopKCategoricalAccuracy", "from_sorted_ids"): "networks give probabilities, not ids",
    ("IoU", "sparse_y_true"): "follows from the form of the target",
    ("IoU", "sparse_y_pred"): "networks give probabilities, not class numbers",
    ("MeanIoU", "sparse_y_true"): "follows from the form of the target",
    ("MeanIoU", "sparse_y_pred"): "networks give probabilities, not class numbers",
    ("OneHotIoU", "sparse_y_pred"): "networks give probabilities, not class numbers",
    ("OneHotMeanIoU", "sparse_y_pred"): "networks give probabilities, not class numbers",
    ("ModelCheckpoint", "filepath"): "weights are kept in memory",
    ("ModelCheckpoint", "save_best_only"): "always so",
    ("ModelCheckpoint", "save_weights_only"): "always so",
    ("ModelCheckpoint", "save_freq"): "always each epoch",
    ("CSVLogger", "filename"): "the command writes the history",
    ("CSVLogger", "separator"): "the command writes the history",
    ("CSVLogger", "append"): "the command writes the history",
    ("TerminateOnNaN", "raise_error"): "the command says what happened",
}

EXAMPLES = {
    "CosineDecay": "initial_learning_rate=0 decay_steps=9 warmup_target=0.5 warmup_steps=3",
    "CosineDecayRestarts": "initial_learning_rate=0.5 first_decay_steps=9 t_mul=3",
    "ExponentialDecay": "initial_learning_rate=0.5 decay_steps=9 decay_rate=0.5 staircase=True",
    "InverseTimeDecay": "initial_learning_rate=0.5 decay_steps=9 decay_rate=0.5",
    "PiecewiseConstantDecay": "boundaries=[3,9] values=[0.5,0.25,0.125]",
    "PolynomialDecay": "initial_learning_rate=0.5 decay_steps=9 power=2 cycle=True",
    "Huber": "delta=2",
    "Tversky": "alpha=0.25 beta=0.75",
    "CategoricalFocalCrossentropy": "alpha=[0.25,0.5,0.25] gamma=3",
    "AUC": "curve=PR thresholds=[0.25,0.5]",
    "FBetaScore": "beta=2 average=micro threshold=0.25",
    "PrecisionAtRecall": "recall=0.5",
    "RecallAtPrecision": "precision=0.5",
    "SensitivityAtSpecificity": "specificity=0.5",
    "SpecificityAtSensitivity": "sensitivity=0.5",
    "IoU": "num_classes=3 target_class_ids=[0,2]",
    "OneHotIoU": "num_classes=3 target_class_ids=1",
    "MeanIoU": "num_classes=3",
    "OneHotMeanIoU": "num_classes=3",
}
KIND_BY_FORM: dict[str, TargetKind] = {
    "binary": "multilabel",
    "one-hot": "multiclass",
    "integer": "multiclass",
    "numeric": "regression",
}
LOSS_BY_FORM = {
    "binary": "binary_crossentropy",
    "one-hot": "categorical_crossentropy",
    "integer": "sparse_categorical_crossentropy",
    "numeric": "mse",
}
OUTPUTS = np.array([[0.7, 0.2, 0.1], [0.3, 0.3, 0.4]], dtype=np.float32)
TARGETS = {
    "binary": np.array([[1, 0, 0], [0, 1, 1]], dtype=np.float32),
    "one-hot": np.array([[1, 0, 0], [0, 0, 1]], dtype=np.float32),
    "integer": np.array([[0], [2]], dtype=np.int32),
    "numeric": np.array([[0.9, 0.1, 0.3], [0.2, 0.4, 0.8]], dtype=np.float32),
}


def format_call(entry: Entry) -> str:
    return f"{entry.name} {EXAMPLES.get(entry.name, '')}"


@pytest.mark.parametrize("kind", REGISTRIES)
def test_classes_of_keras_are_offered_or_left_out_for_a_reason(kind: str) -> None:
    registry, module, base = REGISTRIES[kind]
    public = {
        name
        for name, each in vars(module).items()
        if isinstance(each, type) and issubclass(each, base)
    }
    assert set(registry.names) <= public
    assert public - set(registry.names) == set(NOT_OFFERED[kind])


@pytest.mark.parametrize(("entry", "module"), ENTRIES)
def test_parameters_and_defaults_are_those_of_keras(entry: Entry, module: ModuleType) -> None:
    assert entry.module == module.__name__.replace("keras.src", "keras")
    parameters = inspect.signature(getattr(module, entry.name).__init__).parameters
    left_out = {name for owner, name in LEFT_OUT if owner in ("", entry.name)}
    expected = {name: each.default for name, each in parameters.items() if name not in left_out}
    ours = {
        each.name: inspect.Parameter.empty if each.default is REQUIRED else each.default
        for each in entry.parameters
    }
    assert list(ours) == list(expected)
    assert ours == expected


@pytest.mark.parametrize("entry", list(OPTIMIZERS), ids=lambda entry: entry.name)
def test_optimizer_is_built_stored_and_built_again(entry: Entry) -> None:
    component = parse_optimizer(f"{entry.name} learning_rate=0.25 clipnorm=2")
    config = build_optimizer(component).get_config()
    assert config["clipnorm"] == 2
    assert config["learning_rate"] == pytest.approx(0.25)
    again = parse_optimizer(component.model_dump(mode="json"))
    assert {**build_optimizer(again).get_config(), "name": ""} == {**config, "name": ""}


@pytest.mark.parametrize("entry", list(OPTIMIZERS), ids=lambda entry: entry.name)
def test_optimizer_with_explicit_defaults_is_that_of_keras(entry: Entry) -> None:
    options = {each.name: each.default for each in entry.parameters}
    ours = build_optimizer(parse_optimizer({"name": entry.name, "options": options}))
    theirs = getattr(keras.optimizers, entry.name)()
    assert {**ours.get_config(), "name": ""} == {**theirs.get_config(), "name": ""}


@pytest.mark.parametrize("entry", list(SCHEDULES), ids=lambda entry: entry.name)
def test_schedule_is_built_stored_and_built_again(entry: Entry) -> None:
    component = parse_optimizer({"name": "sgd", "options": {"learning_rate": format_call(entry)}})
    again = parse_optimizer(component.model_dump(mode="json"))
    assert again == component
    first, second = (build_optimizer(each).learning_rate for each in (component, again))
    assert type(build_optimizer(component)._learning_rate).__name__ == entry.name
    assert float(first) == float(second)


@pytest.mark.parametrize("entry", list(LOSSES), ids=lambda entry: entry.name)
def test_loss_is_built_stored_and_built_again(entry: Loss) -> None:
    component = parse_component(LOSSES, format_call(entry))
    again = parse_component(LOSSES, component.model_dump(mode="json"))
    assert again == component
    first, second = build_loss(component), build_loss(again)
    assert first.get_config() == second.get_config()
    for form in entry.targets:
        assert np.isfinite(float(first(TARGETS[form], OUTPUTS)))


@pytest.mark.parametrize(
    ("entry", "form"),
    [
        pytest.param(entry, form, id=f"{entry.name}-{form}")
        for entry in METRICS
        for form in entry.targets
    ],
)
def test_metric_gives_one_number_for_each_form_of_target(entry: Entry, form: str) -> None:
    named = parse_metric(f"{format_call(entry)} name=mine")
    assert parse_metric(named.model_dump(mode="json")) == named
    settings = TrainingSettings.model_validate(
        {
            "task": "regressor" if form == "numeric" else "classifier",
            "loss": LOSS_BY_FORM[form],
            "optimizer": "sgd",
            "metrics": [named],
        }
    )
    (metric,) = build_metrics(settings, KIND_BY_FORM[form])
    metric.update_state(TARGETS[form], OUTPUTS)
    assert metric.name == "mine"
    assert np.shape(metric.result()) == ()
    stored = keras.metrics.deserialize(keras.metrics.serialize(metric))
    assert stored.get_config() == metric.get_config()


@pytest.mark.parametrize("entry", list(METRICS), ids=lambda entry: entry.name)
def test_direction_of_metric_is_that_of_keras(entry: Any) -> None:
    named = parse_metric(format_call(entry))
    settings = TrainingSettings.model_validate(
        {"task": "classifier", "loss": "mse", "optimizer": "sgd", "metrics": [named]}
    )
    (metric,) = build_metrics(settings, "binary")
    counts = {
        "TruePositives": "up",
        "TrueNegatives": "up",
        "FalsePositives": "down",
        "FalseNegatives": "down",
    }
    expected = getattr(metric, "_direction", None) or counts[entry.name]
    assert {"up": "max", "down": "min"}[expected] == entry.direction


def test_accuracy_stands_for_classes_of_keras() -> None:
    for name in ACCURACY_BY_TARGET.values():
        assert issubclass(getattr(keras.metrics, name), keras.metrics.Metric)


def test_scorers_are_those_of_scikit_learn() -> None:
    clusterings = {
        "adjusted_mutual_info_score",
        "adjusted_rand_score",
        "completeness_score",
        "fowlkes_mallows_score",
        "homogeneity_score",
        "mutual_info_score",
        "normalized_mutual_info_score",
        "rand_score",
        "v_measure_score",
    }
    offered = {scorer.name for scorer in SCORERS if scorer.module != PACKAGE}
    assert offered == set(get_scorer_names()) - clusterings


SCORED: dict[str, tuple[TargetDescription, np.ndarray[Any, Any], np.ndarray[Any, Any]]] = {
    "binary": (
        TargetDescription(kind="binary", classes=(0, 1)),
        np.array([0, 1, 1, 0]),
        np.array([[0.2], [0.7], [0.4], [0.6]], dtype=np.float32),
    ),
    "multiclass": (
        TargetDescription(kind="multiclass", classes=(0, 1, 2)),
        np.array([0, 1, 2, 1]),
        np.array([[6, 3, 1], [2, 5, 3], [1, 3, 6], [5, 4, 1]], dtype=np.float32) / 10,
    ),
    "multilabel": (
        TargetDescription(kind="multilabel", columns=3, classes=("a", "b", "c")),
        np.array([[0, 1, 0], [1, 0, 1], [1, 1, 0]]),
        np.array([[2, 7, 4], [4, 6, 8], [8, 9, 1]], dtype=np.float32) / 10,
    ),
    "regression": (
        TargetDescription(kind="regression"),
        np.array([[1.0], [2.0], [4.0]], dtype=np.float32),
        np.array([[1.5], [2.5], [3.0]], dtype=np.float32),
    ),
    "regression of 2 outputs": (
        TargetDescription(kind="regression", columns=2),
        np.array([[1.0, 3.0], [2.0, 1.0], [4.0, 2.0]], dtype=np.float32),
        np.array([[1.5, 2.0], [2.5, 1.0], [3.0, 3.0]], dtype=np.float32),
    ),
}


@pytest.mark.parametrize("kind", SCORED)
def test_scorers_score_the_targets_that_they_fit(kind: str) -> None:
    coding, codes, outputs = SCORED[kind]
    names = list_scorers(coding.kind, coding.columns if coding.kind == "regression" else 1)
    scores = score_predictions(
        names, Target(coding, codes), make_predictions(outputs, coding, "probability")
    )
    assert {name for name, score in scores.items() if not np.isfinite(score)} == set()
    assert len(scores) == len(names) > 5


def test_scorers_of_probabilities_are_those_of_scikit_learn() -> None:
    offered = [scorer for scorer in SCORERS if scorer.module != PACKAGE]
    of_probabilities = {
        scorer.name
        for scorer in offered
        if get_scorer(scorer.name)._response_method == "predict_proba"
    }
    assert {scorer.name for scorer in offered if scorer.probabilities} == of_probabilities
