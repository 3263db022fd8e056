"""Charts hold the numbers that are drawn, and pages hold all that they need."""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.processes import run_process

from galaxy_keras.plots.drawing.charts import create_chart, escape_text, make_line
from galaxy_keras.plots.drawing.figures import Drawing
from galaxy_keras.plots.drawing.output import encode_drawing
from galaxy_keras.plots.drawing.pages import encode_chart
from galaxy_keras.plots.drawing.style import plot_style
from galaxy_keras.plots.inputs.scores import pair_scores
from galaxy_keras.plots.kinds.calibration_curve import compute_calibrations, draw_calibrations
from galaxy_keras.plots.kinds.confusion_matrix import (
    compute_confusion_matrix,
    draw_confusion_matrix,
)
from galaxy_keras.plots.kinds.curve_styles import downsample_points
from galaxy_keras.plots.kinds.curves import Points
from galaxy_keras.plots.kinds.feature_importances import compute_importances, draw_importances
from galaxy_keras.plots.kinds.learning_curve import compute_learning_curve, draw_learning_curve
from galaxy_keras.plots.kinds.precision_recall_curve import (
    compute_precision_recall_curves,
    draw_precision_recall_curves,
)
from galaxy_keras.plots.kinds.rfecv_scores import (
    compute_elimination_scores,
    draw_elimination_scores,
)
from galaxy_keras.plots.kinds.roc_curve import compute_roc_curves, draw_roc_curves
from galaxy_keras.plots.kinds.training_history import (
    compute_training_history,
    draw_training_history,
)
from galaxy_keras.schema.requests.plots import FigureSettings

SETTINGS = FigureSettings()
LABELS = np.array([1, 1, 0, 1, 0])
SCORES = np.array([[0.9], [0.8], [0.7], [0.6], [0.2]])
TWO = pair_scores(LABELS, SCORES)
HISTORY = {"loss": np.array([0.5, np.nan, 0.3]), "val_loss": np.array([0.7, 0.4, 0.6])}


@pytest.fixture(autouse=True)
def style() -> Any:
    with plot_style(10):
        yield


def read_chart(drawing: Drawing) -> dict[str, Any]:
    assert drawing.chart is not None
    return json.loads(encode_chart(drawing.chart()))


def unpack(packed: Any) -> Any:
    """Return an array as it was before plotly packed it."""
    if not isinstance(packed, dict):
        return np.array(packed)
    values = np.frombuffer(base64.b64decode(packed["bdata"]), packed["dtype"])
    return values.reshape([int(side) for side in packed.get("shape", "-1").split(",")])


def test_roc_curve_shows_rates_counts_and_thresholds() -> None:
    curves = compute_roc_curves(TWO, threshold=0.65)
    curve, chance, point = read_chart(draw_roc_curves(curves, settings=SETTINGS))["data"]
    assert unpack(curve["x"]).tolist() == [0, 0, 0, 0.5, 0.5, 1]
    assert unpack(curve["y"]) == pytest.approx([0, 1 / 3, 2 / 3, 2 / 3, 1, 1])
    # False alarms of 2 rows, found ones of 3, and the lowest score that was taken.
    assert unpack(curve["customdata"]).tolist() == [
        [0, 0, np.inf], [0, 1, 0.9], [0, 2, 0.8], [1, 2, 0.7], [1, 3, 0.6], [2, 3, 0.2],
    ]  # fmt: skip
    assert curve["name"] == "Class 1 (AUC 0.833)"
    assert curve["hovertemplate"] == (
        "<b>%{fullData.name}</b><br>"
        "False positive rate %{x:.4f} (%{customdata[0]:,.0f} of 2 rows)<br>"
        "True positive rate %{y:.4f} (%{customdata[1]:,.0f} of 3 rows)<br>"
        "Threshold %{customdata[2]:.4g}<extra></extra>"
    )
    assert (chance["x"], chance["y"]) == ([0, 1], [0, 1])
    assert point["name"] == "Threshold 0.65: FPR 0.500, TPR 0.667"


def test_precision_recall_curve_shows_recall_as_a_count() -> None:
    curves = compute_precision_recall_curves(TWO)
    curve, *_ = read_chart(draw_precision_recall_curves(curves, settings=SETTINGS))["data"]
    (drawn,) = curves.curves
    assert unpack(curve["x"]).tolist() == drawn.points.x.tolist()
    assert unpack(curve["y"]).tolist() == drawn.points.y.tolist()
    assert unpack(curve["customdata"])[-1].tolist() == [0, np.inf]
    assert "Precision %{y:.4f}<br>Threshold" in curve["hovertemplate"]
    assert curve["line"]["shape"] == "hv"


