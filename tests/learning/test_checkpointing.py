"""Training that stops after any epoch and goes on: the same weights, history and callbacks."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from galaxy_keras.artefacts.checksum import append_checksum
from galaxy_keras.artefacts.models.builder import Builder, write_builder
from galaxy_keras.artefacts.models.checkpoint import GROUP, read_checkpoint
from galaxy_keras.errors import (
    ConfigurationError,
    DataError,
    GalaxyKerasError,
    ModelFileError,
    PreemptedError,
)
from galaxy_keras.learning.checkpointing import FILE, FORMER_FILE, CheckpointFolder, Checkpointing
from galaxy_keras.learning.preemption import SIGNALS, StopRequest, noting_stop_requests
from galaxy_keras.learning.training import TrainingResult, train
from galaxy_keras.preparation.training import Preparation, prepare_training
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.requests.runs import SampleRequest, TableSource, TrainingRequest
from galaxy_keras.schema.training.settings import TrainingSettings

# ReduceLROnPlateau of Keras reads variables in a way that NumPy 2 warns of.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

EPOCHS = 6
STOP = 3
LAYERS = [
    "Dense units=6 activation=relu",
    "Dropout rate=0.5",
    "BatchNormalization",
    "GaussianNoise stddev=0.1",
    "Dense units=1",
]
PLAIN = {"task": "regressor", "loss": "mse", "batch_size": 8, "epochs": EPOCHS}
DECAY = {"initial_learning_rate": 0.1, "decay_steps": 5, "decay_rate": 0.9}
SCHEDULE = {"class_name": "ExponentialDecay", "config": DECAY}
SETTINGS = {
    "adam": {"optimizer": "adam"},
    "schedule": {"optimizer": {"name": "SGD", "options": {"learning_rate": SCHEDULE}}},
    "average": {"optimizer": "rmsprop use_ema=True momentum=0.5 ema_overwrite_frequency=7"},
    "steps": {"optimizer": "nadam", "steps_per_epoch": 4},
    "adafactor": {"optimizer": "adafactor"},
    "callbacks": {
        "optimizer": "adam learning_rate=0.3",
        "callbacks": [
            "EarlyStopping monitor=val_loss patience=2 restore_best_weights=True",
            "ReduceLROnPlateau monitor=val_loss patience=1",
            "ModelCheckpoint monitor=val_loss",
        ],
    },
}


class PowerCutError(Exception):
    """Ends training as a kill does: without what comes at its end."""


@pytest.fixture
def run(tmp_path: Path) -> TrainingRequest:
    rows = np.random.default_rng(3).normal(size=(60, 3))
    np.savetxt(tmp_path / "X.tsv", rows, delimiter="\t")
    np.savetxt(tmp_path / "y.tsv", rows.sum(axis=1))
    return TrainingRequest(
        model=tmp_path / "builder.zip",
        features=SampleRequest(path=tmp_path / "X.tsv"),
        target=TableSource(path=tmp_path / "y.tsv"),
        seed=9,
        checkpoint=tmp_path / "kept",
    )


def prepare(run: TrainingRequest, name: str = "adam", layers: list[str] = LAYERS) -> Preparation:
    builder = Builder(
        architecture=parse_spec({"input_shape": 3, "layers": layers}),
        training=TrainingSettings.model_validate({**PLAIN, **SETTINGS[name]}),
    )
    write_builder(run.model, builder)
    return prepare_training(run)


def open_folder(run: TrainingRequest, preparation: Preparation) -> CheckpointFolder:
    assert run.checkpoint is not None
    return CheckpointFolder.open(run.checkpoint, preparation)


def list_weights(result: TrainingResult) -> list[NDArray[np.float32]]:
    return [array for layer in result.fitted.weights for array in layer.arrays]


def assert_same(found: TrainingResult, expected: TrainingResult) -> None:
    assert found.fitted.history == expected.fitted.history
    assert found.fitted.metrics == expected.fitted.metrics
    pairs = zip(list_weights(found), list_weights(expected), strict=True)
    assert all(np.array_equal(one, other) for one, other in pairs)
    states = zip(found.fitted.optimizer_state, expected.fitted.optimizer_state, strict=True)
    assert all(np.array_equal(one.values, other.values) for one, other in states)


def stop_after(epochs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Checkpointing.on_epoch_end

    def write_and_stop(self: Checkpointing, epoch: int, logs: object = None) -> None:
        write(self, epoch, logs)
        if epoch + 1 == epochs:
            raise PowerCutError

    monkeypatch.setattr(Checkpointing, "on_epoch_end", write_and_stop)


@pytest.mark.parametrize("name", SETTINGS)
def test_going_on(run: TrainingRequest, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    preparation = prepare(run, name)
    keras.backend.clear_session()
    whole = train(preparation, run)
    with monkeypatch.context() as patch:
        stop_after(STOP, patch)
        keras.backend.clear_session()
        with pytest.raises(PowerCutError):
            train(preparation, run, open_folder(run, preparation))
    folder = open_folder(run, preparation)
    assert folder.checkpoint is not None
    assert folder.checkpoint.epochs == STOP
    keras.backend.clear_session()
    assert_same(train(preparation, run, folder), whole)
    folder.remove()
    assert not folder.path.parent.exists()


def stop_by_signal(number: int, epoch: int, batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a signal come during a batch, both counted from 1."""
    end_batch = Checkpointing.on_train_batch_end

    def end_batch_with_signal(self: Checkpointing, index: int, logs: object = None) -> None:
        if (self._epoch + 1, index + 1) == (epoch, batch):
            os.kill(os.getpid(), number)
        end_batch(self, index, logs)

    monkeypatch.setattr(Checkpointing, "on_train_batch_end", end_batch_with_signal)


