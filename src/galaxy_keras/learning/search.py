"""Searches for hyperparameters by Optuna.

Samples by TPE (tree-structured Parzen estimator); a trial whose value is worse than the median of
the former ones at the same epoch is ended (pruned).
Source: Akiba et al., Optuna: A Next-generation Hyperparameter Optimization Framework, KDD 2019.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from galaxy_keras.artefacts.files import describe_read_failure
from galaxy_keras.data.tabulation import OutputTable
from galaxy_keras.errors import ConfigurationError, TrainingError, list_names, suggest
from galaxy_keras.learning.cross_validation import quiet
from galaxy_keras.learning.training import train
from galaxy_keras.preparation.training import Preparation, prepare_training
from galaxy_keras.schema.requests.runs import TrainingRequest
from galaxy_keras.schema.requests.search import Search, SearchRange
from galaxy_keras.schema.training.monitors import find_direction
from galaxy_keras.schema.values.literals import format_literal

_STUDY, _RANGES, _EPOCHS = "galaxy-keras", "ranges", "epochs"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class SearchResult:
    """What a search found.

    Attributes
    ----------
    best
        The hyperparameters of the best trial, by name.
    value
        Its value.
    leaderboard
        A row for each trial, the best first, those without a value last.
    """

    best: Mapping[str, Any]
    value: float
    leaderboard: OutputTable


class _Report(keras.callbacks.Callback):  # type: ignore[misc]
    """Tells the value of each epoch to a trial, and ends the training where that is worse."""

    def __init__(self, trial: Any, monitor: str, better: Any) -> None:
        super().__init__()
        self._trial = trial
        self._monitor = monitor
        self._better = better
        self.best: float | None = None
        self.epochs = 0
        self.pruned = False

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Report the value."""
        value = float((logs or {})[self._monitor])
        self.epochs = epoch + 1
        self.best = value if self.best is None else self._better(self.best, value)
        self._trial.report(value, epoch)
        if self._trial.should_prune():
            self.pruned = True
            self.model.stop_training = True


def search(run: TrainingRequest, preparation: Preparation) -> SearchResult:
    """Try hyperparameters, each by a training of its own, and return the best.

    Parameters
    ----------
    run
        With `search`.
    preparation
        Of the training without what is searched for.

    Raises
    ------
    ConfigurationError
        If a hyperparameter does not exist or takes no such value, there is no such value to
        monitor, or the storage is of another search.
    TrainingError
        If no trial ended with a value.
    """
    import optuna

    wanted = run.search
    assert wanted is not None  # noqa: S101 - the caller's business
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    _check_monitor(preparation, wanted.monitor)
    direction = find_direction(preparation.settings, wanted.monitor, "auto")
    study = _open_study(wanted, preparation.seed, direction)
    better = min if direction == "min" else max

    def compute(trial: Any) -> float:
        values = {each.name: _suggest(trial, each) for each in wanted.ranges}
        report = _Report(trial, wanted.monitor, better)
        own = run.model_copy(update={"assignments": {**run.assignments, **values}})
        with quiet(logging.ERROR):
            train(prepare_training(own), own, callbacks=[report])
        # Keras keeps what every network consists of until it is told to forget it.
        keras.utils.clear_session()
        trial.set_user_attr(_EPOCHS, report.epochs)
        _log(trial, values, report, wanted.monitor)
        if report.pruned or report.best is None:
            raise optuna.TrialPruned
        return report.best

    done = sum(each.state.is_finished() for each in study.trials)
    # A training that diverges is a bad trial, not the end of the search.
    study.optimize(compute, n_trials=max(wanted.trials - done, 0), catch=(TrainingError,))
    return _make_result(study, wanted, direction)


def _check_monitor(preparation: Preparation, monitor: str) -> None:
    names = preparation.settings.history_names
    known = (
        [*names, *(f"val_{name}" for name in names)]
        if len(preparation.split.validation)
        else list(names)
    )
    if monitor not in known:
        raise ConfigurationError(
            f'--search-monitor: there is no value "{monitor}".{suggest(monitor, known)} Choose '
            f"from: {list_names(known, most=40)}"
        )


