"""Architecture, task, loss, metrics and callbacks against each other."""

from __future__ import annotations

from typing import Any

import pytest

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.training.compatibility import check_compatibility
from galaxy_keras.schema.training.monitors import find_direction
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.values.component import Component

SOFTMAX = Component(name="Dense", options={"units": 3, "activation": "softmax"})
LAST = 'the last layer, layer 2 (Dense "dense_1")'


def make_network(
    *layers: tuple[str, dict[str, Any]], shape: tuple[int, ...] = (4,)
) -> Architecture:
    nodes = [
        LayerNode(
            name="input",
            type="InputLayer",
            options={"batch_shape": (None, *shape), "dtype": "float32"},
        )
    ]
    for index, (kind, options) in enumerate(layers):
        name = f"{kind.lower()}_{index}"
        nodes.append(LayerNode(name=name, type=kind, options=options, inbound=(nodes[-1].name,)))
    return Architecture.sequential("network", tuple(nodes))


def end_in(units: int, activation: str = "linear") -> Architecture:
    return make_network(
        ("Dense", {"units": 8}), ("Dense", {"units": units, "activation": activation})
    )


def make_settings(loss: str, task: str = "classifier", **options: Any) -> TrainingSettings:
    return TrainingSettings.from_options(
        {"task": task, "loss": loss, "optimizer": "adam", **options}
    )


def read_problems(architecture: Architecture, settings: TrainingSettings) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        check_compatibility(architecture, settings)
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("units", "activation", "loss", "metrics"),
    [
        (1, "sigmoid", "binary_crossentropy", ["acc", "AUC", "f1", "Precision", "BinaryIoU"]),
        (1, "linear", "BinaryCrossentropy from_logits=True", ["acc", "AUC", "binary_crossentropy"]),
        (5, "sigmoid", "binary_crossentropy", ["accuracy", "AUC multi_label=True num_labels=5"]),
        (1, "sigmoid", "binary_focal_crossentropy", []),
        (
            3,
            "softmax",
            "categorical_crossentropy",
            ["accuracy", "F1Score", "TopKCategoricalAccuracy k=2"],
        ),
        (3, "linear", "CategoricalCrossentropy from_logits=True", ["accuracy"]),
        (3, "softmax", "sparse_categorical_crossentropy", ["accuracy", "MeanIoU num_classes=3"]),
        (3, "softmax", "CategoricalFocalCrossentropy alpha=[0.2,0.3,0.5]", []),
        (3, "softmax", "categorical_generalized_cross_entropy", []),
        (3, "softmax", "kullback_leibler_divergence", []),
        (3, "softmax", "dice", []),
        (1, "sigmoid", "tversky", []),
        (1, "tanh", "hinge", ["accuracy"]),
        (1, "linear", "squared_hinge", ["accuracy"]),
        (3, "linear", "categorical_hinge", ["accuracy"]),
    ],
)
def test_classifiers_that_work_pass_without_a_warning(
    units: int, activation: str, loss: str, metrics: list[str]
) -> None:
    settings = make_settings(loss, metrics=metrics)
    assert check_compatibility(end_in(units, activation), settings) == []


@pytest.mark.parametrize(
    ("units", "activation", "loss", "metrics"),
    [
        (1, "linear", "mse", ["mae", "r2", "rmse", "PearsonCorrelation axis=0"]),
        (2, "linear", "mean_absolute_error", ["mse", "cosine", "PearsonCorrelation"]),
        (1, "relu", "huber", []),
        (1, "exponential", "poisson", []),
        (3, "softmax", "kl_divergence", []),
        (2, "linear", "cosine_similarity", []),
    ],
)
def test_regressors_that_work_pass_without_a_warning(
    units: int, activation: str, loss: str, metrics: list[str]
) -> None:
    settings = make_settings(loss, "regressor", metrics=metrics)
    assert check_compatibility(end_in(units, activation), settings) == []