def end_by_signal(
    run: TrainingRequest, preparation: Preparation, monkeypatch: pytest.MonkeyPatch, *when: int
) -> str:
    """Train until a signal comes (number, epoch, batch), and return the message."""
    handlers = [signal.getsignal(each) for each in SIGNALS]
    with monkeypatch.context() as patch:
        stop_by_signal(*when, patch)
        keras.backend.clear_session()
        with pytest.raises(PreemptedError) as caught:
            train(preparation, run, open_folder(run, preparation))
    assert [signal.getsignal(each) for each in SIGNALS] == handlers
    keras.backend.clear_session()
    return str(caught.value)


@pytest.mark.parametrize("name", SETTINGS)
def test_going_on_in_mid_epoch(
    run: TrainingRequest, name: str, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    caplog.set_level(logging.INFO)
    preparation = prepare(run, name)
    steps = preparation.settings.steps_per_epoch or 6
    keras.backend.clear_session()
    whole = train(preparation, run)

    message = end_by_signal(run, preparation, monkeypatch, signal.SIGUSR1, STOP, 2)
    path = f"{run.checkpoint}/{FILE}"
    assert message == (
        f"training was stopped by SIGUSR1 after batch 2 of {steps} in epoch {STOP} of {EPOCHS}. "
        f"All of it is in {path}: the same command goes on from there"
    )
    # A second time, in the same epoch.
    end_by_signal(run, preparation, monkeypatch, signal.SIGTERM, STOP, 3)
    folder = open_folder(run, preparation)
    assert folder.checkpoint is not None
    assert (folder.checkpoint.epochs, folder.checkpoint.batches) == (STOP - 1, 3)
    assert caplog.messages[-1] == f"Resuming after batch 3 of epoch {STOP}, from {path}."

    assert_same(train(preparation, run, folder), whole)


@pytest.mark.parametrize("epoch", [STOP, EPOCHS])
def test_a_signal_in_the_last_batch_lets_the_epoch_end(
    run: TrainingRequest, monkeypatch: pytest.MonkeyPatch, epoch: int
) -> None:
    preparation = prepare(run)
    keras.backend.clear_session()
    whole = train(preparation, run)

    message = end_by_signal(run, preparation, monkeypatch, signal.SIGTERM, epoch, 6)
    assert message.startswith(
        f"training was stopped by SIGTERM after epoch {epoch} of {EPOCHS}. All of it is in "
    )
    folder = open_folder(run, preparation)
    assert folder.checkpoint is not None
    assert (folder.checkpoint.epochs, folder.checkpoint.batches) == (epoch, 0)

    assert_same(train(preparation, run, folder), whole)


def test_ignored_signals_stay_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    former = signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    try:
        with noting_stop_requests() as stop:
            os.kill(os.getpid(), signal.SIGUSR1)
            assert (bool(stop), stop.signal_name) == (False, "")
        assert signal.getsignal(signal.SIGUSR1) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGUSR1, former)


