"""What the tests on a real server write before they start it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml
from configuration import write_configuration
from galaxy_server import make_empty
from imdb_tables import EVERY, ROWS, cut_tables
from listed_states import write_listed_workflow
from older_states import can_be_older, write_older_workflow
from shed_ids import write_shed_tools

from galaxy_keras.galaxy.keras_train_and_eval import read_options

ROOT = Path(__file__).parents[2]
TOOL_ID = "toolshed.example.org/repos/owner/model_prediction/model_prediction/1.0.10.0"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return tmp_path / "run"


@pytest.fixture
def configuration(run: Path) -> Path:
    tools = [Path("/tools/model_prediction.xml")]
    return write_configuration(run, tools, "galaxy-keras/2.0.0", Path("/env/bin"))


def test_server_keeps_everything_in_its_folder(run: Path, configuration: Path) -> None:
    server = yaml.safe_load(configuration.read_text())["galaxy"]
    paths = [value for value in server.values() if isinstance(value, str) and "/" in value]

    assert len(paths) > 5
    assert [path for path in paths if str(run) not in path] == []


def test_server_loads_the_tools(run: Path, configuration: Path) -> None:
    toolbox = ET.parse(run / "config" / "tools.xml")  # noqa: S314 (written above)

    assert [tool.get("file") for tool in toolbox.iter("tool")] == [
        "data_source/upload.xml",
        "/tools/model_prediction.xml",
    ]


def test_requirement_means_the_programs(run: Path, configuration: Path) -> None:
    script = (run / "packages" / "galaxy-keras" / "2.0.0" / "env.sh").read_text()

    assert 'PATH="/env/bin:$PATH"' in script


def test_tools_are_listed_under_the_ids_of_a_workflow(run: Path, tmp_path: Path) -> None:
    (run / "config").mkdir(parents=True)
    forms = make_empty(tmp_path / "forms")
    (forms / "model_prediction.xml").touch()
    workflow = tmp_path / "workflow.ga"
    steps = {"0": {"tool_id": None}, "1": {"tool_id": TOOL_ID}, "2": {"tool_id": TOOL_ID}}
    workflow.write_text(json.dumps({"steps": steps}))

    listed = ET.parse(write_shed_tools(run, workflow, forms))  # noqa: S314

    tools = list(listed.iter("tool"))
    root = Path(listed.getroot().get("tool_path", ""))
    assert [tool.get("guid") for tool in tools] == [TOOL_ID]
    assert tools[0].findtext("version") == "1.0.10.0"
    assert (root / str(tools[0].get("file"))).exists()


def test_tables_are_cut(tmp_path: Path) -> None:
    for table in ("X_train", "y_train", "X_test", "y_test"):
        with gzip.open(tmp_path / f"{table}.tsv.gz", "wt") as file:
            file.writelines(f"{row}\n" for row in range(25_000))

    paths = cut_tables(tmp_path, tmp_path)

    rows = paths["X_train"].read_text().split()
    assert len(rows) == ROWS
    assert rows[:3] == ["0", str(EVERY), str(2 * EVERY)]


def test_older_workflow_has_no_newer_parameters(tmp_path: Path) -> None:
    workflow = ROOT / "workflows" / "regression-fnn" / "regression-fnn.ga"

    written = json.loads(write_older_workflow(workflow, tmp_path).read_text())

    states = {
        step["tool_id"]: json.loads(step["tool_state"])
        for step in written["steps"].values()
        if step["tool_id"]
    }
    callback = states["keras_model_builder"]["mode_selection"]["fit_params"]["callbacks"][0]
    assert "start_from_epoch" not in callback["callback_selection"]
    assert "output_format" not in states["keras_model_builder"]
    assert states["model_prediction"]["chromInfo"] == "?"
    options = read_options(states["keras_train_and_eval"])
    assert options["assignments"] == ["epochs=2", "optimizer='adamax'"]


def test_older_workflows_have_no_encodings() -> None:
    newer = [path.stem for path in ROOT.glob("workflows/*/*.ga") if not can_be_older(path)]

    assert sorted(newer) == [
        "clinical-table",
        "dna-motif",
        "image-classes",
        "macbeth",
        "text-sentiment",
    ]


def test_listed_workflow_chooses_from_an_h5mlm(tmp_path: Path) -> None:
    workflow = ROOT / "workflows" / "regression-fnn" / "regression-fnn.ga"

    written = json.loads(write_listed_workflow(workflow, tmp_path).read_text())

    states = {
        step["tool_id"]: json.loads(step["tool_state"])
        for step in written["steps"].values()
        if step["tool_id"]
    }
    assert states["keras_model_builder"]["output_format"] == "h5mlm"
    options = read_options(states["keras_train_and_eval"])
    assert options["assignments"] == ["epochs=2", "layers_1_Dense__config__units=4"]


def test_folder_is_emptied(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "file").touch()

    assert list(make_empty(tmp_path / "old").iterdir()) == []