@pytest.mark.parametrize(
    ("units", "activation", "loss", "message"),
    [
        (
            1,
            "softmax",
            "binary_crossentropy",
            f"{LAST}, has 1 unit with activation=softmax, whose output is always 1. For two "
            "classes use activation=sigmoid with binary_crossentropy, or one unit for each class",
        ),
        (
            10,
            "softmax",
            "binary_crossentropy",
            f"the loss binary_crossentropy takes the outputs of sigmoid, but {LAST}, has 10 units "
            "with activation=softmax. For mutually exclusive classes use "
            "categorical_crossentropy; for several labels per row, activation=sigmoid",
        ),
        (
            10,
            "sigmoid",
            "categorical_crossentropy",
            f"the loss categorical_crossentropy takes the outputs of softmax, but {LAST}, has 10 "
            "units with activation=sigmoid. Use activation=softmax there; for several labels per "
            "row use binary_crossentropy",
        ),
        (
            10,
            "linear",
            "categorical_crossentropy",
            f"the loss categorical_crossentropy takes the outputs of softmax, but {LAST}, has 10 "
            "units with activation=linear. Use activation=softmax there, or the loss "
            "'categorical_crossentropy from_logits=True'",
        ),
        (
            1,
            "relu",
            "binary_crossentropy",
            f"the loss binary_crossentropy takes the outputs of sigmoid, but {LAST}, has 1 unit "
            "with activation=relu. Use activation=sigmoid there",
        ),
        (
            1,
            "sigmoid",
            "sparse_categorical_crossentropy",
            f"the loss sparse_categorical_crossentropy needs one unit for each class, but {LAST}, "
            "has 1 unit. For two classes use binary_crossentropy with activation=sigmoid, or give "
            "the layer one unit for each class with activation=softmax",
        ),
        (
            3,
            "softmax",
            "CategoricalCrossentropy from_logits=True",
            "the loss categorical_crossentropy with from_logits=True applies the activation "
            f"itself, but {LAST}, has activation=softmax. Use activation=linear there, or leave "
            "from_logits out",
        ),
        (
            1,
            "sigmoid",
            "hinge",
            f"the loss hinge takes the outputs of tanh or linear, but {LAST}, has 1 unit with "
            "activation=sigmoid. Use activation=tanh or linear there",
        ),
        (
            2,
            "softmax",
            "CategoricalFocalCrossentropy alpha=[0.2,0.3,0.5]",
            f"the loss categorical_focal_crossentropy has 3 weights in alpha, but {LAST}, has 2 "
            "units. Give one weight for each unit, or one for all",
        ),
    ],
)
def test_classifiers_that_cannot_work_are_refused(
    units: int, activation: str, loss: str, message: str
) -> None:
    assert read_problems(end_in(units, activation), make_settings(loss)) == [message]


@pytest.mark.parametrize(
    ("units", "activation", "loss", "message"),
    [
        (
            1,
            "linear",
            "binary_crossentropy",
            "the loss binary_crossentropy is a classification loss, but the task is regressor. Use "
            "mean_squared_error or another regression loss, or the task classifier",
        ),
        (
            1,
            "softmax",
            "mse",
            f"{LAST}, has 1 unit with activation=softmax, whose output is always 1. "
            "Use activation=linear",
        ),
        (
            1,
            "linear",
            "cosine_proximity",
            "the loss cosine_similarity compares directions and learns nothing from 1 output, but "
            f"{LAST}, has 1 unit. Use mean_squared_error",
        ),
    ],
)
def test_regressors_that_cannot_work_are_refused(
    units: int, activation: str, loss: str, message: str
) -> None:
    settings = make_settings(loss, "regressor")
    assert read_problems(end_in(units, activation), settings) == [message]


