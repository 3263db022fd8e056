"""What a training says while it runs, and what it keeps for an interruption."""

from __future__ import annotations

import logging
import sys
import time

import keras
import numpy as np
import pytest

from galaxy_keras.learning.devices.backend import load_keras
from galaxy_keras.learning.fitting import EpochLogger, choose_progress
from galaxy_keras.learning.interruption import LastEpoch

LOGGER = "galaxy_keras.learning.fitting"


def report(callback: keras.callbacks.Callback, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two epochs of three end, after 5 and after 12 seconds."""
    clock = iter([100.0, 105.0, 112.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    callback.set_params({"epochs": 3})
    callback.on_train_begin()
    callback.on_epoch_end(0, {"loss": 0.5})
    callback.on_epoch_end(2, {"loss": 0.25})


@pytest.mark.parametrize(
    ("is_terminal", "verbosity", "lines"),
    [
        (True, 1, ["After epoch 1/3: 5 s, about 10 s left", "After epoch 3/3: 12 s"]),
        (
            False,
            0,
            ["Epoch 1/3: loss=0.5 (5 s, about 10 s left)", "Epoch 3/3: loss=0.25 (12 s)"],
        ),
    ],
)
def test_the_time_of_the_whole_run_is_told(
    is_terminal: bool,
    verbosity: int,
    lines: list[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal)
    with caplog.at_level(logging.INFO, LOGGER):
        chosen, callbacks = choose_progress()
        (logger,) = callbacks
        assert isinstance(logger, EpochLogger)
        report(logger, monkeypatch)
    assert chosen == verbosity
    assert caplog.messages == lines


def test_quiet_runs_say_nothing() -> None:
    logging.getLogger(LOGGER).setLevel(logging.WARNING)
    try:
        assert choose_progress() == (0, [])
    finally:
        logging.getLogger(LOGGER).setLevel(logging.NOTSET)


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_terminal_is_told_that_tensorflow_is_loaded(
    is_terminal: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
    with caplog.at_level(logging.INFO, "galaxy_keras"):
        load_keras()
    assert caplog.messages == ["Loading TensorFlow ..."] * is_terminal


def test_the_state_of_an_epoch_is_not_changed_by_the_next() -> None:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    kept = LastEpoch()
    kept.set_model(model)
    assert kept.state is None
    kept.on_epoch_end(4, {"loss": 2.0})
    first = kept.state
    assert first is not None
    before = first.weights[0].arrays[0].copy()
    model.fit(np.ones((4, 1)), np.ones((4, 1)), verbose=0, callbacks=[kept])
    np.testing.assert_array_equal(first.weights[0].arrays[0], before)
    assert kept.state is not None
    assert not np.array_equal(kept.state.weights[0].arrays[0], before)
    assert first.history == {"loss": [2.0]}
    assert len(kept.state.history["loss"]) == 2
