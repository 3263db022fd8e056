"""One module and one entry of the catalogue make a source of samples; all else follows."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.processes import run_process

from galaxy_keras.artefacts.models.builder import Builder, write_builder
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.training.settings import TrainingSettings

# The entry is there before anything else reads the catalogue, as if it were written in it.
REGISTER = """
import json, sys
from galaxy_keras.catalogue import sample_formats
from galaxy_keras.catalogue.parameters import Kind, Parameter
from galaxy_keras.catalogue.registry import Registry
sys.path.insert(0, {folder!r})
zero = Parameter(name="zero", kind=Kind.TEXT, default="0", help="Sign of zero.")
entry = sample_formats.SampleFormat(name="signs", module="signs", help="Signs.", parameters=(zero,))
sample_formats.SAMPLE_FORMATS = Registry("format", [*sample_formats.SAMPLE_FORMATS, entry])
"""
NETWORKS = {
    "dense": ["Dense units=1 activation=sigmoid"],
    "embedding": [
        "Embedding input_dim=2 output_dim=2",
        "Flatten",
        "Dense units=1 activation=sigmoid",
    ],
}


def run(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    register = REGISTER.format(folder=str(Path(__file__).parent))
    command = [sys.executable, "-c", register + code]
    return run_process(command, capture_output=True, text=True, cwd=folder)


def train(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    code = f"from galaxy_keras.tools.keras_train_and_eval import main\nmain({list(arguments)!r})"
    return run(code, folder)


def check(folder: Path, network: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    files = ("--model", f"{network}.zip", "--features", "X.txt", "--target", "y.tsv", "--check")
    return train(folder, *files, *arguments)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "X.txt").write_text("+o-+\n--oo\n" * 6)
    (tmp_path / "y.tsv").write_text("1\n0\n" * 6)
    settings = TrainingSettings.from_options(
        {"task": "classifier", "loss": "binary_crossentropy", "optimizer": "sgd", "metrics": []}
    )
    for name, layers in NETWORKS.items():
        architecture = parse_spec({"input_shape": "4", "layers": layers})
        write_builder(
            tmp_path / f"{name}.zip", Builder(architecture=architecture, training=settings)
        )
    return tmp_path


@pytest.mark.parametrize("command", ["keras_train_and_eval", "model_prediction"])
def test_the_commands_offer_it_with_its_options(command: str, tmp_path: Path) -> None:
    code = f"from galaxy_keras.tools.{command} import main\nmain(['--help'])"
    text = " ".join(run(code, tmp_path).stdout.split())
    assert "parquet|signs]" in text
    assert "--zero TEXT Sign of zero. [default: 0]" in text


@pytest.mark.parametrize("where", [(), ("--stream",)], ids=["memory", "disk"])
def test_training_reads_it(folder: Path, where: tuple[str, ...]) -> None:
    done = check(folder, "dense", "--features-format", "signs", "--zero", "o", *where)
    assert "columns 1 to 4 as (4,)" in done.stdout, done.stderr


def test_messages_say_where_in_its_own_words(folder: Path) -> None:
    done = check(folder, "embedding", "--features-format", "signs", "--zero", "o")
    assert "X.txt, line 1, sign 3: the value is -1, but layer 1 (Embedding" in done.stderr
    (folder / "X.txt").write_text("+o-\n" * 12)
    done = check(folder, "dense", "--features-format", "signs", "--zero", "o")
    assert "Write as many signs, or build the network with --input-shape 3" in done.stderr


def test_its_options_and_those_of_tables_do_not_mix(folder: Path) -> None:
    done = check(folder, "dense", "--zero", "o")
    assert done.returncode == 3
    assert "--zero is for --features-format signs, not for tabular. Leave the option" in done.stderr
    done = check(folder, "dense", "--features-format", "signs", "--features-header")
    assert "--features-format signs has neither a header nor columns to choose" in done.stderr


def test_forms_and_documents_have_it(tmp_path: Path) -> None:
    code = """
from galaxy_keras.codegen.tables import render_tables
from galaxy_keras.galaxy.model_prediction import read_options
form = {"input_options": {"selected_input": "signs", "zero": "o"}}
print(json.dumps([read_options(form), render_tables()]))
"""
    options: dict[str, Any]
    options, page = json.loads(run(code, tmp_path).stdout)
    assert options == {"features_format": "signs", "zero": "o"}
    assert "### signs\n\nSigns.\n" in page
    assert "| `zero` | `0` |" in page
