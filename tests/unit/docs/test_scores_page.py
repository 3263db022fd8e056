"""The page on scores names the scores that the catalogue says it of."""

from __future__ import annotations

import re
from pathlib import Path

from galaxy_keras.catalogue.metrics import METRICS
from galaxy_keras.catalogue.scorers import SCORERS

PAGE = (Path(__file__).parents[3] / "docs" / "scores.md").read_text(encoding="utf-8")


def list_names(paragraph: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", paragraph))


def find_paragraph(word: str) -> str:
    return next(each for each in PAGE.split("\n\n") if word in each)


def test_scores_of_one_class() -> None:
    scorers = {scorer.name for scorer in SCORERS if scorer.of_one_class}
    metrics = {metric.name for metric in METRICS if metric.of_one_class}
    assert list_names(find_paragraph("of one class, the positive one")) == scorers | metrics


def test_scores_of_probabilities() -> None:
    scorers = {scorer.name for scorer in SCORERS if scorer.probabilities}
    assert list_names(find_paragraph("need probabilities that sum to 1")) == scorers
