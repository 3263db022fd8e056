from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from galaxy_keras.plots.drawing.figures import Drawing
from galaxy_keras.plots.kinds.training_history import (
    compute_training_history,
    draw_training_history,
)
from galaxy_keras.schema.requests.plots import FigureSettings

CheckPicture = Callable[[Drawing, str], None]

EPOCHS = np.arange(1.0, 13.0)
LOSS = np.exp(-EPOCHS / 4)
VAL_LOSS = 0.25 + np.exp(-EPOCHS / 3) + 0.004 * EPOCHS**1.5
HISTORIES = {
    "one_metric_one_epoch": {"epoch": np.array([1.0]), "loss": np.array([0.5])},
    "training_and_validation": {
        "epoch": EPOCHS,
        "loss": LOSS,
        "accuracy": 1 - LOSS / 2,
        "val_loss": VAL_LOSS,
        "val_accuracy": 0.9 - np.exp(-EPOCHS / 3) / 2,
    },
    "hostile": {
        "epoch": EPOCHS,
        "loss": np.where(EPOCHS > 8, np.nan, LOSS),
        "$x^2$ & <b>": np.where(EPOCHS == 3, np.inf, EPOCHS),
        "a_metric_with_a_name_that_never_seems_to_come_to_an_end": EPOCHS * 1e6,
        "nothing": np.full(12, np.nan),
        "learning_rate": 0.001 * 0.5 ** (EPOCHS // 4),
    },
    "many_epochs": {
        "loss": 1 / np.arange(1.0, 301.0),
        "val_loss": 0.1 + 1.1 / np.arange(1.0, 301.0) + np.sin(np.arange(300)) / 50,
    },
}


@pytest.mark.parametrize("name", HISTORIES)
def test_history(check_picture: CheckPicture, name: str) -> None:
    history = compute_training_history(HISTORIES[name])
    drawing = draw_training_history(history, settings=FigureSettings())
    check_picture(drawing, f"training_history_{name}")