def test_average_of_curves_has_no_thresholds() -> None:
    scores = pair_scores(np.array([0, 1, 2]), np.eye(3))
    *_, macro, _chance = read_chart(draw_roc_curves(compute_roc_curves(scores), settings=SETTINGS))[
        "data"
    ]
    assert macro["name"] == "Macro average (AUC 1.000)"
    assert "customdata" not in macro
    assert "Threshold" not in macro["hovertemplate"]


def test_many_classes_share_one_entry_of_the_legend() -> None:
    scores = pair_scores(np.arange(12), np.eye(12))
    chart = read_chart(draw_roc_curves(compute_roc_curves(scores), settings=SETTINGS))
    shown = [trace["name"] for trace in chart["data"] if trace.get("showlegend", True)]
    assert shown == [
        "Micro average (AUC 1.000)",
        "Macro average (AUC 1.000)",
        "12 classes (AUC 1.000 to 1.000)",
        "Chance (AUC 0.500)",
    ]


def test_thinned_curve_keeps_its_ends_and_its_steep_part() -> None:
    x = np.linspace(0, 1, 100_001)
    steep = np.where(x < 0.0001, 1e4 * x, 1)
    thinned = downsample_points(Points(x, steep, x), 101)
    assert len(thinned.x) <= 101
    assert (thinned.x[0], thinned.x[-1]) == (0, 1)
    # Half of the way goes up, in a ten thousandth of the width.
    assert (thinned.x <= 0.0001).sum() >= 10
    assert thinned.thresholds is not None
    assert thinned.thresholds.tolist() == thinned.x.tolist()


def test_history_has_a_panel_for_each_metric_and_a_gap_for_what_is_missing() -> None:
    history = compute_training_history(HISTORY | {"acc": np.array([0.1, 0.2, 0.3])})
    chart = read_chart(draw_training_history(history, settings=SETTINGS))
    training, validation, accuracy = chart["data"]
    np.testing.assert_array_equal(unpack(training["y"]), [0.5, np.nan, 0.3])
    assert unpack(validation["y"]).tolist() == [0.7, 0.4, 0.6]
    assert (training["yaxis"], accuracy["yaxis"]) == ("y", "y2")
    titles = [each["text"] for each in chart["layout"]["annotations"]]
    assert titles == ["<b>loss</b>", "<b>acc</b>"]
    (best,) = chart["layout"]["shapes"]
    assert (best["x0"], best["x1"]) == (2, 2)


def test_learning_curve_has_means_and_bands() -> None:
    table = {
        "train_sizes_abs": np.array([10.0, 20.0]),
        "mean_train_scores": np.array([0.9, 0.8]),
        "mean_test_scores": np.array([0.5, 0.6]),
        "std_test_scores": np.array([0.1, 0.2]),
    }
    curve = compute_learning_curve(table)
    training, validation, band = read_chart(draw_learning_curve(curve, settings=SETTINGS))["data"]
    assert unpack(training["y"]).tolist() == [0.9, 0.8]
    assert unpack(validation["customdata"]).tolist() == [0.1, 0.2]
    assert unpack(band["y"]) == pytest.approx([0.6, 0.8, 0.4, 0.4])
    without = draw_learning_curve(curve, bands=False, settings=SETTINGS)
    assert len(read_chart(without)["data"]) == 2


def test_elimination_scores_have_error_bars_and_the_best() -> None:
    names = ("mean_test_score", "std_test_score")
    table = compute_elimination_scores(names, [np.array([0.7, 0.9]), np.array([0.1, 0.2])])
    scores, best = read_chart(draw_elimination_scores(table, settings=SETTINGS))["data"]
    assert unpack(scores["y"]).tolist() == [0.7, 0.9]
    assert unpack(scores["error_y"]["array"]).tolist() == [0.1, 0.2]
    assert (best["x"], best["name"]) == ([2.0], "Best score 0.9 with 2 features")


@pytest.mark.parametrize("deviations", [None, np.array([0.01, 0.02])])
def test_importances_have_full_names(deviations: np.ndarray | None) -> None:
    long = "a feature <b>whose name</b> is longer than the axis has room for"
    chosen = compute_importances([long, "b"], np.array([0.1, 0.5]), deviations)
    chart = read_chart(draw_importances(chosen, settings=SETTINGS))
    (bars,) = chart["data"]
    assert unpack(bars["x"]).tolist() == [0.5, 0.1]
    assert bars["customdata"][1][0] == escape_text(long)
    assert len(chart["layout"]["yaxis"]["ticktext"][1]) < len(long)


