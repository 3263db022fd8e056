from __future__ import annotations

import resource

import click
import pytest
from click.testing import CliRunner

from galaxy_keras.cli.address_space import check_address_space, describe_exhaustion
from galaxy_keras.cli.runner import Command
from galaxy_keras.errors import TrainingError

MIB = 2**20


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list whose only item is taken for the limit, in bytes."""
    limits = [resource.RLIM_INFINITY]
    monkeypatch.setattr(resource, "getrlimit", lambda number: (limits[0], limits[0]))
    return limits


def check(name: str, **params: object) -> None:
    ctx = click.Context(click.Command(name))
    ctx.params = params
    check_address_space(ctx)


@pytest.mark.parametrize(
    ("name", "params", "most", "needed"),
    [
        ("keras-train-and-eval", {"check": False}, 1000, "3,072 MiB"),
        ("model-prediction", {}, 1000, "3,072 MiB"),
        ("keras-train-and-eval", {"check": True}, 60, "320 MiB"),
        ("confusion-matrix", {}, 60, "320 MiB"),
    ],
)
def test_a_limit_that_is_too_low(
    limit: list[int], name: str, params: dict[str, object], most: int, needed: str
) -> None:
    limit[0] = most * MIB
    with pytest.raises(TrainingError) as caught:
        check(name, **params)
    assert str(caught.value) == (
        f"the address space is limited to {most:,} MiB (ulimit -v), but this needs {needed} and "
        "more. Raise the limit, or ask for more memory for the job"
    )


@pytest.mark.parametrize(
    ("name", "most"), [("keras-train-and-eval", None), ("keras-model-config", 60)]
)
def test_limits_that_do_not_matter(limit: list[int], name: str, most: int | None) -> None:
    limit[0] = resource.RLIM_INFINITY if most is None else most * MIB
    check(name)


def fail() -> None:
    try:
        raise ImportError("libx.so: failed to map segment from shared object")
    except ImportError as error:
        raise ImportError("numpy was installed wrongly") from error


def test_a_library_that_cannot_be_loaded_for_it(limit: list[int]) -> None:
    command = Command("confusion-matrix", callback=fail)
    assert CliRunner().invoke(command).exit_code == 70
    limit[0] = 400 * MIB
    result = CliRunner().invoke(command)
    assert result.exit_code == TrainingError.exit_code
    assert result.stderr == (
        "Error: the address space is limited to 400 MiB (ulimit -v), which was not enough. Raise "
        "the limit, or ask for more memory for the job\n"
    )


def test_other_errors_have_other_reasons(limit: list[int]) -> None:
    limit[0] = 400 * MIB
    assert describe_exhaustion(ValueError("no")) is None
