"""What JAX raises, in our words."""

from __future__ import annotations

import atexit

import pytest

jax = pytest.importorskip("jax", reason="needs JAX: run make test-all")

from galaxy_keras.errors import TrainingError  # noqa: E402
from galaxy_keras.learning.devices.cluster import ClusterDevices, RowSharding  # noqa: E402


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the exit codes that the process is to end with."""
    codes: list[int] = []
    monkeypatch.setattr(atexit, "register", lambda leave, code: codes.append(code))
    monkeypatch.setattr(jax.distributed, "shutdown", lambda: codes.append(0))
    return codes


@pytest.fixture
def devices() -> ClusterDevices:
    return ClusterDevices("cpu", RowSharding.__new__(RowSharding))


def test_too_little_memory(devices: ClusterDevices, ends: list[int]) -> None:
    with pytest.raises(MemoryError), devices.translating_errors():
        raise jax.errors.JaxRuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 9 bytes")

    assert ends == []


@pytest.mark.parametrize(
    "error",
    [
        ValueError("UNKNOWN: Gloo AllGather failed: Connection reset by peer"),
        jax.errors.JaxRuntimeError("UNAVAILABLE: Failed to send RPC to coordination service"),
        jax.errors.JaxRuntimeError("INTERNAL: NCCL operation failed: remote process exited"),
    ],
)
def test_a_process_is_lost(devices: ClusterDevices, ends: list[int], error: Exception) -> None:
    with pytest.raises(TrainingError) as caught, devices.translating_errors():
        raise error

    assert str(caught.value) == (
        "another process of the cluster stopped early or can no longer be reached. "
        "Check its log, and restart all processes"
    )
    assert ends == [6]


def test_other_errors_stay_as_they_are(devices: ClusterDevices, ends: list[int]) -> None:
    with pytest.raises(ValueError, match="shapes"), devices.translating_errors():
        raise ValueError("shapes do not match")

    assert ends == []


def test_the_cluster_is_left_at_the_end(devices: ClusterDevices, ends: list[int]) -> None:
    with devices.translating_errors():
        assert ends == []

    assert ends == [0]
