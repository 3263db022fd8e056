from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.plots.drawing.style import plot_style
from galaxy_keras.plots.kinds.training_history import (
    compute_training_history,
    draw_training_history,
    plot_training_history,
)
from galaxy_keras.schema.requests.plots import FigureSettings
from galaxy_keras.schema.training.settings import TrainingSettings

COLUMNS = {
    "epoch": np.array([1.0, 2.0, 3.0]),
    "loss": np.array([0.9, 0.5, 0.2]),
    "accuracy": np.array([0.5, 0.7, 0.9]),
    "val_loss": np.array([0.8, 0.6, 0.7]),
    "val_accuracy": np.array([0.6, 0.8, 0.8]),
}


def test_training_and_validation_are_paired() -> None:
    history = compute_training_history(COLUMNS)
    assert [metric.name for metric in history.metrics] == ["loss", "accuracy"]
    assert history.metrics[1].training is COLUMNS["accuracy"]
    assert history.metrics[1].validation is COLUMNS["val_accuracy"]


@pytest.mark.parametrize(
    ("monitor", "mode", "epoch", "column", "value"),
    [
        (None, "auto", 2, "val_loss", 0.6),
        ("loss", "auto", 3, "loss", 0.2),
        ("val_accuracy", "auto", 2, "val_accuracy", 0.8),
        ("val_accuracy", "min", 1, "val_accuracy", 0.6),
        ("val_loss", "max", 1, "val_loss", 0.8),
    ],
)
def test_best_epoch(monitor: str, mode: str, epoch: int, column: str, value: float) -> None:
    best = compute_training_history(COLUMNS, monitor=monitor, mode=mode).best
    assert best is not None
    assert (best.epoch, best.column, best.value) == (epoch, column, value)


@pytest.mark.parametrize(
    ("column", "epoch"),
    [
        ("val_FalsePositives", 3),
        ("FalsePositives", 3),
        ("false_positives", 3),
        ("false_positives_1", 3),
        ("val_auc", 1),
        ("auc_2", 1),
        ("mse", 3),
        ("val_dense_1_loss", 3),
    ],
)
def test_which_way_a_metric_is_better_is_looked_up(column: str, epoch: int) -> None:
    history = compute_training_history({column: np.array([60.0, 22.0, 7.0])}, monitor=column)
    assert history.best is not None
    assert history.best.epoch == epoch


def test_a_metric_is_known_by_the_name_that_the_user_gave_it() -> None:
    columns = {"val_wrong": np.array([60.0, 22.0, 7.0])}
    training = TrainingSettings.from_options(
        {
            "task": "classifier",
            "loss": "binary_crossentropy",
            "optimizer": "SGD",
            "metrics": ["FalsePositives name=wrong"],
        }
    )
    best = compute_training_history(columns, training, monitor="val_wrong").best
    assert best is not None
    assert best.epoch == 3


def test_an_unknown_metric_has_no_best_epoch_unless_its_mode_is_given() -> None:
    columns = {"val_wrong": np.array([60.0, 22.0, 7.0])}
    history = compute_training_history(columns)
    assert history.best is None
    with plot_style(10):
        drawing = draw_training_history(history, settings=FigureSettings())
    assert drawing.description == (
        "Line plots by epoch of wrong. 3 epochs; not known whether lower or higher val_wrong is "
        "better: give --mode min or max."
    )
    best = compute_training_history(columns, mode="max").best
    assert best is not None
    assert best.epoch == 1


def test_epochs_are_counted_where_the_table_does_not() -> None:
    history = compute_training_history({"loss": np.array([0.5, 0.4])})
    assert history.epochs.tolist() == [1, 2]
    assert history.metrics[0].validation is None


def test_values_that_are_not_finite_are_never_the_best() -> None:
    history = compute_training_history({"loss": np.array([np.nan, -np.inf, 0.4])})
    assert history.best is not None
    assert history.best.epoch == 3


def test_nothing_finite() -> None:
    history = compute_training_history({"loss": np.array([np.nan, np.nan])})
    assert history.best is None
    with plot_style(10):
        drawing = draw_training_history(history, settings=FigureSettings())
    assert drawing.description == (
        "Line plots by epoch of loss. 2 epochs; no finite value to choose the best by; "
        "no finite value in some epochs of loss."
    )


def test_unknown_monitor() -> None:
    with pytest.raises(ConfigurationError) as caught:
        compute_training_history(COLUMNS, monitor="val_acuracy")
    assert str(caught.value) == (
        '--monitor: the history has no column "val_acuracy". Did you mean "val_accuracy"? '
        "It has: loss, accuracy, val_loss, val_accuracy"
    )


@pytest.mark.parametrize("columns", [{"epoch": np.array([1.0])}, {"loss": np.array([])}])
def test_nothing_to_draw(columns: dict[str, np.ndarray]) -> None:
    with pytest.raises(DataError) as caught:
        compute_training_history(columns)
    assert str(caught.value) == "there is nothing to draw: the history has no metric or no epoch"


def plot_table(folder: Path, *rows: str) -> str:
    path = folder / "history.tsv"
    path.write_text("".join(f"{row}\n" for row in rows))
    with plot_style(10):
        drawing = plot_training_history(
            history=path, model=None, monitor=None, mode="auto", settings=FigureSettings()
        )
    return drawing.description


def test_table_with_gaps(tmp_path: Path) -> None:
    rows = "epoch\tloss\tval_loss\tacc", "1\t0.5\tNaN\t0.1", "2\tinf\t0.7\t0.2", "3\t0.1\t0.8\t0.3"
    assert plot_table(tmp_path, *rows) == (
        "Line plots by epoch of loss, acc. Best epoch 2 of 3: val_loss 0.7; "
        "no finite value in some epochs of loss."
    )


def test_epoch_without_a_number(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        plot_table(tmp_path, "epoch\tloss", "1\t0.5", "NA\t0.4")
    assert str(caught.value) == (
        f"{tmp_path / 'history.tsv'}: the column epoch needs a number in each row, but has none "
        "in row 2 of the data. Fill it in, or remove the row"
    )
