from __future__ import annotations

import os
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from galaxy_keras.tools.keras_model_builder import main as keras_model_builder
from galaxy_keras.tools.keras_model_config import main as keras_model_config
from galaxy_keras.tools.keras_model_export import main as keras_model_export
from galaxy_keras.tools.keras_train_and_eval import main as keras_train_and_eval
from galaxy_keras.tools.ml_visualization_ex import main as ml_visualization_ex
from galaxy_keras.tools.model_prediction import main as model_prediction

from galaxy_keras.cli.usage import advise_after_stop

COMMANDS = [
    keras_model_builder,
    keras_model_config,
    keras_model_export,
    keras_train_and_eval,
    model_prediction,
    *ml_visualization_ex.commands.values(),
]
OPTIONS = [
    pytest.param(command, option, id=f"{command.name} {option.opts[-1]}")
    for command in COMMANDS
    for option in command.params
    if isinstance(option, click.Option) and not option.multiple
    if not option.is_flag or option.secondary_opts
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("X.tsv", "y.tsv", "w.tsv", "model.zip", "inputs.json"):
        (tmp_path / name).write_text("{}")
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS, ids=lambda each: each.name)
def test_help_ends_with_an_example_that_can_be_typed(command: click.Command) -> None:
    result = CliRunner().invoke(command, ["-h"])
    assert result.exit_code == 0
    shown = result.stdout.partition("\n  Example:\n")[2]
    words = shlex.split(shown)
    arguments = words[words.index(str(command.name)) + 1 :]
    context = click.Context(command)
    values, rest, _ = command.make_parser(context).parse_args(args=arguments)
    assert rest == []
    required = {each.name for each in command.params if each.required}
    assert required <= set(values)


def test_shell_completes_options() -> None:
    variables = {"COMP_WORDS": "keras-model-config --lay", "COMP_CWORD": "1"}
    result = CliRunner().invoke(
        keras_model_config,
        prog_name="keras-model-config",
        env={"_KERAS_MODEL_CONFIG_COMPLETE": "bash_complete", **variables},
    )
    assert result.stdout == "plain,--layer\n"


def list_contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize(("command", "option"), OPTIONS)
def test_an_option_given_twice_is_refused(command: click.Command, option: click.Option) -> None:
    values = [[], []] if option.is_flag else [["1"], ["2"]]
    names = (option.opts[-1], [*option.opts, *option.secondary_opts][-1])
    arguments = [text for name, value in zip(names, values, strict=True) for text in (name, *value)]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 2
    assert (
        f"Error: {'/'.join((option.opts[-1], *option.secondary_opts))} is given 2 times, but only "
        "one value can count. Give it once."
    ) in result.stderr


def test_options_for_many_values_and_flags_may_be_repeated() -> None:
    arguments = ["-q", "-q", "--check", "--check", "--set", "epochs=1", "--set", "epocs=1"]
    result = CliRunner().invoke(keras_train_and_eval, arguments)
    assert "Missing option '--model'" in result.stderr


def train(*options: str) -> Result:
    inputs = ("--model", "model.zip", "--features", "X.tsv", "--target", "y.tsv")
    return CliRunner().invoke(keras_train_and_eval, [*inputs, *options])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ["--output-model", "X.tsv"],
            '--output-model must not be the file of --features ("X.tsv")',
        ),
        (
            ["--output-model", "./X.tsv"],
            '--output-model must not be the file of --features ("X.tsv"',
        ),
        (["--output-model", "link"], '--output-model must not be the file of --target ("link")'),
        (["--output-model", "hard"], '--output-model must not be the file of --model ("hard")'),
        (
            ["--output-model", "same", "--output-metrics", "./same"],
            '--output-metrics must not be the file of --output-model ("same")',
        ),
        (
            ["--output-model", "new", "--output-metrics", "dangling"],
            '--output-metrics must not be the file of --output-model ("dangling")',
        ),
        (
            ["--output-model", "folder/same", "--output-metrics", "no/../folder/same"],
            '--output-metrics must not be the file of --output-model ("no/../folder/same")',
        ),
        (
            ["--class-weight", "w.tsv", "--output-true", "w.tsv"],
            '--output-true must not be the file of --class-weight ("w.tsv")',
        ),
        (
            ["--checkpoint", "kept", "--output-true", "kept"],
            '--output-true must not be the file of --checkpoint ("kept")',
        ),
        (
            ["--galaxy-inputs", "inputs.json", "--output-true", "inputs.json"],
            '--output-true must not be the file of --galaxy-inputs ("inputs.json")',
        ),
    ],
)
def test_no_path_is_used_twice(folder: Path, options: list[str], said: str) -> None:
    (folder / "link").symlink_to("y.tsv")
    (folder / "dangling").symlink_to("new")
    os.link("model.zip", "hard")
    before = list_contents(folder)
    result = train(*options)
    assert result.exit_code == 2
    assert f"Error: {said}" in result.stderr
    assert "which would be lost. Give it another path." in result.stderr
    assert list_contents(folder) == before


