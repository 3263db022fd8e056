"""Pages in a real browser: axe finds nothing, nothing is loaded, nothing sticks out.

`make test-browser` installs the packages of npm that this needs. With SCREENSHOTS=folder the
pictures of each page are kept there, to be looked at.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from galaxy_keras.plots.report.writing import write_report
from galaxy_keras.schema.requests.plots import PlotRequest
from galaxy_keras.schema.requests.report import ReportRequest
from galaxy_keras.schema.requests.runs import TableSource
from galaxy_keras.schema.training.features import FeatureDescription
from galaxy_keras.schema.training.targets import TargetDescription
from tests.plots.report.conftest import HOSTILE, draw_probabilities, make_model
from tests.processes import run_process

HERE = Path(__file__).parent
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
MISSING = [
    what
    for what, found in {
        "node": shutil.which("node"),
        "Chromium": CHROMIUM,
        "tests/browser/node_modules": (HERE / "node_modules").is_dir(),
    }.items()
    if not found
]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING)}: run make test-browser"),
]

Save = Callable[..., TableSource]


def examine(page: Path, folder: Path) -> dict[str, Any]:
    """Open a page as examine.mjs says, and return what it found."""
    command = ["node", str(HERE / "examine.mjs"), str(CHROMIUM), str(page), str(folder)]
    done = run_process(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    kept = os.environ.get("SCREENSHOTS")
    if kept:
        shutil.copytree(folder, Path(kept) / page.stem, dirs_exist_ok=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def check_chart(page: Path, folder: Path) -> None:
    """Check a page with a chart; plotly must not offer to upload the data."""
    assert 'id="chart"' in page.read_text()
    assert check_page(page, folder)["buttons"] == [
        "Download plot as a PNG", "Zoom", "Pan", "Zoom in", "Zoom out", "Reset axes",
    ]  # fmt: skip


def check_page(page: Path, folder: Path) -> dict[str, Any]:
    found = examine(page, folder)
    for width in ("phone", "desk"):
        assert found[width] == {"violations": [], "wider": False, "covered": False}
    assert found["pictureWithoutScripts"]
    assert found["messages"] == []
    assert [request.rpartition("/")[2] for request in found["requests"]] == [page.name]
    assert (folder / "print.pdf").read_bytes().startswith(b"%PDF")
    return found


@pytest.fixture
def save_table(tmp_path: Path) -> Save:
    def save(name: str, values: np.ndarray, header: list[str] | None = None) -> TableSource:
        lines = [*([header] if header else []), *values.tolist()]
        path = tmp_path / name
        path.write_text("".join("\t".join(map(str, line)) + "\n" for line in lines))
        return TableSource(path=path, header=bool(header))

    return save


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write the report on the model with these classes, and return its path."""
    from galaxy_keras.artefacts.models.fitted import write_fitted

    def write_page(
        coding: TargetDescription, name: str, changes: dict[str, Any], **tables: Any
    ) -> Path:
        model, page = tmp_path / "fitted.h5mlm", tmp_path / f"{name}.html"
        write_fitted(model, make_model(coding, **changes), [])
        write_report(ReportRequest(model=model, output=page, **tables))
        return page

    return write_page


def test_report_of_classes_with_long_and_hostile_names(
    tmp_path: Path, save_table: Save, write: Callable[..., Path]
) -> None:
    names = [HOSTILE, "no", "_".join(["a very long name"] * 6)]
    coding = TargetDescription(kind="multiclass", classes=tuple(names))
    changes = {
        "features": FeatureDescription(count=2, names=("x" * 90, HOSTILE)),
        "history": {"loss": (1 / np.arange(1, 41)).tolist(), HOSTILE: [0.5] * 40},
    }
    probabilities = draw_probabilities(80, 3)
    true = np.array(names)[probabilities.argmax(axis=1)]
    page = write(
        coding,
        "classes",
        changes,
        true=save_table("y.tsv", np.roll(true, 1)[:, None]),
        scores=save_table("p.tsv", probabilities, names),
        features=save_table("X.tsv", probabilities[:, :2], ["x" * 90, HOSTILE]),
        title=HOSTILE,
    )
    check_page(page, tmp_path)


def test_report_of_values(tmp_path: Path, save_table: Save, write: Callable[..., Path]) -> None:
    true = np.random.default_rng(3).normal(size=(60, 2)).round(4)
    page = write(
        TargetDescription(kind="regression", columns=2),
        "values",
        {},
        true=save_table("y.tsv", true),
        predicted=save_table("p.tsv", (true * 0.8).round(4)),
    )
    check_page(page, tmp_path)