def test_outputs_that_are_no_row_are_refused() -> None:
    network = make_network(
        ("LSTM", {"units": 3, "return_sequences": True}), ("Dense", {"units": 1}), shape=(5, 2)
    )
    (problem,) = read_problems(network, make_settings("mse", "regressor"))
    assert problem == (
        f"{LAST}, has an output of (5, 1) per row, but a table of targets needs (outputs,). Add a "
        "Flatten or pooling layer before the last one, or leave out return_sequences=True"
    )


def test_settings_of_one_output_are_refused_for_several() -> None:
    first = LayerNode(
        name="input", type="InputLayer", options={"batch_shape": (None, 4), "dtype": "float32"}
    )
    heads = [
        LayerNode(name=name, type="Dense", options={"units": 1}, inbound=("input",))
        for name in ("left", "right")
    ]
    network = Architecture(
        name="network",
        kind="functional",
        layers=(first, *heads),
        inputs=("input",),
        outputs=("left", "right"),
    )
    assert read_problems(network, make_settings("mse", "regressor")) == [
        "the network has the outputs left, right, but the settings are those of the only one. Make "
        "the builder again with keras-model-builder"
    ]


# Where the activation comes from


@pytest.mark.parametrize(
    "ending",
    [
        [("Dense", {"units": 1}), ("Activation", {"activation": "sigmoid"})],
        [("Dense", {"units": 1, "activation": "sigmoid"}), ("Dropout", {"rate": 0.5})],
        [("Dense", {"units": 1, "activation": "sigmoid"}), ("Reshape", {"target_shape": (1,)})],
        # What a PReLU gives cannot be told from its type.
        [("Dense", {"units": 1}), ("PReLU", {})],
    ],
)
def test_activation_is_found_behind_other_layers(ending: list[tuple[str, dict[str, Any]]]) -> None:
    assert check_compatibility(make_network(*ending), make_settings("binary_crossentropy")) == []


def test_softmax_layer_is_softmax() -> None:
    network = make_network(("Dense", {"units": 3}), ("Softmax", {}))
    assert check_compatibility(network, make_settings("categorical_crossentropy")) == []
    (problem,) = read_problems(network, make_settings("binary_crossentropy"))
    assert 'layer 2 (Softmax "softmax_1"), has 3 units with activation=softmax' in problem


# Metrics


@pytest.mark.parametrize(
    ("units", "activation", "loss", "metric", "message"),
    [
        (
            10,
            "softmax",
            "categorical_crossentropy",
            "binary_accuracy",
            "metric binary_accuracy: BinaryAccuracy takes 0 and 1 for each output, but with the "
            "loss categorical_crossentropy the target has one-hot encoded classes. "
            "Use accuracy, which fits every target",
        ),
        (
            10,
            "softmax",
            "sparse_categorical_crossentropy",
            "AUC",
            "metric AUC: AUC takes 0 and 1 for each output or one-hot encoded classes, but with "
            "the loss sparse_categorical_crossentropy the target has class indices. Use the loss "
            "categorical_crossentropy: it is equivalent, and the labels are one-hot encoded for it",
        ),
        (
            1,
            "tanh",
            "hinge",
            "AUC",
            "metric AUC: AUC takes probabilities, but the loss hinge makes margins. Use accuracy",
        ),
        (
            1,
            "linear",
            "BinaryCrossentropy from_logits=True",
            "Precision",
            "metric Precision: Precision takes probabilities, but with from_logits=True the "
            "network gives logits. Give the last layer an activation and leave from_logits out, "
            "or use accuracy or AUC",
        ),
        (
            3,
            "softmax",
            "categorical_crossentropy",
            "MeanIoU num_classes=4",
            f"metric MeanIoU: it is for 4 classes, but {LAST}, has 3 units",
        ),
        (
            3,
            "softmax",
            "categorical_crossentropy",
            "Recall class_id=3",
            f"metric Recall: class_id=3, but the indices of the 3 units of {LAST}, end at 2",
        ),
        (
            3,
            "softmax",
            "categorical_crossentropy",
            "TopKCategoricalAccuracy name=top5",
            "metric top5: the top 5 of 3 classes always include the correct one. Give a smaller k",
        ),
        (
            3,
            "sigmoid",
            "binary_crossentropy",
            "AUC multi_label=True label_weights=[1,2]",
            f"metric AUC: label_weights needs 3 weights, one for each unit of {LAST}",
        ),
    ],
)
def test_metrics_that_do_not_fit_are_refused(
    units: int, activation: str, loss: str, metric: str, message: str
) -> None:
    settings = make_settings(loss, metrics=[metric])
    assert read_problems(end_in(units, activation), settings) == [message]


