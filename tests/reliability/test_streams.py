"""Standard streams that are full, closed or without a reader change no result of a command."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import run_process

from .commands import LAYERS, call, repeat, train, write_model, write_points

FULL = Path("/dev/full")
NO_SPACE = (
    "Error: standard output cannot be written: No space left on device. Free some space, or send "
    "standard output elsewhere; the files that the command writes are complete\n"
)
TABLES = ("--model", "builder.zip", "--features", "X.tsv", "--target", "y.tsv")
CONFIG = ("keras-model-config", "--input-shape", "3", *repeat("--layer", LAYERS))
BUILDER = (
    *("keras-model-builder", "--model-config", "model.json", "--task", "classifier"),
    *("--loss", "binary_crossentropy", "--optimizer", "adam", "--output", "again.zip"),
)
PLOT = ("ml-visualization-ex", "confusion-matrix", "--true", "y.tsv", "--predicted", "y.tsv")
TOOLS = (
    "keras-model-config",
    "keras-model-builder",
    "keras-train-and-eval",
    "model-prediction",
    "ml-visualization-ex",
)

# Commands that say something on standard output; the file that they write.
SPEAKING = {
    **{
        f"{tool} {what}": ((tool, what), None) for tool in TOOLS for what in ("--help", "--version")
    },
    "plot --help": (("ml-visualization-ex", "roc-curve", "--help"), None),
    "report --help": (("ml-visualization-ex", "report", "--help"), None),
    "config": ((*CONFIG, "--summary", "--output", "again.json"), "again.json"),
    "check": (("keras-train-and-eval", *TABLES, "--quiet", "--check"), None),
}
# Commands that say nothing there, or only when they are done.
WRITING = {
    "builder": (BUILDER, "again.zip"),
    "plot": ((*PLOT, "--output", "plot.png"), "plot.png"),
}
# Commands that end with an error, with their exit codes.
FAILING = {
    "usage": (("keras-model-config", "--no-such-option"), 2),
    "configuration": (("keras-model-builder", *BUILDER[1:], "--epochs", "0"), 3),
    "data": ((*PLOT[:3], "nothing.tsv", *PLOT[4:], "--output", "plot.png"), 4),
    "model file": (("model-prediction", "--model", "y.tsv", "--features", "X.tsv",
                    "--output", "p.tsv"), 5),
}  # fmt: skip


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inputs")
    with contextlib.chdir(folder):
        write_points(rows=60)
        write_model(epochs=1)
    return folder


@pytest.fixture(autouse=True)
def folder(inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(inputs, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(params=["full", "closed", "without a reader"])
def stream(request: pytest.FixtureRequest) -> str:
    if request.param == "full":
        need_full()
    return str(request.param)


def need_full() -> None:
    if not FULL.exists():
        pytest.skip("there is no /dev/full here")


def run_in_state(command: list[str], **states: str) -> subprocess.CompletedProcess[str]:
    """Run a command with standard streams in the states that are given; the others are read."""
    numbers = {"stdin": 0, "stdout": 1, "stderr": 2}
    closed = "".join(f" {numbers[name]}>&-" for name, state in states.items() if state == "closed")
    shell = ["sh", "-c", f'exec "$@"{closed}', "sh", *command]
    with contextlib.ExitStack() as stack:
        targets = {
            name: stack.enter_context(opening(state))
            for name, state in states.items()
            if state != "closed"
        }
        pipes = {name: subprocess.PIPE for name in ("stdout", "stderr") if name not in states}
        return run_process(shell, text=True, **pipes, **targets)


@contextlib.contextmanager
def opening(state: str) -> Iterator[int]:
    """Give a descriptor to write to, on a full disk or without a reader."""
    if state == "full":
        descriptor = os.open(FULL, os.O_WRONLY)
    else:
        reader, descriptor = os.pipe()
        os.close(reader)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def assert_ends_for(state: str, result: subprocess.CompletedProcess[str]) -> None:
    """Check exit code and messages of a command that could not write on standard output."""
    code, errors = {"full": (4, NO_SPACE), "closed": (0, ""), "without a reader": (141, "")}[state]
    assert (result.returncode, result.stderr) == (code, errors)


@pytest.mark.parametrize(("command", "output"), SPEAKING.values(), ids=SPEAKING)
def test_standard_output_of(command: tuple[str, ...], output: str | None, stream: str) -> None:
    result = run_in_state(call(*command), stdout=stream)
    assert_ends_for(stream, result)
    if output is not None:
        assert Path(output).read_bytes() == Path("model.json").read_bytes()


@pytest.mark.parametrize(("command", "output"), WRITING.values(), ids=WRITING)
def test_commands_that_say_nothing_there(
    command: tuple[str, ...], output: str, stream: str
) -> None:
    result = run_in_state(call(*command), stdout=stream, stderr=stream)
    assert result.returncode == 0
    assert Path(output).stat().st_size > 0


@pytest.mark.parametrize(("command", "code"), FAILING.values(), ids=FAILING)
def test_the_exit_code_of_an_error_stays(command: tuple[str, ...], code: int, stream: str) -> None:
    assert run_in_state(call(*command), stdout=stream, stderr=stream).returncode == code


# The states of the streams of training, prediction and report; how training ends.
CHAINS = {
    "output full": ({"stdout": "full"}, 4),
    "errors full": ({"stderr": "full"}, 0),
    "all closed": ({"stdin": "closed", "stdout": "closed", "stderr": "closed"}, 0),
    "no reader": ({"stdout": "without a reader", "stderr": "without a reader"}, 141),
}


@pytest.mark.slow
@pytest.mark.parametrize(("states", "code"), CHAINS.values(), ids=CHAINS)
def test_chain(states: dict[str, str], code: int, folder: Path) -> None:
    if "full" in states.values():
        need_full()
    trained = run_in_state(train(str(folder)), **states)
    assert trained.returncode == code
    if "stderr" not in states:
        assert "Epoch 1/1" in trained.stderr
        assert trained.stderr.endswith(NO_SPACE)
    if "stdout" not in states:
        assert trained.stdout.startswith("accuracy\t")
    model = ("--model", f"{folder}/fitted.h5mlm")
    predictions = f"{folder}/p.tsv"
    predict = call(
        *("model-prediction", *model, "--features", "X.tsv", "--output", predictions),
        *("--device", "cpu"),
    )
    report = call(
        *("ml-visualization-ex", "report", *model, "--true", "y.tsv"),
        *("--predicted", predictions, "--predicted-header", "--output", f"{folder}/r.html"),
    )
    assert run_in_state(predict, **states).returncode == 0
    assert run_in_state(report, **states).returncode == 0
    assert len(Path(predictions).read_text().splitlines()) == 61
    assert Path(f"{folder}/r.html").read_text().endswith("</html>")
