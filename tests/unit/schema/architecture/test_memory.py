"""Estimates of memory and what is compared with them; all sizes are counted by hand."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

import pytest

from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.preparation.memory import (
    MEMORY_VARIABLE,
    check_memory,
    check_memory_for_features,
    check_space_for_features,
    find_memory_limit,
)
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.architecture.memory import (
    LIBRARY_BYTES,
    MemoryEstimate,
    check_network_size,
    estimate_prediction,
    estimate_training,
    format_bytes,
)
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.values.component import Component

ADAM = Component(name="Adam", options={})
ADVICE = "Lower the batch size"


def make_network(*layers: str, width: str = "10") -> Architecture:
    return parse_spec({"input_shape": width, "layers": list(layers)})


def test_training_counts_gradients_slots_activations_and_data() -> None:
    estimate = estimate_training(make_network("Dense units=4"), ADAM, batch_size=8, data=1000)
    # 10 * 4 + 4 parameters; each with a gradient and the two means of Adam.
    assert estimate.weights == 44 * 4 * 4
    # The 10 inputs and 4 outputs of 8 rows, with their gradients.
    assert estimate.activations == 14 * 8 * 2 * 4
    assert estimate.without_libraries == estimate.weights + estimate.activations + 1000
    assert estimate.total == estimate.without_libraries + LIBRARY_BYTES


def test_prediction_counts_neither_gradients_nor_slots() -> None:
    estimate = estimate_prediction(make_network("Dense units=4"), batch_size=8, data=0)
    assert (estimate.weights, estimate.activations) == (44 * 4, 14 * 8 * 4)


def test_a_recurrent_layer_keeps_every_step() -> None:
    network = make_network("Embedding input_dim=5 output_dim=2", "LSTM units=3", width="7")
    estimate = estimate_training(network, ADAM, batch_size=1, data=0)
    # 7 inputs, 7 * 2 embedded, the last 3 states, and 6 gates and states of 3 for 7 steps.
    assert estimate.activations == (7 + 14 + 3 + 6 * 3 * 7) * 2 * 4


def test_prediction_keeps_the_last_step_only() -> None:
    network = make_network("LSTM units=3", width="7,2")
    assert estimate_prediction(network, batch_size=1, data=0).activations == (14 + 3) * 4


def test_both_directions_keep_every_step() -> None:
    network = make_network("Bidirectional layer='GRU units=3'", width="7,2")
    estimate = estimate_training(network, ADAM, batch_size=1, data=0)
    # 7 * 2 inputs, the last 3 states of both ways, and 5 gates and states of 3 for 7 steps twice.
    assert estimate.activations == (14 + 6 + 2 * 5 * 3 * 7) * 2 * 4


def test_attention_keeps_the_scores_of_each_head() -> None:
    attention = {
        "type": "MultiHeadAttention",
        "num_heads": 2,
        "key_dim": 5,
        "inputs": ["words", "words"],
    }
    words = {"type": "Input", "name": "words", "shape": "7,4"}
    network = parse_spec({"layers": [words, attention]})
    estimate = estimate_prediction(network, batch_size=1, data=0)
    # 7 * 4 inputs, as many outputs, and 7 * 7 scores of 2 heads before and after the softmax.
    assert estimate.activations == (28 + 28 + 2 * 2 * 49) * 4


def test_a_nested_model_counts_its_layers() -> None:
    tower = Architecture.sequential("tower", make_network("Dense units=6", "Dense units=4").layers)
    node = LayerNode(name="tower", type="Sequential", inbound=("data",), model=tower)
    data = LayerNode(name="data", type="InputLayer", options={"batch_shape": (None, 10)})
    network = Architecture.sequential("net", (data, node))
    estimate = estimate_prediction(network, batch_size=1, data=0)
    # The 10 inputs outside and inside, and the 6 and 4 outputs.
    assert estimate.activations == (10 + 10 + 6 + 4) * 4


def test_a_network_that_fits_no_machine() -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_network_size(make_network("Dense units=8", "Dense units=1000000000000"))
    assert str(caught.value) == (
        'layer 2 (Dense "dense_1") has 9,000,000,000,000 parameters, and the weights of the '
        "network take 33,527.6 GiB, which exceeds the memory of any machine. Make the layer "
        "smaller, or its input"
    )


def test_a_large_network_passes() -> None:
    check_network_size(make_network("Dense units=1000000000"))


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (512, "0.5 KiB"),
        (3 * 2**20, "3.0 MiB"),
        (1.5 * 2**30, "1.5 GiB"),
        (2**41, "2,048.0 GiB"),
        (10**400, "more than 1,000,000,000,000.0 GiB"),
    ],
)
def test_sizes_for_people(count: float, text: str) -> None:
    assert format_bytes(count) == text


def write_limits(root: Path, *, group: str | None, machine_kb: int | None) -> None:
    if group is not None:
        path = root / "sys/fs/cgroup/memory.max"
        path.parent.mkdir(parents=True)
        path.write_text(group)
    if machine_kb is not None:
        (root / "proc").mkdir()
        (root / "proc/meminfo").write_text(f"MemTotal:  {machine_kb} kB\nMemFree: 1 kB\n")


@pytest.mark.parametrize(
    ("group", "machine_kb", "variable", "limit"),
    [
        ("max\n", 2048, None, 2048 * 2**10),
        ("1048576\n", 2048, None, 2**20),
        (None, 2048, "1", 2**20),
        (None, 512, "1", 512 * 2**10),
        (None, None, None, None),
        (None, None, "", None),
    ],
)
def test_the_smallest_limit_counts(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    group: str | None,
    machine_kb: int | None,
    variable: str | None,
    limit: int | None,
) -> None:
    monkeypatch.delenv(MEMORY_VARIABLE, raising=False)
    if variable is not None:
        monkeypatch.setenv(MEMORY_VARIABLE, variable)
    write_limits(tmp_path, group=group, machine_kb=machine_kb)
    assert find_memory_limit(tmp_path) == limit


@pytest.mark.parametrize("value", ["much", "-5", "0", "1.5", "²"])
def test_a_variable_that_is_no_number(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MEMORY_VARIABLE, value)
    with pytest.raises(ConfigurationError) as caught:
        find_memory_limit()
    assert str(caught.value) == (
        "the environment variable GALAXY_MEMORY_MB must be a whole number of megabytes of at "
        f"least 1, not {value!r}"
    )


def test_too_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MEMORY_VARIABLE, "100")
    estimate = MemoryEstimate(weights=60 * 2**20, activations=40 * 2**20, data=10 * 2**20)
    with pytest.raises(ConfigurationError) as caught:
        check_memory(estimate, ADVICE)
    assert str(caught.value) == (
        "this needs about 610.0 MiB of memory (60.0 MiB for weights, 40.0 MiB for one batch, "
        "10.0 MiB for data), but only 100.0 MiB is available (the limit of the machine, the job or "
        "GALAXY_MEMORY_MB). Lower the batch size"
    )


def test_memory_that_is_close_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(MEMORY_VARIABLE, "200")
    with caplog.at_level(logging.WARNING):
        check_memory(MemoryEstimate(2**20, 2**20, 2**20), ADVICE)
    assert "this needs about 503.0 MiB of memory" in caplog.text


def test_enough_memory_is_not_mentioned(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(MEMORY_VARIABLE, "1000")
    check_memory(MemoryEstimate(2**20, 2**20, 2**20), ADVICE)
    assert caplog.text == ""


def test_features_larger_than_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MEMORY_VARIABLE, "100")
    check_memory_for_features(100 * 2**20, Path("X.tsv"))
    with pytest.raises(ConfigurationError) as caught:
        check_memory_for_features(3 * 2**30, Path("X.tsv"))
    assert str(caught.value) == (
        "the features of X.tsv need about 3.0 GiB, but only 100.0 MiB of memory is available "
        "(the limit of the machine, the job or GALAXY_MEMORY_MB). Give --stream, which keeps the "
        'features on disk (in Galaxy, advanced options: "Keep the samples on disk: Yes"), or ask '
        "for more memory for the job"
    )


def test_features_larger_than_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with caplog.at_level(logging.INFO):
        check_space_for_features(2**20)
    assert (
        f"The features are written to a temporary file of about 1.0 MiB in {tmp_path}."
        in caplog.text
    )
    with pytest.raises(DataError) as caught:
        check_space_for_features(2**60)
    message = str(caught.value)
    assert message.startswith(
        "the features are kept in a temporary file of about 1,073,741,824.0 GiB, but "
        f"{tmp_path} has "
    )
    assert message.endswith(
        " free. Free some space, or set the environment variable TMPDIR to a folder on a larger "
        "disk"
    )