def test_metric_of_classes_is_refused_for_values() -> None:
    settings = make_settings("mse", "regressor", metrics=["AUC"])
    (problem,) = read_problems(end_in(1), settings)
    assert problem.startswith(
        "metric AUC: AUC takes 0 and 1 for each output or one-hot encoded classes"
    )
    assert "the target has values. Use one of: Accuracy, MeanSquaredError" in problem


def test_correlation_within_one_output_is_refused() -> None:
    settings = make_settings("mse", "regressor", metrics=["PearsonCorrelation"])
    assert read_problems(end_in(1), settings) == [
        "metric PearsonCorrelation: there is no correlation within rows of 1 output. "
        "Give axis=0 to compute it over rows"
    ]


# Warnings


@pytest.mark.parametrize(
    ("task", "units", "activation", "loss", "metrics", "warning"),
    [
        (
            "classifier",
            1,
            "sigmoid",
            "mse",
            [],
            "the loss mean_squared_error is a regression loss; classes are usually learned better "
            "with binary_crossentropy",
        ),
        (
            "classifier",
            3,
            "softmax",
            "mse",
            ["categorical_accuracy"],
            "the loss mean_squared_error is a regression loss; classes are usually learned better "
            "with categorical_crossentropy",
        ),
        (
            "regressor",
            1,
            "sigmoid",
            "mse",
            [],
            f"{LAST}, has activation=sigmoid: the network can predict only values from 0 to 1",
        ),
        (
            "regressor",
            1,
            "linear",
            "poisson",
            [],
            f"the loss poisson takes rates above 0, but {LAST}, has activation=linear. "
            "exponential or softplus keep them above 0",
        ),
        (
            "regressor",
            1,
            "linear",
            "mse",
            ["acc"],
            "metric acc: in a regression it counts exactly equal predictions. "
            "mean_absolute_error or r2_score are more informative",
        ),
        (
            "regressor",
            1,
            "linear",
            "mse",
            ["cosine"],
            "metric cosine: of 1 output it compares only the signs. "
            "mean_absolute_error or r2_score are more informative",
        ),
    ],
)
def test_what_is_unusual_is_a_warning(
    task: str, units: int, activation: str, loss: str, metrics: list[str], warning: str
) -> None:
    settings = make_settings(loss, task, metrics=metrics)
    assert check_compatibility(end_in(units, activation), settings) == [warning]


# Callbacks


def test_unknown_monitor_is_refused_with_the_known_ones() -> None:
    settings = make_settings(
        "binary_crossentropy",
        metrics=["acc"],
        callbacks=["EarlyStopping monitor=val_accuracy", "ModelCheckpoint monitor=val_acc"],
    )
    assert read_problems(end_in(1, "sigmoid"), settings) == [
        'callback EarlyStopping: there is no value "val_accuracy" to monitor. '
        'Did you mean "val_acc"? Choose from: loss, acc, val_loss, val_acc'
    ]


def test_plateau_and_schedule_are_refused() -> None:
    schedule = "ExponentialDecay initial_learning_rate=0.1 decay_steps=10 decay_rate=0.5"
    settings = make_settings(
        "binary_crossentropy",
        callbacks=["ReduceLROnPlateau"],
        optimizer_options=[f"learning_rate='{schedule}'"],
    )
    assert read_problems(end_in(1, "sigmoid"), settings) == [
        "callback ReduceLROnPlateau cannot change a learning rate that follows a schedule. "
        "Give learning_rate as a number, or leave the callback out"
    ]