def test_confusion_matrix_shows_shares_with_counts() -> None:
    true, predicted = np.array(["a", "a", "a", "b"]), np.array(["a", "a", "b", "b"])
    matrix = compute_confusion_matrix(true, predicted, names="first,<b>")
    drawing = draw_confusion_matrix(matrix, normalize="all", settings=SETTINGS)
    (cells,) = read_chart(drawing)["data"]
    assert unpack(cells["z"]).tolist() == [[0.5, 0.25], [0, 0.25]]
    assert unpack(cells["customdata"])[0].tolist() == [[2, pytest.approx(2 / 3)], [1, 1 / 3]]
    assert cells["y"] == ["first", "&lt;b&gt;"]
    assert cells["texttemplate"] == "%{z:.1%}"


def test_confusion_matrix_of_very_many_classes_is_a_drawing_only() -> None:
    labels = np.arange(201)
    matrix = compute_confusion_matrix(labels, labels)
    assert draw_confusion_matrix(matrix, settings=SETTINGS).chart is None


def test_calibration_shows_shares_and_rows() -> None:
    calibrations = compute_calibrations(TWO)
    curve, rows, _perfect = read_chart(draw_calibrations(calibrations, settings=SETTINGS))["data"]
    assert unpack(curve["y"]).tolist() == calibrations[0].observed.tolist()
    assert unpack(rows["y"])[:-1].tolist() == calibrations[0].counts.tolist()


def test_size_and_type_are_those_asked_for() -> None:
    settings = FigureSettings(width=5, height=4, font_size=12)
    chart = create_chart(settings, [], (8, 7))
    assert (chart.width, chart.layout["height"]) == (480, 384)
    assert chart.layout["font"]["size"] == 16


@pytest.mark.parametrize(
    ("look", "dash"),
    [({"linestyle": "--"}, "dash"), ({"linestyle": (0, (5, 1.5)), "linewidth": 2}, "10px,3px")],
)
def test_lines_are_those_of_the_drawing(look: dict[str, Any], dash: str) -> None:
    line = make_line({"color": "#000000"} | look)
    assert (line["dash"], line["color"]) == (dash, "#000000")


def test_text_is_neither_markup_nor_tex() -> None:
    assert escape_text("$x$ & <b>\n") == "&#36;x&#36; &amp; &lt;b&gt; "


def test_page_holds_the_library_once_and_loads_nothing() -> None:
    title = "</title><script>alert(1)</script>"
    settings = FigureSettings(title=title)
    drawing = draw_roc_curves(compute_roc_curves(TWO), settings=settings)
    page = encode_drawing(drawing, "html").decode()
    assert not re.search(r"\b(?:src|href)=\"(?!#)", page)
    assert page.count("data-library=") == 1
    assert len(page) < 2_500_000
    assert len(re.findall(r"<script\b", page)) == 1
    library = re.search(r'data-library="([^"]+)"', page)
    assert library is not None
    script = gzip.decompress(base64.b64decode(library[1]))
    digest = base64.b64encode(hashlib.sha256(script).digest()).decode()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; ")
    assert f"'sha256-{digest}'" in policy[1]
    assert "unsafe-eval" not in policy[1]
    figure_text = re.search(r'data-figure="([^"]+)"', page)
    assert figure_text is not None
    assert len(json.loads(html.unescape(figure_text[1]))["data"]) == 3


def test_page_says_what_is_missing_where_a_server_takes_it_away() -> None:
    page = encode_drawing(draw_roc_curves(compute_roc_curves(TWO), settings=SETTINGS), "html")
    assert (
        '<p style="display: none">The figure was removed from this page by the server that shows '
        "it. Download the page and open\nit, write the figure as PNG, or ask who runs the server "
        "to allow the HTML pages of this tool.</p>"
    ) in page.decode()


def test_same_chart_same_page() -> None:
    pages = [
        encode_drawing(draw_roc_curves(compute_roc_curves(TWO), settings=SETTINGS), "html")
        for _ in range(2)
    ]
    assert pages[0] == pages[1]


@pytest.mark.parametrize(("figure_format", "imported"), [("png", False), ("html", True)])
def test_only_a_page_waits_for_plotly(tmp_path: Path, figure_format: str, imported: bool) -> None:
    (tmp_path / "scores.tsv").write_text("0.5\n0.7\n")
    code = (
        "import sys; from galaxy_keras.tools.ml_visualization_ex import main; "
        "main(sys.argv[1:], standalone_mode=False); print('plotly' in sys.modules)"
    )
    words = ["rfecv-scores", "--scores", "scores.tsv", "--output", f"a.{figure_format}"]
    command = [sys.executable, "-c", code, *words]
    done = run_process(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(imported)
