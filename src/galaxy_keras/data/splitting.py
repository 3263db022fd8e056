"""Which rows train, validate and test."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import (
    GroupKFold,
    GroupShuffleSplit,
    KFold,
    StratifiedKFold,
    train_test_split,
)

from galaxy_keras.data.labels import (
    EncodedLabels,
    encode_labels,
    spell_alike,
    warn_of_spellings,
)
from galaxy_keras.data.targets import Target
from galaxy_keras.data.window_splitting import WindowGroups, hold_out_windows
from galaxy_keras.errors import DataError, list_names, suggest
from galaxy_keras.schema.requests.splits import Fold, HoldOut

Rows = NDArray[np.intp]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Split:
    """Row numbers, from 0, of each subset.

    Attributes
    ----------
    train
        The rows to train on.
    validation
        The rows monitored during training (early stopping, learning rate).
    test
        The rows to evaluate on: the validation rows when there is one hold-out, the training rows
        when none are held out.
    """

    train: Rows
    validation: Rows
    test: Rows

    @property
    def scores_training(self) -> bool:
        """Whether the network is scored on the rows that it is trained on."""
        return self.test is self.train


@dataclass(frozen=True)
class _Kinds:
    """What rows have in common, each of shape (rows,), where a method needs it."""

    strata: EncodedLabels | None
    groups: EncodedLabels | None
    equal_rows: NDArray[Any] | None
    windows: WindowGroups | None


def split_rows(
    rows: int,
    test: HoldOut,
    validation: HoldOut | None,
    *,
    strata: NDArray[Any] | None = None,
    groups: NDArray[Any] | None = None,
    equal_rows: NDArray[Any] | None = None,
    windows: WindowGroups | None = None,
) -> Split:
    """Split `rows` rows into training and one or two hold-outs.

    Parameters
    ----------
    rows
        The number of rows.
    test
        The first hold-out.
    validation
        The second one, taken from what the first leaves; None when the first one serves as both.
    strata
        Class of each row, shape (rows,), for `stratified`.
    groups
        Group of each row, shape (rows,), for `group`.
    equal_rows
        Likewise for `unique`: the same for rows that are equal.
    windows
        What the rows have in common if they are windows of a genome, or None.

    Raises
    ------
    DataError
        If a subset would be empty, or the classes or groups do not allow the split.
    """
    # scikit-learn splits by sorted classes and groups, which numbers written as text would not be.
    kinds = _Kinds(
        strata=None if strata is None else encode_labels(strata),
        groups=None if groups is None else encode_labels(groups),
        equal_rows=equal_rows,
        windows=windows,
    )
    if kinds.groups is not None:
        warn_of_spellings(kinds.groups, "groups")
    everything = np.arange(rows)
    rest, tested = _hold_out(everything, test, "--test-size", kinds)
    train, validated = rest, tested
    if validation is not None:
        train, validated = _hold_out(rest, validation, "--val-size", kinds)
    return Split(train=train, validation=validated, test=train if test.is_empty else tested)


def _hold_out(rows: Rows, hold_out: HoldOut, option: str, kinds: _Kinds) -> tuple[Rows, Rows]:
    """Return the rows that stay and those that are held out."""
    if isinstance(hold_out, Fold):
        return _hold_out_fold(rows, hold_out, kinds)
    if hold_out.is_empty:
        return rows, rows[:0]
    if kinds.windows is not None:
        strata = None if kinds.strata is None else kinds.strata.codes
        return hold_out_windows(rows, hold_out, option, kinds.windows, strata)
    if hold_out.method == "group":
        return _hold_out_groups(rows, hold_out, option, kinds.groups)
    if hold_out.method == "unique":
        return _hold_out_unique(rows, hold_out, option, kinds.equal_rows)
    hold_out.check_rows(len(rows), "row", option)
    stratify = None
    if hold_out.method == "stratified":
        stratify = _check_strata(rows, hold_out, option, kinds.strata)
    rest, held = train_test_split(
        rows,
        test_size=hold_out.test_size,
        random_state=hold_out.random_state if hold_out.shuffles else None,
        shuffle=hold_out.shuffles,
        stratify=stratify,
    )
    return rest, held


def _hold_out_fold(rows: Rows, fold: Fold, kinds: _Kinds) -> tuple[Rows, Rows]:
    settings = {"n_splits": fold.count, "shuffle": True, "random_state": fold.random_state}
    common: NDArray[Any] | None = None
    if fold.method == "stratified":
        common = _require_strata(kinds.strata).codes[rows]
        fold.check_members(
            int(np.unique(common, return_counts=True)[1].min()), "rows of each class"
        )
        folds = StratifiedKFold(**settings).split(rows, common)
    elif fold.method in ("group", "unique"):
        common = _find_common_rows(rows, fold, kinds)
        what = "groups" if fold.method == "group" else "different rows"
        fold.check_members(len(np.unique(common)), what)
        folds = GroupKFold(**settings).split(rows, groups=common)
    else:
        fold.check_members(len(rows), "rows")
        folds = KFold(**settings).split(rows)
    rest, held = next(itertools.islice(folds, fold.number, None))
    return rows[rest], rows[held]


def _find_common_rows(rows: Rows, fold: Fold, kinds: _Kinds) -> NDArray[Any]:
    """Return what rows have in common that stay together, shape (rows,)."""
    if fold.method == "group":
        return _require_groups(kinds.groups).codes[rows]
    return rows if kinds.equal_rows is None else kinds.equal_rows[rows]


def _require_strata(strata: EncodedLabels | None) -> EncodedLabels:
    if strata is None:
        raise DataError(
            "a stratified split needs class labels, and this target has none. Use --split simple"
        )
    return strata


def _require_groups(groups: EncodedLabels | None) -> EncodedLabels:
    if groups is None:
        raise DataError("a split by group needs a table of groups. Give it with --groups")
    return groups


def _check_strata(
    rows: Rows, hold_out: HoldOut, option: str, strata: EncodedLabels | None
) -> NDArray[np.intp]:
    strata = _require_strata(strata)
    chosen = strata.codes[rows]
    classes, counts = np.unique(chosen, return_counts=True)
    if counts.min() < 2:
        raise DataError(
            f"a stratified split needs at least 2 rows of every class, and class "
            f"{strata.texts[classes[counts.argmin()]]} has 1. Remove the row or use --split simple"
        )
    held = hold_out.size if hold_out.size >= 1 else np.ceil(len(rows) * hold_out.size)
    if min(held, len(rows) - held) < len(classes):
        raise DataError(
            f"a stratified split of {len(rows)} rows with {option} {hold_out.size:g} leaves "
            f"fewer rows on one side than the {len(classes)} classes. "
            f"Change {option} or use --split simple"
        )
    return chosen


def _hold_out_groups(
    rows: Rows, hold_out: HoldOut, option: str, groups: EncodedLabels | None
) -> tuple[Rows, Rows]:
    groups = _require_groups(groups)
    chosen = groups.codes[rows]
    present = np.unique(chosen)
    if len(present) < 2:
        raise DataError(
            f'all {len(rows)} rows belong to one group, "{groups.texts[present[0]]}"; '
            "a split by group needs at least 2. Check --groups-columns, or use --split simple"
        )
    if hold_out.group_names:
        held = _find_groups(groups, rows, hold_out.group_names)
        return rows[~held], rows[held]
    hold_out.check_rows(len(present), "group", option)
    return _shuffle_groups(rows, chosen, hold_out)


def _hold_out_unique(
    rows: Rows, hold_out: HoldOut, option: str, equal_rows: NDArray[Any] | None
) -> tuple[Rows, Rows]:
    chosen = rows if equal_rows is None else equal_rows[rows]
    hold_out.check_rows(len(np.unique(chosen)), "different row", option)
    return _shuffle_groups(rows, chosen, hold_out)


def _shuffle_groups(rows: Rows, groups: NDArray[Any], hold_out: HoldOut) -> tuple[Rows, Rows]:
    splitter = GroupShuffleSplit(
        n_splits=1, test_size=hold_out.test_size, random_state=hold_out.random_state
    )
    rest, held = next(splitter.split(rows, groups=groups))
    return rows[rest], rows[held]


def _find_groups(groups: EncodedLabels, rows: Rows, requested: Sequence[str]) -> NDArray[np.bool_]:
    """Return which of the rows belong to the groups of these names, shape (rows,)."""
    chosen = groups.codes[rows]
    known = [groups.texts[code] for code in np.unique(chosen)]
    names = spell_alike(requested, known)
    for name in names:
        if name not in known:
            raise DataError(
                f'there is no group "{name}".{suggest(name, known)} '
                f"The groups are: {list_names(known)}"
            )
    held = np.isin(chosen, [groups.texts.index(name) for name in names])
    if held.all():
        raise DataError("all groups are held out; at least one must be left to train on")
    return held


def check_split(target: Target, split: Split) -> None:
    """Check that the training rows differ in their target, and warn of classes that they lack.

    Raises
    ------
    DataError
        If there is nothing to learn: one value or one class in all training rows.
    """
    if split.scores_training:
        logger.warning(
            "No row is held out: the scores are those of the training rows, and say nothing about "
            "new samples."
        )
    elif len(split.test) == 1:
        logger.warning(
            "Only 1 row is held out, too few for meaningful scores. A size below 1 is a fraction "
            "of the rows; from 1 it is a number of rows."
        )
    codes = target.codes[split.train]
    if target.description.kind in ("binary", "multiclass"):
        _check_classes(target, split, codes)
    else:
        _check_columns(target, codes)


def _check_classes(target: Target, split: Split, codes: NDArray[Any]) -> None:
    labels = target.description.labels
    trained = np.unique(codes)
    if len(trained) == 1:
        raise DataError(
            f'all {len(codes)} training rows have the same label, "{labels[trained[0]]}"; '
            "a classifier needs at least 2. Use --split stratified, or hold out fewer rows"
        )
    held = np.unique(target.codes[np.concatenate([split.validation, split.test])])
    unseen = [str(labels[code]) for code in np.setdiff1d(held, trained)]
    if unseen:
        logger.warning(
            "No training row has the label %s, which held-out rows have: the network cannot "
            "learn it. Use --split stratified, or hold out other rows.",
            list_names(unseen),
        )


def _check_columns(target: Target, codes: NDArray[Any]) -> None:
    constant = np.flatnonzero((codes == codes[0]).all(axis=0))
    if not len(constant):
        return
    names = _name_columns(target, constant, codes)
    if len(constant) == codes.shape[1]:
        raise DataError(
            f"all {len(codes)} training rows have the same value in target {names}, "
            "so there is nothing to learn. Check --target-columns"
        )
    logger.warning(
        "All %d training rows have the same value in target %s; nothing is learned about it.",
        len(codes),
        names,
    )


def _name_columns(target: Target, columns: NDArray[np.intp], codes: NDArray[Any]) -> str:
    names = target.description.names or [str(number) for number in range(1, codes.shape[1] + 1)]
    shown = [f"{names[column]} ({codes[0, column]:g})" for column in columns]
    return f"{'column' if len(shown) == 1 else 'columns'} {list_names(shown)}"