def test_page_of_a_plot_without_a_chart(tmp_path: Path, save_table: Save) -> None:
    from galaxy_keras.plots.registry import write_plot

    labels = save_table("y.tsv", np.array([["a"], ["b"]]))
    page = tmp_path / "classes.html"
    options = {"class_names": None, "class_order": None}
    inputs = {"true": labels, "predicted": labels}
    write_plot(PlotRequest(plot="per-class-scores", inputs=inputs, options=options, output=page))
    check_page(page, tmp_path)


LONG = "_".join(["a very long name"] * 6)
# The long name is in the middle, where the title of an axis stands.
CLASSES = np.array([["z"], [HOSTILE], [LONG], ["z"], [LONG], [HOSTILE]])
SHARES = np.vstack([np.eye(3), [[0.2, 0.7, 0.1], [0.3, 0.3, 0.4], [0.1, 0.8, 0.1]]])
CURVE = {"pos_label": None, "class_names": None}
POINTS = CURVE | {"threshold": None, "report_minimum_n_positives": 1}
CHARTS: dict[str, tuple[str, list[tuple[str, np.ndarray, list[str] | None]], dict[str, Any]]] = {
    "matrix": (
        "confusion-matrix",
        [("true", CLASSES, None), ("predicted", CLASSES[::-1], None)],
        {"normalize": "true", "class_names": None, "class_order": None, "colormap": "viridis"},
    ),
    "roc": (
        "roc-curve",
        [("true", CLASSES, None), ("scores", SHARES, ["z", HOSTILE, LONG])],
        POINTS,
    ),
    "precision-recall": (
        "precision-recall-curve",
        [("true", CLASSES[:2], None), ("scores", SHARES[:2, :2], ["z", HOSTILE])],
        POINTS,
    ),
    "calibration": (
        "calibration-curve",
        [("true", CLASSES, None), ("scores", SHARES, ["z", HOSTILE, LONG])],
        CURVE | {"bins": 5, "strategy": "uniform"},
    ),
    "elimination": (
        "rfecv-scores",
        [("scores", np.array([[0.5, 0.1], [0.7, 0.2]]), ["mean_test_score", "std_test_score"])],
        {"steps": None},
    ),
    "importances": (
        "feature-importances",
        [("importances", np.array([[LONG, "0.5", "0.1"], [HOSTILE, "0.2", "0.1"]]), None)],
        {"threshold": None, "top": 30},
    ),
}


@pytest.mark.parametrize("name", CHARTS)
def test_chart_takes_the_place_of_its_drawing(tmp_path: Path, save_table: Save, name: str) -> None:
    from galaxy_keras.plots.registry import write_plot

    plot, tables, options = CHARTS[name]
    inputs = {key: save_table(f"{key}.tsv", *table) for key, *table in tables}
    page = tmp_path / f"{name}.html"
    write_plot(PlotRequest(plot=plot, inputs=inputs, options=options, output=page))
    check_chart(page, tmp_path)


FILES = {
    "history": (
        "training-history",
        {"history": "loss\tval_loss\t$x$ <b>\n0.5\t0.6\tNaN\n0.4\t0.7\t1e6\n"},
        {"model": None},
        {"monitor": None, "mode": "auto"},
    ),
    "learning": (
        "learning-curve",
        {
            "scores": "train_sizes_abs\tmean_train_scores\tmean_test_scores\tstd_test_scores\n"
            "10\t0.9\t0.5\t0.1\n20\t0.8\t0.6\t0.1\n"
        },
        {},
        {"plot_std_err": True},
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_chart_of_a_file_takes_the_place_of_its_drawing(tmp_path: Path, name: str) -> None:
    from galaxy_keras.plots.registry import write_plot

    plot, texts, inputs, options = FILES[name]
    for key, text in texts.items():
        (tmp_path / f"{key}.tsv").write_text(text)
        inputs = inputs | {key: tmp_path / f"{key}.tsv"}
    page = tmp_path / f"{name}.html"
    write_plot(PlotRequest(plot=plot, inputs=inputs, options=options, output=page))
    check_chart(page, tmp_path)


def test_axe_finds_what_is_wrong(tmp_path: Path) -> None:
    page = tmp_path / "wrong.html"
    page.write_text("<!doctype html><p style='color: #ccc'>Grey <img src='missing.png'></p>")
    found = examine(page, tmp_path)
    rules = {violation.partition(":")[0] for violation in found["phone"]["violations"]}
    assert {"color-contrast", "html-has-lang", "image-alt"} <= rules
    assert len(found["requests"]) == 2