@pytest.mark.parametrize(
    "options",
    [
        ["--output-model", "/dev/null", "--output-metrics", "/dev/null"],
        ["--output-model", "/dev/stdout", "--output-metrics", "/dev/stdout"],
        ["--output-model", "a", "--output-metrics", "b", "--class-weight", "balanced"],
        ["--output-model", "a", "--output-metrics", "b", "--sample-weights", "y.tsv"],
    ],
)
def test_devices_and_inputs_may_repeat(options: list[str]) -> None:
    result = train(*options)
    # The model is not one: all paths have been taken.
    assert result.exit_code == 5
    assert "1. model.zip is JSON, not a model" in result.stderr


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        (model_prediction, ["--model", "model.zip", "--features", "y.tsv"]),
        (keras_model_config, ["--spec", "y.tsv"]),
        (
            keras_model_builder,
            [
                "--model-config",
                "y.tsv",
                "--task",
                "regressor",
                "--loss",
                "mse",
                "--optimizer",
                "sgd",
            ],
        ),
        (ml_visualization_ex, ["training-history", "--history", "y.tsv"]),
        (ml_visualization_ex, ["report", "--model", "y.tsv"]),
    ],
    ids=range(5),
)
def test_no_command_overwrites_an_input(
    folder: Path, command: click.Command, arguments: list[str]
) -> None:
    before = list_contents(folder)
    result = CliRunner().invoke(command, [*arguments, "--output", "y.tsv"])
    assert result.exit_code == 2
    assert "Error: --output must not be the file of --" in result.stderr
    assert list_contents(folder) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--epoch", "3"],
            "No such option: --epoch. epochs is a hyperparameter of the model: "
            "change it with --set epochs=3.",
        ),
        (
            ["--learning-rate=3"],
            "learning_rate is a hyperparameter of the model: change it with "
            "--set learning_rate=VALUE.",
        ),
        (["--batchsize", "--check"], "change it with --set batch_size=VALUE."),
        (["--tset-size", "3"], "No such option"),
    ],
    ids=range(4),
)
def test_a_hyperparameter_as_option(arguments: list[str], said: str) -> None:
    result = train(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert ("change it with" in result.stderr) == ("change it with" in said)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--layer", "Dense", "units=3", "activation=relu", "--output", "a.json"],
            '"units=3" belongs to no option. A value with spaces needs quotes: '
            "--layer 'Dense units=3 activation=relu'.",
        ),
        (["units=3"], "Got unexpected extra argument (units=3)"),
    ],
    ids=range(2),
)
def test_a_layer_without_quotes(arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(keras_model_config, [*arguments, "--output", "a.json"][:6])
    assert result.exit_code == 2
    assert said in result.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            [],
            ". With --checkpoint FOLDER, the same command would go on after the last finished "
            "epoch",
        ),
        (["--checkpoint", "kept"], ". The same command goes on after the last finished epoch"),
        (["--check"], ""),
    ],
)
def test_a_training_that_is_stopped(options: list[str], said: str) -> None:
    inputs = ("--model", "model.zip", "--features", "X.tsv", "--target", "y.tsv")
    with keras_train_and_eval.make_context("train", [*inputs, *options]) as ctx:
        assert advise_after_stop(ctx) == said


def test_other_commands_have_no_checkpoints() -> None:
    with keras_model_config.make_context("config", ["--output", "a.json"]) as ctx:
        assert advise_after_stop(ctx) == ""


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        (model_prediction, ["--model", "model.zip", "--features", "X.tsv", "--output", "o.tsv"]),
        (
            ml_visualization_ex.commands["roc-curve"],
            ["--true", "y.tsv", "--scores", "X.tsv", "--output", "o.png"],
        ),
    ],
)
def test_nan_is_in_no_range(command: click.Command, arguments: list[str]) -> None:
    result = CliRunner().invoke(command, [*arguments, "--threshold", "nan"])
    assert result.exit_code == 2
    assert "Invalid value for '--threshold': nan is not a finite number." in result.stderr


def test_a_folder_with_a_saved_model_is_named(folder: Path) -> None:
    (folder / "saved").mkdir()
    (folder / "saved" / "saved_model.pb").write_bytes(b"\x08\x01\x12")
    inputs = ("--features", "X.tsv", "--output", "p.tsv")
    result = CliRunner().invoke(model_prediction, ["--model", "saved", *inputs])
    assert result.exit_code == 2
    assert "Invalid value for '--model': saved is a SavedModel of TensorFlow, which" in (
        result.stderr
    )
