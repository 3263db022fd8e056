"""Targets of several outputs, and the scorers of each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from galaxy_keras.artefacts.tables import read_columns
from galaxy_keras.data.splitting import Split
from galaxy_keras.data.targets import Target
from galaxy_keras.errors import ConfigurationError, DataError, GalaxyKerasError
from galaxy_keras.preparation.model_to_train import ModelToTrain
from galaxy_keras.preparation.targets import (
    OutputTarget,
    check_scorable,
    check_target_scorers,
    choose_strata,
    encode_targets,
    scale_targets,
    tell_positive_classes,
    warn_about_rare_classes,
)
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.requests.runs import SampleRequest, TableSource, TrainingRequest
from galaxy_keras.schema.training.outputs import read_settings

NETWORK = parse_spec(
    {
        "layers": [
            {"name": "x", "type": "Input", "shape": 2},
            {"name": "dose", "type": "Dense", "units": 1, "inputs": "x"},
            {"name": "risk", "type": "Dense", "units": 1, "activation": "sigmoid", "inputs": "x"},
        ],
        "outputs": ["dose", "risk"],
    }
)
SPLIT = Split(np.array([0, 1, 2]), np.array([3]), np.array([3, 4]))


def make_model(risk: str = "risk: labels") -> ModelToTrain:
    settings = read_settings(
        NETWORK,
        {
            "optimizer": "sgd",
            "loss": ("risk: binary_crossentropy", "dose: mse"),
            "metrics": ("risk: Precision",),
            "targets": (risk, "dose: values scale=standard"),
        },
    )
    return ModelToTrain(NETWORK, settings, None)


def make_run(path: Path, *scoring: str, **more: object) -> TrainingRequest:
    return TrainingRequest(
        model=path,
        features=SampleRequest(path=path),
        target=TableSource(path=path),
        scoring=scoring,
        **more,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "targets.tsv"
    path.write_text("mg\till\n1\tno\n2\tyes\n3\tyes\n4\tyes\n5\tyes\n")
    return path


def encode(path: Path, model: ModelToTrain) -> tuple[Target, ...]:
    targets = encode_targets(make_run(path), model, read_columns(path, header=True))
    assert targets is not None
    return targets


def prepare(path: Path, model: ModelToTrain) -> tuple[OutputTarget, ...]:
    targets = encode(path, model)
    scorers = check_target_scorers(make_run(path), model, targets)
    return tuple(map(OutputTarget, model.outputs, targets, scorers))


def test_each_output_has_target_scorers_and_scaling(path: Path) -> None:
    model = make_model()
    outputs = scale_targets(model, prepare(path, model), SPLIT)
    dose, risk = outputs
    assert (dose.description.kind, risk.description.kind) == ("regression", "binary")
    assert (dose.scorers, risk.scorers) == (("r2",), ("accuracy",))
    assert dose.scaling is not None
    assert (dose.scaling.shift.tolist(), risk.scaling) == ([2], None)
    assert (dose.target_format, risk.target_format) == ("numeric", "binary")
    assert (dose.kind, risk.kind) == ("score", "probability")
    assert choose_strata([dose.target, risk.target]) is risk.target
    assert choose_strata([dose.target]) is dose.target


def test_the_positive_class_is_that_of_an_output(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    model = make_model()
    tell_positive_classes(make_run(path), model, prepare(path, model))
    assert caplog.messages == [
        'output "risk": The positive class is "yes" (4 of 5 rows), the second of the two labels '
        "and the more frequent one. Scores of this class: Precision. For those of the other one "
        "give --set risk__positive=no."
    ]
    _, risk = encode(path, make_model("risk: labels positive=no"))
    assert risk.description.positive_class == "no"


def test_messages_name_the_output(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    model = make_model()
    outputs = prepare(path, model)
    warn_about_rare_classes(outputs, SPLIT)
    assert caplog.messages == [
        'output "risk": Classes with fewer than 10 training rows can hardly be learned: no (1), '
        "yes (2). Give more rows of them, or make one class of several."
    ]
    with pytest.raises(GalaxyKerasError) as raised:
        check_scorable(outputs, Split(np.array([1, 2]), np.array([3]), np.array([4])))
    assert [each.partition(": ")[0] for each in raised.value.problems] == [
        'output "dose"',
        'output "risk"',
    ]
    path.write_text("mg\till\n1\tno\n2\tno\n")
    with pytest.raises(DataError, match=r'output "risk": all 2 rows of the target have the same'):
        encode(path, model)
    path.write_text("mg\till\n1\tno\n2\tyes\n")
    with pytest.raises(ConfigurationError, match=r'output "risk": .* there is no class "maybe"'):
        encode(path, make_model("risk: labels positive=maybe"))


def test_scorers_are_divided(path: Path) -> None:
    model = make_model()
    targets = encode(path, model)
    run = make_run(path, "accuracy", "dose: r2", "neg_mean_squared_error", "risk: roc_auc")
    assert check_target_scorers(run, model, targets) == (
        ("r2", "neg_mean_squared_error"),
        ("accuracy", "roc_auc"),
    )
    # Before the target is known, they are checked against what the network is made for.
    assert check_target_scorers(run, model, None) == check_target_scorers(run, model, targets)


def test_pos_label_is_for_one_output(path: Path) -> None:
    run = make_run(path, pos_label="no")
    with pytest.raises(ConfigurationError, match="--pos-label is for a network with one output"):
        encode_targets(run, make_model(), None)