def test_other_threads_note_nothing() -> None:
    with ThreadPoolExecutor(1) as pool:
        assert not pool.submit(lambda: noting_stop_requests().__enter__()).result()


def write_checkpoint_of_mid_epoch(
    run: TrainingRequest, monkeypatch: pytest.MonkeyPatch, **changes: Any
) -> tuple[Preparation, CheckpointFolder]:
    preparation = prepare(run, layers=["Dense units=1"])
    end_by_signal(run, preparation, monkeypatch, signal.SIGUSR1, 1, 2)
    folder = open_folder(run, preparation)
    assert folder.checkpoint is not None
    return preparation, replace(folder, checkpoint=replace(folder.checkpoint, **changes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"batches": 6}, "the checkpoint holds more batches than an epoch of the run has. Delete"),
        ({"metrics": ()}, "the checkpoint holds other metrics than the run. Delete the file to"),
    ],
)
def test_a_checkpoint_of_mid_epoch_that_does_not_fit(
    run: TrainingRequest, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], message: str
) -> None:
    preparation, folder = write_checkpoint_of_mid_epoch(run, monkeypatch, **changes)

    with pytest.raises(ModelFileError) as caught:
        train(preparation, run, folder)
    assert str(caught.value).startswith(message)


def test_training_that_was_over_only_ends_again(run: TrainingRequest) -> None:
    preparation = prepare(run, "callbacks")
    whole = train(preparation, run, open_folder(run, preparation))
    folder = open_folder(run, preparation)
    assert folder.checkpoint is not None
    assert folder.checkpoint.stopped or folder.checkpoint.epochs == EPOCHS
    assert_same(train(preparation, run, folder), whole)


def write_one_checkpoint(run: TrainingRequest, monkeypatch: pytest.MonkeyPatch) -> CheckpointFolder:
    preparation = prepare(run, layers=["Dense units=1"])
    with monkeypatch.context() as patch:
        stop_after(1, patch)
        with pytest.raises(PowerCutError):
            train(preparation, run, open_folder(run, preparation))
    return open_folder(run, preparation)


