from __future__ import annotations

import numpy as np
import pytest

from galaxy_keras.catalogue.scorers import TargetKind
from galaxy_keras.data.predictions import (
    Predictions,
    explain_missing_probabilities,
    find_improbable,
    find_output_kind,
    make_predictions,
)
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.training.output_layer import OutputLayer, find_output_layer
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.training.targets import TargetDescription
from galaxy_keras.schema.values.component import Component

BINARY = TargetDescription(kind="binary", classes=("no", "yes"))
MULTICLASS = TargetDescription(kind="multiclass", classes=(0, 1, 2))
MULTILABEL = TargetDescription(kind="multilabel", columns=2, classes=("a", "b"))
REGRESSION = TargetDescription(kind="regression", columns=2)


def array(*rows: list[float]) -> np.ndarray:
    return np.array(rows, dtype=np.float32)


def test_one_sigmoid_output_chooses_the_second_class_above_the_threshold() -> None:
    outputs = array([0.2], [0.5], [0.8])
    assert make_predictions(outputs, BINARY, "probability").codes.tolist() == [0, 0, 1]
    assert make_predictions(outputs, BINARY, "probability", threshold=0.1).codes.tolist() == [
        1,
        1,
        1,
    ]


def test_one_output_gives_a_probability_for_each_of_two_classes() -> None:
    predictions = make_predictions(array([0.25], [1.0]), BINARY, "probability")
    assert predictions.probabilities.tolist() == [[0.75, 0.25], [0.0, 1.0]]
    assert predictions.positive_scores.tolist() == [0.25, 1.0]


def test_softmax_chooses_the_largest() -> None:
    predictions = make_predictions(
        array([0.2, 0.5, 0.3], [0.6, 0.1, 0.3]), MULTICLASS, "probability"
    )
    assert predictions.codes.tolist() == [1, 0]


def test_several_labels_are_chosen_one_by_one() -> None:
    outputs = array([0.9, 0.4], [0.1, 0.7])
    assert make_predictions(outputs, MULTILABEL, "probability").codes.tolist() == [[1, 0], [0, 1]]
    assert make_predictions(outputs, MULTILABEL, "probability", threshold=0.3).codes.tolist() == [
        [1, 1],
        [0, 1],
    ]


def test_values_of_a_regression_stay() -> None:
    outputs = array([1.5, -2.0])
    assert make_predictions(outputs, REGRESSION, "probability").codes.tolist() == [[1.5, -2.0]]


def test_logits_become_probabilities() -> None:
    binary = make_predictions(array([0.0], [np.log(3)], [-1000.0]), BINARY, "logit")
    assert binary.probabilities[:, 1].tolist() == pytest.approx([0.5, 0.75, 0.0])
    assert binary.codes.tolist() == [0, 1, 0]
    several = make_predictions(
        array([0.0, np.log(2), 0.0], [1000.0, 0.0, 0.0]), MULTICLASS, "logit"
    )
    assert several.probabilities.tolist() == [pytest.approx([0.25, 0.5, 0.25]), [1.0, 0.0, 0.0]]


def test_the_sign_of_a_margin_is_the_class() -> None:
    predictions = make_predictions(array([-0.5], [0.5]), BINARY, "margin")
    assert predictions.codes.tolist() == [0, 1]
    assert predictions.positive_scores.tolist() == [0.25, 0.75]


@pytest.mark.parametrize(
    ("activation", "loss", "options", "output_kind"),
    [
        ("sigmoid", "BinaryCrossentropy", {}, "probability"),
        ("linear", "BinaryCrossentropy", {"from_logits": True}, "logit"),
        ("tanh", "Hinge", {}, "margin"),
        ("sigmoid", "Hinge", {}, "probability"),
        ("linear", "Hinge", {}, "margin"),
        ("linear", "MeanSquaredError", {}, "score"),
        ("tanh", "MeanSquaredError", {}, "score"),
        ("sparse_sigmoid", "MeanSquaredError", {}, "probability"),
        ("sigmoid", "MeanSquaredError", {}, "probability"),
    ],
)
def test_loss_and_last_layer_say_what_outputs_are(
    activation: str, loss: str, options: dict, output_kind: str
) -> None:
    assert find_output_kind(*make_output(activation, loss, options)) == output_kind