@pytest.mark.parametrize(
    ("monitor", "mode", "direction"),
    [
        ("val_loss", "auto", "min"),
        ("acc", "auto", "max"),
        ("val_acc", "auto", "max"),
        ("val_misses", "auto", "min"),
        ("val_loss", "max", "max"),
        ("val_acc", "min", "min"),
    ],
)
def test_direction_of_monitor_is_known(monitor: str, mode: str, direction: str) -> None:
    settings = make_settings("binary_crossentropy", metrics=["acc", "FalseNegatives name=misses"])
    assert find_direction(settings, monitor, mode) == direction


def test_problems_of_loss_metrics_and_callbacks_are_told_together() -> None:
    settings = make_settings(
        "binary_crossentropy",
        metrics=["sparse_categorical_accuracy"],
        callbacks=["EarlyStopping monitor=val_f1"],
    )
    assert len(read_problems(end_in(10, "softmax"), settings)) == 3


LOSSES_OF_CLASSES = ("categorical_crossentropy", "sparse_categorical_crossentropy", "mse")


@pytest.mark.parametrize("loss", LOSSES_OF_CLASSES)
@pytest.mark.parametrize(
    "layers",
    [
        [("Dense", {"units": 3, "activation": "softmax"}), ("Flatten", {})],
        [("Dense", {"units": 3}), ("Softmax", {"axis": -1}), ("Reshape", {"target_shape": (6,)})],
        [
            ("TimeDistributed", {"layer": SOFTMAX}),
            ("Permute", {"dims": (2, 1)}),
            ("Dropout", {"rate": 0.1}),
            ("Flatten", {}),
        ],
    ],
)
def test_a_softmax_for_each_position_is_refused(
    layers: list[tuple[str, dict[str, Any]]], loss: str
) -> None:
    last = f'layer {len(layers)} ({layers[-1][0]} "{layers[-1][0].lower()}_{len(layers) - 1}")'
    assert read_problems(make_network(*layers, shape=(2, 4)), make_settings(loss)) == [
        f"the last layer, {last}, has 6 units, of which each 3 add up to 1: activation=softmax is "
        "computed for each position, so that they are not the probabilities of 6 classes. Put the "
        "Flatten or Reshape layer before the layer with activation=softmax"
    ]


@pytest.mark.parametrize(
    "layers",
    [
        [("Flatten", {}), ("Dense", {"units": 3, "activation": "softmax"})],
        [("Softmax", {"axis": (1, 2)}), ("Flatten", {})],
        [("Conv1D", {"filters": 3, "kernel_size": 2, "activation": "softmax"}), ("Flatten", {})],
    ],
)
def test_a_softmax_of_all_classes_may_be_flattened(
    layers: list[tuple[str, dict[str, Any]]],
) -> None:
    network = make_network(*layers, shape=(2, 4))
    assert check_compatibility(network, make_settings("categorical_crossentropy")) == []


def test_stateful_layers_are_refused() -> None:
    network = parse_spec(
        {
            "layers": [
                {"type": "Input", "shape": (6, 2), "batch_size": 8},
                "LSTM units=4 stateful=True",
                "Dense units=1",
            ]
        }
    )
    (problem,) = read_problems(network, make_settings("mse", task="regressor"))
    assert problem.startswith('layer 1 (LSTM "lstm") has stateful=True: it goes on from the rows')


def test_data_types_without_operations_are_refused() -> None:
    network = parse_spec(
        {"input_shape": (6, 2), "layers": ["GRU units=4 dtype=bfloat16", "Dense units=1"]}
    )
    assert read_problems(network, make_settings("mse", task="regressor")) == [
        'layer 1 (GRU "gru") begins with orthogonal weights (recurrent_initializer), which cannot '
        "be computed in bfloat16. Use dtype=mixed_bfloat16, or "
        "recurrent_initializer=glorot_uniform"
    ]
