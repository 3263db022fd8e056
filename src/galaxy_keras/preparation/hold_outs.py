"""Holds rows out, remembers which were trained on, and tells what makes scores too good."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.artefacts.tables import Features
from galaxy_keras.data.equal_rows import (
    Hashes,
    may_be_equal_by_chance,
    sample_hashes,
    warn_about_equal_rows,
    warn_about_former_rows,
)
from galaxy_keras.data.labels import make_label_array
from galaxy_keras.data.leakage import warn_about_leakage
from galaxy_keras.data.splitting import Split, split_rows
from galaxy_keras.data.targets import Target
from galaxy_keras.data.window_splitting import WindowGroups
from galaxy_keras.schema.requests.runs import TrainingRequest
from galaxy_keras.schema.requests.splits import DEFAULT_SPLIT_SEED, HoldOut
from galaxy_keras.schema.training.monitors import chooses_weights
from galaxy_keras.schema.training.settings import TrainingSettings

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class HeldOutRows:
    """The rows of each subset, and how they were chosen.

    Attributes
    ----------
    split
        The rows of each subset.
    hold_outs
        How they were held out: one or two.
    hashes
        Those of `data.equal_rows.hash_rows` of all rows.
    """

    split: Split
    hold_outs: tuple[HoldOut, ...]
    hashes: Hashes

    def find_common(self, initial_model: FittedModel | None) -> tuple[HoldOut, ...]:
        """Return the hold-outs of this and all former trainings; none where they differ."""
        if initial_model is None or initial_model.hold_outs == self.hold_outs:
            return self.hold_outs
        return ()

    def sample_trained_rows(self, initial_model: FittedModel | None) -> Hashes:
        """Return the hashes by which the model knows the rows of all its trainings again."""
        former = None if initial_model is None else initial_model.trained_rows
        return sample_hashes(self.hashes[self.split.train], former)


def choose_seeds(
    run: TrainingRequest, default: int | None, initial_model: FittedModel | None
) -> TrainingRequest:
    """Return the request with the seeds that count where none is given.

    A model that is trained on goes on with the rows that were held out of its training; without
    any seed, rows are the same in every run, so that settings are compared on the same rows.

    Parameters
    ----------
    run
        The request.
    default
        The builder's seed.
    initial_model
        The fitted model that training continues, or None.
    """
    return run.with_seeds(default, _choose_split_seed(initial_model))


def say_seed(given: TrainingRequest, chosen: TrainingRequest) -> None:
    """Say which rows are held out where the request as it was given does not."""
    if chosen.seed is None and given.test.random_state is None and given.test.shuffles:
        logger.info(
            "Rows are held out with the random seed %d; --split-seed holds out others.",
            chosen.test.random_state,
        )


def _choose_split_seed(initial_model: FittedModel | None) -> int:
    seeds = [] if initial_model is None else [each.random_state for each in initial_model.hold_outs]
    return DEFAULT_SPLIT_SEED if not seeds or seeds[0] is None else seeds[0]


def hold_out_rows(
    run: TrainingRequest,
    hashes: Hashes,
    target: Target,
    groups: NDArray[Any] | None,
    windows: WindowGroups | None = None,
) -> HeldOutRows:
    """Split the rows as the request says.

    Parameters
    ----------
    run
        The hold-outs.
    hashes
        Of all rows, equal for rows of equal features (`data.equal_rows`).
    target
        Of all rows; of several, the one whose classes are kept in proportion.
    groups
        Of all rows.
    windows
        What the rows have in common if they are windows of a genome, or None.

    Raises
    ------
    DataError
        If a subset would be empty, or the classes or groups do not allow the split.
    """
    split = split_rows(
        len(target.codes),
        run.test,
        run.validation,
        strata=None if target.description.kind == "regression" else _label_rows(target),
        groups=groups,
        equal_rows=hashes,
        windows=windows,
    )
    return HeldOutRows(split, run.hold_outs, hashes)


def _label_rows(target: Target) -> NDArray[Any]:
    """Return one label for each row, shape (rows,); those of several columns are joined."""
    codes = target.codes
    if codes.ndim == 1:
        # `train_test_split` sorts strata; labels must sort as the codes do.
        labels: NDArray[Any] = make_label_array(target.description.labels)[codes]
        return labels
    return np.array(["".join(map(str, row)) for row in codes])


def warn_about_scores(
    rows: HeldOutRows,
    features: Features | None,
    targets: Iterable[Target],
    settings: TrainingSettings,
    initial_model: FittedModel | None,
    categories: Iterable[Sequence[Any]] | None,
) -> None:
    """Warn of all that makes the scores better than those of new samples.

    Parameters
    ----------
    rows
        The rows of each subset.
    features
        The samples; None where a single number cannot tell the target but by chance, as a pixel.
    targets
        Of all samples.
    settings, initial_model
        The training.
    categories
        The columns, where all of them may hold categories; None where they do not.
    """
    if features is not None:
        for target in targets:
            warn_about_leakage(features.values, features.names, target)
    if rows.split.scores_training:
        return
    if categories is None or not may_be_equal_by_chance(categories, len(rows.hashes)):
        warn_about_equal_rows(rows.hashes, rows.split)
    if initial_model is not None and initial_model.trained_rows is not None:
        warn_about_former_rows(
            initial_model.trained_rows, rows.hashes, rows.split, initial_model.hold_outs
        )
    if len(rows.hold_outs) == 1 and chooses_weights(settings):
        logger.warning(
            "The weights are chosen on the held-out rows that are also scored, so the scores are "
            "better than those of new samples. --scheme train-val-test scores other rows."
        )
