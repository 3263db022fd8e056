from __future__ import annotations

import pytest

from galaxy_keras.schema.training.one_class import find_class_of_score, name_score
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.training.targets import TargetDescription

TWO = TargetDescription(kind="binary", classes=("control", "case"))
SOFTMAX = TargetDescription(kind="multiclass", classes=("control", "case"))
THREE = TargetDescription(kind="multiclass", classes=("a", "b", "c"))
SETTINGS = TrainingSettings.model_validate(
    {
        "task": "classifier",
        "loss": "binary_crossentropy",
        "optimizer": "sgd",
        "metrics": ["acc", "Precision name=hits", "AUC curve=PR name=area", "true_negatives"],
    }
)


@pytest.mark.parametrize(
    ("name", "description", "label"),
    [
        ("f1", TWO, "case"),
        ("average_precision", TWO, "case"),
        ("roc_auc", SOFTMAX, "case"),
        ("hits", TWO, "case"),
        ("area", TWO, "case"),
        ("true_negatives", TWO, "case"),
        # Keras counts both columns of a softmax.
        ("hits", SOFTMAX, None),
        ("f1_macro", TWO, None),
        ("accuracy", TWO, None),
        ("acc", TWO, None),
        ("loss", TWO, None),
        ("neg_log_loss", TWO, None),
        ("average_precision", THREE, None),
    ],
)
def test_scores_of_one_class_name_it(
    name: str, description: TargetDescription, label: str | None
) -> None:
    assert find_class_of_score(name, description, SETTINGS) == label
    shown = name if label is None else f"{name} of {label}"
    assert name_score(name, description, SETTINGS) == shown
