"""Options of a command in a file."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner, Result
from galaxy_keras.tools.keras_model_config import main as configure
from galaxy_keras.tools.keras_train_and_eval import main as train

from galaxy_keras.cli.options import common_options, galaxy_inputs_option
from galaxy_keras.cli.runner import Command

ARCHITECTURE = ["--input-shape", "3", "--layer", "Dense units=2", "--layer", "Dense units=1"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(configure, arguments)
    assert result.exit_code == code, result.output
    return result


def test_what_is_saved_does_the_same_again() -> None:
    run(*ARCHITECTURE, "--output", "a.json", "--save-options", "run.yaml")
    assert yaml.safe_load(Path("run.yaml").read_text()) == {
        "input-shape": "3",
        "layer": ["Dense units=2", "Dense units=1"],
        "output": "a.json",
    }
    first = Path("a.json").read_text()
    Path("a.json").unlink()
    run("--options", "run.yaml")
    assert Path("a.json").read_text() == first


def test_what_is_typed_wins_over_the_file_and_is_saved() -> None:
    Path("run.yaml").write_text("input_shape: 5\nlayer: Dense units=1\nsummary: true\n")
    result = run(
        *("--options", "run.yaml", "--input-shape", "7", "--output", "a.json"),
        *("--save-options", "further.yaml"),
    )
    assert "8" in result.stdout
    assert yaml.safe_load(Path("further.yaml").read_text()) == {
        "input-shape": "7",
        "layer": ["Dense units=1"],
        "summary": True,
        "output": "a.json",
    }


def test_values_of_the_file_are_checked_as_if_typed() -> None:
    Path("run.yaml").write_text("test-size: many\nmodel: b.zip\nfeatures: X.tsv\n")
    result = CliRunner().invoke(train, ["--options", "run.yaml"])
    assert result.exit_code == 2
    assert "'many' is not a valid float" in result.stderr


@pytest.mark.parametrize("first", ["--options", "--galaxy-inputs"])
def test_a_form_counts_least(first: str) -> None:
    @click.command(cls=Command)
    @click.option("--epochs", type=int)
    @click.option("--loss")
    @galaxy_inputs_option(lambda form: form)
    @common_options
    def command(**values: object) -> None:
        click.echo(str(values))

    Path("run.yaml").write_text("epochs: 3\n")
    Path("form.json").write_text('{"epochs": 7, "loss": "mse"}')
    given = {"--options": "run.yaml", "--galaxy-inputs": "form.json"}
    arguments = [first, given.pop(first), *next(iter(given.items()))]
    result = CliRunner().invoke(command, arguments)
    assert result.stdout == "{'epochs': 3, 'loss': 'mse'}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "laier: Dense units=1",
            'run.yaml: there is no option laier. Did you mean "layer"? Its options are those of '
            "--help, without the hyphens before them",
        ),
        ("name: [a, b]", "run.yaml: name takes one value, but a list was given. Give one of them"),
        (
            "name:",
            "run.yaml: name must be a text, a number or true or false. Leave it out for its "
            "default",
        ),
        ("summary: 7", "run.yaml: summary must be true or false"),
        ("a text", "run.yaml: expected names and values, such as 'epochs: 10'"),
        ("verbose: true", "run.yaml: there is no option verbose."),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    Path("run.yaml").write_text(text)
    result = run("--options", "run.yaml", code=3)
    assert f"Error: {message}" in result.stderr


def test_keys_are_neither_read_nor_written() -> None:
    Path("run.yaml").write_text("sign-key: secret.txt\n")
    result = CliRunner().invoke(train, ["--options", "run.yaml"])
    assert result.exit_code == 3
    assert result.stderr == (
        "Error: run.yaml: --sign-key names a secret key, which no file of options may. Give it on "
        "the command line\n"
    )
    CliRunner().invoke(
        train,
        ["--model", "b.zip", "--features", "X.tsv", "--check", "--sign-key", "secret.txt",
         "--save-options", "saved.yaml"],
    )  # fmt: skip
    assert yaml.safe_load(Path("saved.yaml").read_text()) == {
        "model": "b.zip",
        "features": "X.tsv",
        "check": True,
    }


def test_the_file_is_not_one_of_the_others() -> None:
    Path("run.yaml").write_text("input-shape: 3\n")
    result = run(*ARCHITECTURE, "--options", "run.yaml", "--output", "run.yaml", code=2)
    assert "--output must not be the file of --options" in result.stderr
    result = run(*ARCHITECTURE, "--output", "x", "--save-options", "x", code=2)
    assert '("x"), which would be lost' in result.stderr


def test_a_file_that_cannot_be_written() -> None:
    result = run(*ARCHITECTURE, "--output", "a.json", "--save-options", "none/x.yaml", code=4)
    assert result.stderr.startswith("Error: none/x.yaml cannot be written: No such file")