def test_scores_are_compared_as_they_are() -> None:
    predictions = make_predictions(array([-0.9], [0.5], [0.6], [1.9]), BINARY, "score")
    assert predictions.codes.tolist() == [0, 0, 1, 1]
    assert predictions.positive_scores.tolist() == pytest.approx([-0.9, 0.5, 0.6, 1.9])


@pytest.mark.parametrize(
    ("activation", "loss", "options", "kind"),
    [
        ("sigmoid", "BinaryCrossentropy", {}, "binary"),
        ("linear", "BinaryCrossentropy", {"from_logits": True}, "binary"),
        ("sigmoid", "MeanSquaredError", {}, "multilabel"),
        ("softmax", "CategoricalCrossentropy", {}, "multiclass"),
        ("linear", "CategoricalCrossentropy", {"from_logits": True}, "multiclass"),
        ("linear", "MeanSquaredError", {}, "regression"),
    ],
)
def test_networks_that_give_probabilities(
    activation: str, loss: str, options: dict, kind: TargetKind
) -> None:
    assert explain_missing_probabilities(*make_output(activation, loss, options), kind) is None


@pytest.mark.parametrize(
    ("activation", "loss", "kind", "text"),
    [
        (
            "linear",
            "Hinge",
            "binary",
            "has linear activation and the loss is hinge, so that the network gives scores. Train "
            "a network that ends in sigmoid with binary_crossentropy",
        ),
        (
            "tanh",
            "MeanSquaredError",
            "multiclass",
            "has tanh activation and the loss is mean_squared_error, so that the network gives "
            "scores. Train a network that ends in softmax with categorical_crossentropy",
        ),
        (
            "sigmoid",
            "BinaryCrossentropy",
            "multiclass",
            "has sigmoid activation, so that the probabilities of the classes do not sum to 1. "
            "Train a network that ends in softmax with categorical_crossentropy",
        ),
    ],
)
def test_networks_that_give_none_say_why(
    activation: str, loss: str, kind: TargetKind, text: str
) -> None:
    missing = explain_missing_probabilities(*make_output(activation, loss, {}), kind)
    assert missing is not None
    assert missing.text == f'the last layer, layer 1 (Dense "dense"), {text}'


def test_a_probability_that_is_none_is_found() -> None:
    codes = np.zeros(2, np.int64)
    assert find_improbable(Predictions(codes, array([0.0, 1.0], [0.3, 0.7]))) is None
    assert find_improbable(Predictions(codes, array([0.0, 1.0], [-0.9, 1.9]))) == (1, 0)


def make_output(activation: str, loss: str, options: dict) -> tuple[OutputLayer, TrainingSettings]:
    architecture, settings = make_network(activation, loss, options)
    return find_output_layer(architecture), settings


def make_network(
    activation: str, loss: str, options: dict
) -> tuple[Architecture, TrainingSettings]:
    settings = TrainingSettings(
        task="classifier",
        loss=Component(name=loss, options=options),
        optimizer=Component(name="Adam"),
    )
    dense = LayerNode(
        name="dense",
        type="Dense",
        options={"units": 1, "activation": activation},
        inbound=("input",),
    )
    entrance = LayerNode(name="input", type="InputLayer", options={"batch_shape": (None, 3)})
    return Architecture.sequential("net", (entrance, dense)), settings


@pytest.mark.parametrize(("threshold", "codes"), [(None, [0, 0, 1]), (0.3, [0, 1, 1])])
def test_the_threshold_is_for_the_positive_class(threshold: float | None, codes: list[int]) -> None:
    outputs = array([0.2], [0.4], [0.9])
    found = make_predictions(outputs, BINARY, "probability", threshold)
    assert found.codes.tolist() == codes
    # The same rows, with the probabilities of the other class.
    other = make_predictions(1 - outputs, BINARY, "probability", threshold, positive=0)
    assert other.codes.tolist() == [1 - code for code in codes]
    softmax = np.concatenate([1 - outputs, outputs], axis=1)
    two = TargetDescription(kind="multiclass", classes=("no", "yes"))
    assert make_predictions(softmax, two, "probability", threshold).codes.tolist() == codes
