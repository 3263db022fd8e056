"""For each plot: every kind of label and every odd table is right, or the message says what is not.

Descriptions hold numbers that are drawn, worked out by hand here.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from galaxy_keras.catalogue.plot import OUTPUT_NAME
from galaxy_keras.catalogue.plots import PLOTS
from galaxy_keras.errors import DataError
from galaxy_keras.plots.drawing.output import encode_drawing
from galaxy_keras.plots.registry import find_drawing_function
from galaxy_keras.schema.requests.plots import FigureSettings
from galaxy_keras.schema.requests.runs import TableSource

Draw = Callable[..., str]

# True labels, predicted ones; accuracy, mean precision and mean recall of the classes.
LABELS = {
    "two classes": ([0, 1, 1, 0], [0, 1, 0, 0], 0.75, (2 / 3 + 1) / 2, 0.75),
    "several classes": ([0, 1, 2, 0], [0, 1, 2, 2], 0.75, (1 + 1 + 0.5) / 3, (0.5 + 1 + 1) / 3),
    "text": (["no", "yes", "yes", "no"], ["no", "yes", "no", "no"], 0.75, (2 / 3 + 1) / 2, 0.75),
    "not from 0 on": ([5, 7, 7, 5], [5, 7, 5, 5], 0.75, (2 / 3 + 1) / 2, 0.75),
    "never predicted": ([0, 1, 2, 0], [0, 1, 1, 0], 0.75, (1 + 0.5 + 0) / 3, (1 + 1 + 0) / 3),
    "never true": ([0, 1, 1, 0], [0, 1, 2, 0], 0.75, (1 + 1 + 0) / 3, (1 + 0.5 + 0) / 3),
    "one row": ([1], [1], 1.0, 1.0, 1.0),
    "one wrong row": ([1], [2], 0.0, 0.0, 0.0),
}

PAIR = [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.5, 0.5]]
TRIPLE = [[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.2, 0.5, 0.3], [0.3, 0.4, 0.3]]
NO_CURVE = (
    "y.tsv: there is no curve to draw. A class needs at least 1 row, and others that do not belong "
    "to it, but {rows} of Class 1. Give rows of several classes"
)
NO_COLUMN = (
    "s.tsv: no column of scores is headed by the label 2. The columns are: 0, 1. Choose others "
    "with --scores-columns, or the true labels with --true-columns"
)
# True labels, scores and their header; then what each plot says: an area, an average precision,
# a Brier score, rows in and out of the class; or what is wrong.
SCORES = {
    "two classes": (
        [0, 1, 1, 0], PAIR, [0, 1],
        # Of the pairs of a 1 and a 0, 0.4 against 0.5 is in the wrong order.
        "Class 1 (AUC 0.750)", "Class 1 (AP 0.833)", "(Brier score 0.165)", "1 (2 and 2 rows)",
    ),
    "text": (
        ["no", "yes", "yes", "no"], PAIR, ["no", "yes"],
        "yes (AUC 0.750)", "yes (AP 0.833)", "yes (Brier score 0.165)", "yes (2 and 2 rows)",
    ),
    "not from 0 on": (
        [5, 7, 7, 5], PAIR, ["5.0", "7"],
        "Class 7 (AUC 0.750)", "Class 7 (AP 0.833)", "Class 7 (Brier", "Class 7 (2 and 2 rows)",
    ),
    "several classes": (
        [0, 1, 2, 0], TRIPLE, [0, 1, 2],
        # 0.3 of the 2 against 0.1, 0.1 and an equal 0.3: 2.5 of 3 pairs.
        "Class 2 (AUC 0.833)", "Class 2 (AP 0.500)", "Class 2 (Brier score 0.150)",
        "Class 2 (1 and 3 rows)",
    ),
    "never true": (
        [0, 1, 1, 0], TRIPLE, [0, 1, 2],
        "Class 1 (AUC 1.000), Micro", "Class 1 (AP 1.000), Micro", "Class 2 (Brier score 0.050)",
        "Class 2 (0 and 4 rows)",
    ),
    "without a column": ([0, 1, 2, 0], PAIR, [0, 1], *[NO_COLUMN] * 4),
    "one class": (
        [1, 1], PAIR[:2], [0, 1],
        *[NO_CURVE.format(rows="2 rows hold 2")] * 2, "(Brier score 0.425)", "(2 and 0 rows)",
    ),
    "one row": (
        [1], PAIR[1:2], [0, 1],
        *[NO_CURVE.format(rows="1 row hold 1")] * 2, "(Brier score 0.040)", "(1 and 0 rows)",
    ),
}  # fmt: skip
SCORE_PLOTS = ("roc-curve", "precision-recall-curve", "calibration-curve", "score-distribution")
VALUES = {
    "one row": ([[1]], [[2]], "1 row"),
    "one value only": ([[1], [1]], [[2], [3]], "2 rows"),
    "two outputs": ([[1, 10], [2, 20]], [[1, 10], [2, 30]], "2 rows"),
}


@pytest.fixture
def draw(tmp_path: Path) -> Draw:
    """Draw a plot and return what it says, or what is wrong."""

    def draw_plot(plot: str, true: TableSource, **inputs: TableSource) -> str:
        # The command takes the columns of the output out of the tables.
        parameters = [each for each in PLOTS.get(plot).parameters if each is not OUTPUT_NAME]
        options = {parameter.name: parameter.default for parameter in parameters}
        function = find_drawing_function(plot)
        try:
            drawing = function(true=true, **inputs, **options, settings=FigureSettings())
        except DataError as error:
            return str(error)
        for figure_format in ("png", "html"):
            encode_drawing(drawing, figure_format)
        return drawing.description

    return draw_plot


def save(path: Path, rows: list[list[object]], header: list[object] | None = None) -> TableSource:
    lines = [*([header] if header else []), *rows]
    path.write_text("".join("\t".join(map(str, line)) + "\n" for line in lines))
    return TableSource(path=path, header=bool(header))


@pytest.mark.parametrize("case", LABELS)
def test_plots_of_labels(tmp_path: Path, draw: Draw, case: str) -> None:
    true, predicted, accuracy, precision, recall = LABELS[case]
    tables = {
        "true": save(tmp_path / "y.tsv", [[label] for label in true]),
        "predicted": save(tmp_path / "p.tsv", [[label] for label in predicted], ["Predicted"]),
    }
    assert f"Accuracy {accuracy:.4f} (" in draw("confusion-matrix", **tables)
    expected = f"Precision {precision:.3f}, Recall {recall:.3f}, "
    assert expected in draw("per-class-scores", **tables)


@pytest.mark.parametrize("case", SCORES)
def test_plots_of_scores(tmp_path: Path, draw: Draw, case: str) -> None:
    true, scores, header, *expected = SCORES[case]
    tables = {
        "true": save(tmp_path / "y.tsv", [[label] for label in true]),
        "scores": save(tmp_path / "s.tsv", scores, header),
    }
    for plot, words in zip(SCORE_PLOTS, expected, strict=True):
        assert words in draw(plot, **tables)


@pytest.mark.parametrize("plot", ["predicted-vs-true", "residuals"])
@pytest.mark.parametrize("case", VALUES)
def test_plots_of_values(tmp_path: Path, draw: Draw, plot: str, case: str) -> None:
    true, predicted, words = VALUES[case]
    tables = save(tmp_path / "y.tsv", true), save(tmp_path / "p.tsv", predicted)
    assert words in draw(plot, true=tables[0], predicted=tables[1])


@pytest.mark.slow
@pytest.mark.parametrize("plot", ["confusion-matrix", "per-class-scores", *SCORE_PLOTS])
def test_plots_of_a_million_rows(tmp_path: Path, draw: Draw, plot: str) -> None:
    random = np.random.default_rng(0)
    true = random.integers(0, 2, 1_000_000)
    scores = np.clip(random.normal(0.35 + 0.3 * true, 0.2), 0, 1)
    np.savetxt(tmp_path / "y.tsv", true, fmt="%d")
    second = "scores" if plot in SCORE_PLOTS else "predicted"
    np.savetxt(tmp_path / "s.tsv", scores if second == "scores" else scores > 0.5, fmt="%.6g")
    tables = {
        "true": TableSource(path=tmp_path / "y.tsv"),
        second: TableSource(path=tmp_path / "s.tsv"),
    }
    words = draw(plot, **tables)
    # The rows' own numbers, which random ones of this many have within a thousandth.
    expected = {
        "confusion-matrix": "Accuracy 0.77",
        "per-class-scores": "Recall 0.77",
        "roc-curve": "AUC 0.85",
        "precision-recall-curve": "AP 0.8",
        "calibration-curve": "Brier score 0.1",
        "score-distribution": " and 499,",
    }
    assert expected[plot] in words
