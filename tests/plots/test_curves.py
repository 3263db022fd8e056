from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from galaxy_keras.plots.drawing.figures import Drawing
from galaxy_keras.plots.inputs.scores import ClassScores, pair_scores
from galaxy_keras.plots.kinds.calibration_curve import compute_calibrations, draw_calibrations
from galaxy_keras.plots.kinds.precision_recall_curve import (
    compute_precision_recall_curves,
    draw_precision_recall_curves,
)
from galaxy_keras.plots.kinds.roc_curve import compute_roc_curves, draw_roc_curves
from galaxy_keras.plots.kinds.score_distribution import (
    compute_score_distributions,
    draw_score_distributions,
)
from galaxy_keras.schema.requests.plots import FigureSettings

CheckPicture = Callable[[Drawing, str], None]

HOSTILE = ("$x^2$ & <b>", "_hidden", "a name that goes on and on and never comes to an end")


def give_scores(names: tuple[str, ...], rows: int, skill: float) -> ClassScores:
    """Return probabilities that are right the more often, the larger `skill` is."""
    random = np.random.default_rng(11)
    true = random.integers(0, len(names), rows)
    logits = random.normal(size=(rows, len(names))) + skill * np.eye(len(names))[true]
    odds: npt.NDArray[np.float64] = np.exp(logits)
    return pair_scores(np.array(names)[true], odds / odds.sum(axis=1, keepdims=True), names)


CASES = {
    "two_classes": give_scores(("negative", "positive"), 800, 1.5),
    "hostile": give_scores(HOSTILE, 500, 1.2),
}
MANY = give_scores(tuple(f"{number:02d}" for number in range(30)), 1500, 2.0)


@pytest.mark.parametrize("name", CASES)
def test_roc(check_picture: CheckPicture, name: str) -> None:
    curves = compute_roc_curves(CASES[name])
    check_picture(draw_roc_curves(curves, settings=FigureSettings()), f"roc_{name}")


def test_roc_of_many_classes(check_picture: CheckPicture) -> None:
    curves = compute_roc_curves(MANY, minimum_positives=40)
    check_picture(draw_roc_curves(curves, settings=FigureSettings(dpi=80)), "roc_many_classes")


@pytest.mark.parametrize("name", CASES)
def test_precision_recall(check_picture: CheckPicture, name: str) -> None:
    curves = compute_precision_recall_curves(CASES[name], threshold=0.7)
    drawing = draw_precision_recall_curves(curves, settings=FigureSettings())
    check_picture(drawing, f"precision_recall_{name}")


@pytest.mark.parametrize("name", CASES)
def test_calibration(check_picture: CheckPicture, name: str) -> None:
    drawing = draw_calibrations(compute_calibrations(CASES[name]), settings=FigureSettings())
    check_picture(drawing, f"calibration_{name}")


@pytest.mark.parametrize(("name", "threshold"), [("two_classes", 0.5), ("hostile", None)])
def test_score_distribution(
    check_picture: CheckPicture, name: str, threshold: float | None
) -> None:
    distributions = compute_score_distributions(CASES[name], bins=25)
    drawing = draw_score_distributions(
        distributions, threshold=threshold, settings=FigureSettings()
    )
    check_picture(drawing, f"score_distribution_{name}")
