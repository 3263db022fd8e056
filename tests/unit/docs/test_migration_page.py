"""The page on migration says what the catalogue does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from galaxy_keras.catalogue.layers import replace_dropped
from galaxy_keras.catalogue.losses import LOSSES
from galaxy_keras.catalogue.metrics import METRICS
from galaxy_keras.catalogue.scorers import SCORERS

PAGE = Path(__file__).parents[3] / "docs" / "migration.md"
ROWS = re.findall(
    r"^\| (loss|metric|scorer|layer) \| `(\w+)` \| `(\w+)` \|", PAGE.read_text(), re.MULTILINE
)
REGISTRIES = {"loss": LOSSES, "metric": METRICS, "scorer": SCORERS}


@pytest.mark.parametrize(("kind", "old", "new"), ROWS)
def test_old_name_stands_for_the_new_one(kind: str, old: str, new: str) -> None:
    if kind == "layer":
        assert replace_dropped(old, {})[0].name == new
    else:
        assert REGISTRIES[kind].get(old).name == new


def test_page_has_all_names() -> None:
    assert len(ROWS) == 14


def test_page_counts_the_fixtures() -> None:
    fixtures = PAGE.parents[1] / "tests" / "fixtures"
    new = len(list(fixtures.glob("keras2/*/architecture.json")))
    old = len(list(fixtures.glob("keras2_2/*/architecture.json")))
    trained = len(list(fixtures.glob("galaxy_ml/*.npz")))
    text = " ".join(PAGE.read_text().split())
    expected = (
        f"{new} networks written by Keras 2.10, {old} by Keras 2.2.4 and {trained} by Galaxy-ML"
    )
    assert expected in text
