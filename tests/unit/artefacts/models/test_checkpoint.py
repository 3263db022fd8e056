"""Checkpoints come back as they were written, or not at all."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from galaxy_keras.artefacts.arrays import LayerWeights, NamedArray
from galaxy_keras.artefacts.models.checkpoint import (
    CallbackState,
    Checkpoint,
    DamagedCheckpointError,
    read_checkpoint,
    write_checkpoint,
)
from galaxy_keras.errors import ModelFileError

DAMAGES = int(os.environ.get("GALAXY_KERAS_DAMAGES", "100"))
KERNEL = np.arange(6, dtype=np.float32).reshape(2, 3)
CHECKPOINT = Checkpoint(
    fingerprint="f",
    epochs=2,
    stopped=False,
    history={"loss": [1.0, 0.5]},
    weights=(LayerWeights("dense", ("dense/kernel",), (KERNEL,)),),
    random_states=(LayerWeights("dropout", ("dropout/seed",), (np.array([1, 2], np.uint32),)),),
    optimizer_state=(NamedArray("iteration", np.array(4)),),
    callbacks=(CallbackState("EarlyStopping", {"wait": 1, "best": (0.5).hex()}),),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "checkpoint.h5"
    write_checkpoint(path, CHECKPOINT)
    return path


def test_a_checkpoint_comes_back(path: Path) -> None:
    found = read_checkpoint(path)
    for name in ("fingerprint", "epochs", "stopped", "history"):
        assert getattr(found, name) == getattr(CHECKPOINT, name)
    assert [(each.name, each.values) for each in found.callbacks] == [
        (each.name, each.values) for each in CHECKPOINT.callbacks
    ]
    np.testing.assert_array_equal(found.weights[0].arrays[0], KERNEL)


def test_a_checkpoint_of_mid_epoch_comes_back(tmp_path: Path) -> None:
    state = (NamedArray("0", np.array(1.5, np.float32)),)
    write_checkpoint(tmp_path / "c.h5", replace(CHECKPOINT, batches=3, metrics=state))

    found = read_checkpoint(tmp_path / "c.h5")

    assert (found.epochs, found.batches) == (2, 3)
    assert [(each.name, float(each.values)) for each in found.metrics] == [("0", 1.5)]


@pytest.mark.parametrize("seed", range(DAMAGES))
def test_no_damage_is_overlooked(path: Path, seed: int) -> None:
    content = bytearray(path.read_bytes())
    drawn = random.Random(seed)
    if seed % 5:
        content[drawn.randrange(len(content))] ^= 1 << drawn.randrange(8)
    else:
        del content[drawn.randrange(len(content)) :]
    path.write_bytes(content)
    with pytest.raises(DamagedCheckpointError) as caught:
        read_checkpoint(path)
    assert str(caught.value) == (f"{path} is a damaged checkpoint: it does not match its checksum")


def test_another_file_in_its_place_is_kept(path: Path) -> None:
    path.write_text("notes")
    with pytest.raises(ModelFileError) as caught:
        read_checkpoint(path)
    assert not isinstance(caught.value, DamagedCheckpointError)
    assert str(caught.value) == (
        f"{path} is a text file, not a checkpoint. Give --checkpoint another folder, or delete the "
        "file"
    )
