"""The command keras-model-config; cases of specs are files in `specs`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from galaxy_keras.artefacts.architecture.architecture_file import read_architecture
from tests.processes import run_process

from .conftest import Run

SPECS = Path(__file__).parent / "specs"
TUTORIAL = [
    *("--input-shape", "500"),
    *("--layer", "Embedding input_dim=10000 output_dim=32"),
    *("--layer", "LSTM units=100"),
    *("--layer", "Dense units=1 activation=sigmoid"),
]
PROBE = """
import json, sys
from pathlib import Path
from galaxy_keras.tools.keras_model_config import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    code = end.code
heavy = {"keras", "tensorflow", "sklearn", "pandas", "matplotlib", "h5py", "numpy"}
# Not getrusage: it counts what the process that started this one had in memory.
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(json.dumps([code, sorted(heavy & set(sys.modules)), int(status["VmHWM"].split()[0])]))
"""


def list_specs(folder: str) -> list[str]:
    specs = [path for path in (SPECS / folder).iterdir() if path.suffix in (".yaml", ".json")]
    return sorted(str(path.relative_to(SPECS)) for path in specs)


@pytest.mark.parametrize("name", list_specs("valid"))
def test_a_valid_spec_becomes_an_architecture(run: Run, name: str) -> None:
    spec = SPECS / name
    result = run("keras-model-config", "--spec", str(spec), "--summary", "--output", "m.json")
    assert result.stdout == spec.with_suffix(".txt").read_text("utf-8")
    assert result.stderr == ""
    assert json.loads(Path("m.json").read_text())["class_name"] in ("Sequential", "Functional")
    read_architecture(Path("m.json"))


@pytest.mark.parametrize("name", list_specs("invalid"))
def test_an_invalid_spec_is_refused(run: Run, name: str) -> None:
    spec = SPECS / name
    result = run("keras-model-config", "--spec", str(spec), "--output", "m.json", code=3)
    expected = spec.with_suffix(".txt").read_text("utf-8").replace(spec.name, str(spec))
    assert result.stderr == expected
    assert not Path("m.json").exists()


def test_options_and_a_spec_say_the_same(run: Run) -> None:
    run("keras-model-config", *TUTORIAL, "--output", "options.json")
    spec = str(SPECS / "valid" / "sentiment.yaml")
    run("keras-model-config", "--spec", spec, "--output", "spec.json")
    assert Path("options.json").read_bytes() == Path("spec.json").read_bytes()


def test_the_form_of_galaxy_says_the_same(run: Run) -> None:
    layers = [
        {"layer_type": "Embedding", "input_dim": 10000, "output_dim": 32, "kwargs": ""},
        {"layer_type": "LSTM", "units": 100, "kwargs": ""},
        {"layer_type": "Dense", "units": 1, "activation": "sigmoid", "kwargs": ""},
    ]
    form = {
        "model_selection": {
            "model_type": "sequential",
            "input_shape": "(500, )",
            "layers": [{"layer_selection": layer} for layer in layers],
        }
    }
    Path("form.json").write_text(json.dumps(form))
    run("keras-model-config", "--galaxy-inputs", "form.json", "--output", "form_model.json")
    run("keras-model-config", *TUTORIAL, "--output", "options.json")
    assert Path("form_model.json").read_bytes() == Path("options.json").read_bytes()


def test_a_name_and_a_word_about_the_result(run: Run) -> None:
    result = run("keras-model-config", *TUTORIAL, "--name", "mood", "-v", "--output", "m.json")
    assert result.stderr == 'Wrote "mood" with 3 layers to m.json\n'
    assert read_architecture(Path("m.json")).name == "mood"


def test_shapes_that_do_not_fit_leave_the_old_file(run: Run) -> None:
    Path("m.json").write_text("old")
    result = run("keras-model-config", "--input-shape", "5", "--layer", "LSTM units=3",
                 "--output", "m.json", code=3)  # fmt: skip
    assert 'layer 1 (LSTM "lstm") cannot follow the input "input_layer"' in result.stderr
    assert [path.name for path in Path.cwd().iterdir()] == ["m.json"]
    assert Path("m.json").read_text() == "old"


def test_a_folder_that_is_missing(run: Run) -> None:
    result = run("keras-model-config", *TUTORIAL, "--output", "no/m.json", code=4)
    assert "no/m.json cannot be written: No such file or directory" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Give layers: --input-shape and --layer, or --spec."),
        ([*TUTORIAL, "--spec", "x.yaml"], "Give only one of --layer and --spec."),
        (["--galaxy-inputs", "f.json", "--spec", "x.yaml"],
         "Give only one of --spec and --galaxy-inputs."),
    ],
)  # fmt: skip
def test_layers_come_from_one_place(run: Run, arguments: list[str], message: str) -> None:
    result = run("keras-model-config", *arguments, "--output", "m.json", code=2)
    assert message in result.stderr


@pytest.mark.parametrize("arguments", [["--help"], [*TUTORIAL, "--output", "m.json"]])
def test_nothing_heavy_is_imported(tmp_path: Path, arguments: list[str]) -> None:
    done = run_process(
        [sys.executable, "-c", PROBE, *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    code, heavy, kilobytes = json.loads(done.stdout.splitlines()[-1])
    assert (code, heavy) == (0, [])
    assert kilobytes < 60_000


def test_the_file_runs_in_place(tmp_path: Path) -> None:
    tool = Path(__file__).parents[2] / "tools" / "keras_model_config.py"
    arguments = [str(tool), *TUTORIAL, "--output", "m.json"]
    run_process([sys.executable, *arguments], cwd=tmp_path, check=True)
    assert read_architecture(tmp_path / "m.json").outputs == ("dense",)