def test_checkpoints_of_other_runs(run: TrainingRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_one_checkpoint(run, monkeypatch).path
    other = prepare(run.model_copy(update={"seed": 10}), layers=["Dense units=1"])
    with pytest.raises(ConfigurationError) as caught:
        open_folder(run, other)
    assert str(caught.value) == (
        f"{path} is the checkpoint of another run: data, settings, seed or versions differ. "
        "Give --checkpoint another folder, or delete the file to start over"
    )


def test_remains_of_a_killed_run_are_removed(
    run: TrainingRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_one_checkpoint(run, monkeypatch).path.parent
    (folder / ".checkpoint-abc123.h5").write_bytes(b"half")
    (folder / "notes.txt").write_text("mine")
    opened = open_folder(run, prepare(run, layers=["Dense units=1"]))
    assert sorted(path.name for path in folder.iterdir()) == [FILE, "notes.txt"]
    opened.remove()
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def test_other_callbacks(run: TrainingRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_one_checkpoint(run, monkeypatch)
    callback = folder.make_callback([keras.callbacks.ReduceLROnPlateau()], StopRequest())
    with pytest.raises(ModelFileError, match="the checkpoint holds other callbacks than the run"):
        callback.on_train_begin()


def test_a_seed_is_needed(run: TrainingRequest) -> None:
    with pytest.raises(ConfigurationError) as caught:
        prepare(run.model_copy(update={"seed": None}))
    assert str(caught.value) == (
        "--checkpoint needs a seed so that training goes on as it would have without the break. "
        "Give --seed"
    )


def set_version(group: h5py.Group) -> None:
    group.attrs["format_version"] = 99


def drop_state(group: h5py.Group) -> None:
    del group["state"]
    group["state"] = np.bytes_(b'{"epochs": "many"}')


def drop_all(group: h5py.Group) -> None:
    del group.file[GROUP]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (set_version, "is of another format version. Delete the file to start over"),
        (drop_state, "/state is not that of a checkpoint. The file is damaged"),
        (drop_all, "is missing: this HDF5 file is not a checkpoint"),
    ],
)
def test_damaged_checkpoints(
    run: TrainingRequest, monkeypatch: pytest.MonkeyPatch, spoil: object, message: str
) -> None:
    path = write_one_checkpoint(run, monkeypatch).path
    with h5py.File(path, "r+") as file:
        spoil(file[GROUP])  # type: ignore[operator]
    append_checksum(path)
    with pytest.raises(ModelFileError) as caught:
        read_checkpoint(path)
    assert message in str(caught.value)


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("wreck", [damage, Path.unlink, lambda path: path.write_bytes(b"")])
def test_from_the_former_checkpoint(
    run: TrainingRequest,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    wreck: Callable[[Path], object],
) -> None:
    preparation = prepare(run)
    keras.backend.clear_session()
    whole = train(preparation, run)
    with monkeypatch.context() as patch:
        stop_after(STOP, patch)
        keras.backend.clear_session()
        with pytest.raises(PowerCutError):
            train(preparation, run, open_folder(run, preparation))
    path = open_folder(run, preparation).path
    wreck(path)
    caplog.clear()
    folder = open_folder(run, preparation)
    assert folder.checkpoint is not None
    assert folder.checkpoint.epochs == STOP - 1
    said = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    expected = (
        f"{path} is a damaged checkpoint: it does not match its checksum. Training goes on after "
        f"epoch {STOP - 1}, from {path.with_name(FORMER_FILE)}."
    )
    assert said == ([] if wreck is Path.unlink else [expected])
    assert sorted(each.name for each in path.parent.iterdir()) == [FILE]
    keras.backend.clear_session()
    assert_same(train(preparation, run, folder), whole)
    folder.remove()
    assert not path.parent.exists()


def test_training_starts_over_without_a_good_checkpoint(
    run: TrainingRequest, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = write_one_checkpoint(run, monkeypatch).path
    damage(path)
    caplog.clear()
    assert open_folder(run, prepare(run, layers=["Dense units=1"])).checkpoint is None
    assert (
        f"{path} is a damaged checkpoint: it does not match its checksum. Training starts over."
        in caplog.messages
    )


def test_the_former_checkpoint_cannot_be_kept(
    run: TrainingRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_one_checkpoint(run, monkeypatch)
    folder.path.with_name(FORMER_FILE).mkdir()
    with pytest.raises(DataError, match=r"checkpoint\.h5 cannot be written: Is a directory\."):
        folder.make_callback([], StopRequest()).on_epoch_end(1)


def test_a_file_in_the_place_of_the_folder(run: TrainingRequest) -> None:
    assert run.checkpoint is not None
    run.checkpoint.write_text("")
    with pytest.raises(GalaxyKerasError, match=r"kept cannot be written: File exists\."):
        open_folder(run, prepare(run, layers=["Dense units=1"]))
