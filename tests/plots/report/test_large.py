"""A report on very many rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from galaxy_keras.artefacts.models.fitted import write_fitted
from galaxy_keras.plots.report.writing import write_report
from galaxy_keras.schema.requests.report import ReportRequest
from galaxy_keras.schema.requests.runs import TableSource
from galaxy_keras.schema.training.targets import TargetDescription

from .conftest import make_model

ROWS = 1_000_000


@pytest.mark.slow
def test_a_million_rows_are_summarized(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    true = random.integers(0, 2, ROWS)
    scores = np.clip(random.normal(0.35 + 0.3 * true, 0.2), 0, 1)
    model, page = tmp_path / "fitted.h5mlm", tmp_path / "report.html"
    write_fitted(model, make_model(TargetDescription(kind="binary", classes=(0, 1))), [])
    np.savetxt(tmp_path / "y.tsv", true, fmt="%d")
    np.savetxt(tmp_path / "p.tsv", scores, fmt="%.6g")
    request = ReportRequest(
        model=model,
        output=page,
        true=TableSource(path=tmp_path / "y.tsv"),
        scores=TableSource(path=tmp_path / "p.tsv"),
    )
    write_report(request)
    text = page.read_text()
    assert len(text) < 1_000_000
    # Of a normal distribution, 77.3 % lie above what is 0.75 deviations below its mean.
    assert "<dd>0.774 (0.77" in text
    assert "100 bootstrap resamples of the n = 1,000,000 rows" in text
    assert "Areas under curves are resampled in 4,096 steps of the ranking." in text