def _open_study(wanted: Search, seed: int | None, direction: str) -> Any:
    import optuna
    from optuna.storages.journal import JournalFileBackend

    path = wanted.storage
    try:
        study = optuna.create_study(
            study_name=_STUDY,
            storage=path and optuna.storages.JournalStorage(JournalFileBackend(str(path))),
            sampler=optuna.samplers.TPESampler(seed=seed),
            pruner=optuna.pruners.MedianPruner(),
            direction="minimize" if direction == "min" else "maximize",
            load_if_exists=True,
        )
    except OSError as error:
        raise ConfigurationError(describe_read_failure(Path(str(path)), error)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"{path} is not the storage of a search. Give the file that --search-storage wrote, or "
            "one that does not exist yet"
        ) from error
    ranges = [each.format() for each in wanted.ranges] + [wanted.monitor]
    former = study.user_attrs.get(_RANGES)
    if former is None:
        study.set_user_attr(_RANGES, ranges)
    elif former != ranges:
        raise ConfigurationError(
            f"{path} holds another search: {list_names(former)}. Give the same --search options "
            "and --search-monitor, or another file"
        )
    return study


def _suggest(trial: Any, wanted: SearchRange) -> Any:
    match wanted.kind:
        case "choice":
            # Optuna stores numbers and texts, and values may be lists.
            texts = {format_literal(each): each for each in wanted.choices}
            return texts[trial.suggest_categorical(wanted.name, list(texts))]
        case "int":
            return trial.suggest_int(wanted.name, int(wanted.low), int(wanted.high))
        case kind:
            return trial.suggest_float(wanted.name, wanted.low, wanted.high, log=kind == "log")


def _log(trial: Any, values: Mapping[str, Any], report: _Report, monitor: str) -> None:
    shown = " ".join(
        f"{name}={value:.4g}" if isinstance(value, float) else f"{name}={value}"
        for name, value in values.items()
    )
    ending = ", ended early" if report.pruned else ""
    best = float("nan") if report.best is None else report.best
    logger.info(
        "Trial %d: %s=%.4g after %d epochs%s: %s",
        trial.number + 1,
        monitor,
        best,
        report.epochs,
        ending,
        shown,
    )


def _make_result(study: Any, wanted: Search, direction: str) -> SearchResult:
    complete = [each for each in study.trials if each.state.name == "COMPLETE"]
    if not complete:
        raise TrainingError(
            f"none of {len(study.trials)} trials ended with a value of {wanted.monitor}. Search "
            "between other values, such as lower learning rates"
        )
    sign = 1 if direction == "min" else -1
    complete.sort(key=lambda each: sign * each.value)
    others = [each for each in study.trials if each.state.name != "COMPLETE"]
    return SearchResult(
        _read_values(complete[0], wanted),
        complete[0].value,
        _tabulate([*complete, *others], wanted),
    )


def _read_values(trial: Any, wanted: Search) -> dict[str, Any]:
    """Return the values of a trial; those of choices are stored as text."""
    values = {}
    for each in wanted.ranges:
        value = trial.params[each.name]
        texts = {format_literal(choice): choice for choice in each.choices}
        values[each.name] = texts[value] if each.choices else value
    return values


def _tabulate(trials: list[Any], wanted: Search) -> OutputTable:
    names = ["trial", "state", wanted.monitor, "epochs", *(each.name for each in wanted.ranges)]
    columns = [
        np.array([each.number + 1 for each in trials]),
        np.array([each.state.name.lower() for each in trials], dtype=object),
        np.array([_format(each.value) for each in trials], dtype=object),
        np.array([each.user_attrs.get(_EPOCHS, 0) for each in trials]),
        *(
            np.array([_format(each.params.get(name.name)) for each in trials], dtype=object)
            for name in wanted.ranges
        ),
    ]
    return OutputTable(names, columns)


def _format(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)
