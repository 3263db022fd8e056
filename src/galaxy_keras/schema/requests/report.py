"""Requests for reports."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import model_validator

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.requests.runs import TableSource
from galaxy_keras.schema.values.component import FrozenModel


class ReportRequest(FrozenModel):
    """A request for a report on a fitted model.

    Attributes
    ----------
    model
        The fitted model.
    true
        The true labels or values of rows that it was not trained on; None for a report
        without scores of its own.
    predicted
        The predicted labels or values of these rows; None for those with the highest probability.
    scores
        The probability of each class for these rows; labels are inferred from it if `predicted`
        is None.
    features
        The features of these rows, shown beside the worst mistakes; None for none.
    pos_label
        The positive one of two classes; None for that of the training.
    class_names
        Names to show for the classes, separated by commas; None for their labels.
    title
        Title of the report; None for one that names the file.
    output
        The HTML file to write.

    Raises
    ------
    ConfigurationError
        If tables are missing that others depend on.
    """

    model: Path
    true: TableSource | None = None
    predicted: TableSource | None = None
    scores: TableSource | None = None
    features: TableSource | None = None
    pos_label: str | None = None
    class_names: str | None = None
    title: str | None = None
    output: Path

    @model_validator(mode="after")
    def _check_tables(self) -> Self:
        predictions = self.predicted or self.scores
        if self.true is None and (predictions or self.features):
            raise ConfigurationError(
                "--predicted, --scores and --features need the true labels or values of the "
                "same rows. Give them as --true, or leave all of them out"
            )
        if self.true is not None and predictions is None:
            raise ConfigurationError(
                "--true needs predictions of the same rows. Give probabilities as --scores, or "
                "labels or values as --predicted"
            )
        return self
