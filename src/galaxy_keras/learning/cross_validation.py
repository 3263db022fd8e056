"""Scores a network on all rows: each is held out once, and predicted by a network without it."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import keras
import numpy as np

from galaxy_keras.data.tabulation import OutputTable
from galaxy_keras.learning.training import train
from galaxy_keras.preparation.training import prepare_training
from galaxy_keras.schema.requests.runs import TrainingRequest

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class FoldScores:
    """The scores of one training.

    Attributes
    ----------
    repeat, fold
        Which one it is, both from 1.
    rows
        The number of rows that were held out and scored.
    metrics
        The scores by the name of the metric or scorer.
    """

    repeat: int
    fold: int
    rows: int
    metrics: Mapping[str, float]


def cross_validate(run: TrainingRequest) -> list[FoldScores]:
    """Train a network for each fold from the start, and score it on the rows of this fold.

    Encodings, scalings and weights of classes are fitted on the rows of the other folds each time.
    Of what trainings log, the warnings of the first fold show.

    Parameters
    ----------
    run
        With `cross_validation` and seeds.

    Raises
    ------
    DataError, ConfigurationError, TrainingError
        As a single training.
    """
    scores: list[FoldScores] = []
    assert run.cross_validation is not None  # noqa: S101 - the caller's business
    folds = run.cross_validation.folds
    for number, fold_run in enumerate(run.iterate_folds()):
        with quiet(logging.ERROR if number else logging.WARNING):
            preparation = prepare_training(fold_run)
            result = train(preparation, fold_run)
        repeat, fold = divmod(number, folds)
        rows = len(preparation.split.test)
        scores.append(FoldScores(repeat + 1, fold + 1, rows, result.fitted.metrics))
        values = " ".join(f"{name}={value:.4g}" for name, value in result.fitted.metrics.items())
        logger.info("Fold %d/%d of repeat %d: %s", fold + 1, folds, repeat + 1, values)
        # Keras keeps what every network consists of until it is told to forget it.
        keras.utils.clear_session()
    return scores


def tabulate_folds(scores: Sequence[FoldScores]) -> OutputTable:
    """Return a row for each fold, with its metrics sorted by name."""
    names = sorted(scores[0].metrics)
    columns = [
        np.array([each.repeat for each in scores]),
        np.array([each.fold for each in scores]),
        np.array([each.rows for each in scores]),
        *(np.array([each.metrics[name] for each in scores]) for name in names),
    ]
    return OutputTable(["repeat", "fold", "rows", *names], columns)


def summarize_folds(scores: Sequence[FoldScores]) -> dict[str, tuple[float, float]]:
    """Return mean and standard deviation (n - 1) over the folds of each metric, by name."""
    values = {name: [each.metrics[name] for each in scores] for name in sorted(scores[0].metrics)}
    return {
        name: (float(np.mean(each)), float(np.std(each, ddof=1))) for name, each in values.items()
    }


@contextlib.contextmanager
def quiet(level: int) -> Iterator[None]:
    """Let the package log nothing below `level` for a while."""
    package = logging.getLogger("galaxy_keras")
    former = package.level
    package.setLevel(max(level, former))
    try:
        yield
    finally:
        package.setLevel(former)
