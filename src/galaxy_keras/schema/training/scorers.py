"""Checks of scorers against the kind of target, before training."""

from __future__ import annotations

from collections.abc import Iterable

from galaxy_keras.catalogue.scorers import DEFAULT, DEFAULT_SCORERS, SCORERS, Scorer, TargetKind
from galaxy_keras.errors import ConfigurationError, Problems, list_names

_TARGETS: dict[TargetKind, str] = {
    "binary": "a target of two classes",
    "multiclass": "a target of three or more classes",
    "multilabel": "a target of several labels per row",
    "regression": "a regression",
}


def check_scorers(
    names: Iterable[str],
    target_kind: TargetKind,
    where: str,
    *,
    outputs: int = 1,
    no_probabilities: str = "",
) -> tuple[str, ...]:
    """Return the scorers' canonical names, each once, in the order given.

    Parameters
    ----------
    names
        Names and aliases; `default` is accuracy or r2, and so is no name at all.
    target_kind
        The kind of target that the scores are computed on.
    where
        How messages begin: the option or the file.
    outputs
        Number of target columns of a regression.
    no_probabilities
        Why the network gives no probabilities of the classes, with advice; empty if it does.

    Raises
    ------
    ConfigurationError
        With all names that are unknown or do not suit the target, each with a list of those that
        do, and all that need probabilities where there are none.
    """
    problems = Problems()
    canonical: list[str] = []
    for name in tuple(names) or (DEFAULT,):
        with problems.collecting():
            canonical.append(_check_scorer(name, target_kind, where, outputs))
            _check_probabilities(canonical[-1], target_kind, where, no_probabilities)
    problems.raise_if_any()
    return tuple(dict.fromkeys(canonical))


def list_scorers(target_kind: TargetKind, outputs: int = 1) -> list[str]:
    """Return the names of the scorers that suit a kind of target."""
    return [scorer.name for scorer in SCORERS if _is_suitable(scorer, target_kind, outputs)]


def suits_target(name: str, target_kind: TargetKind, outputs: int = 1) -> bool:
    """Whether a scorer, by name or alias, suits a kind of target; the default suits all."""
    if name.casefold() == DEFAULT:
        return True
    scorer = SCORERS.find(name)
    return scorer is not None and _is_suitable(scorer, target_kind, outputs)


def _check_scorer(name: str, target_kind: TargetKind, where: str, outputs: int) -> str:
    if name.casefold() == DEFAULT:
        return DEFAULT_SCORERS[target_kind]
    try:
        scorer = SCORERS.get(name)
    except ConfigurationError as error:
        raise error.with_prefix(where) from None
    if not _is_suitable(scorer, target_kind, outputs):
        raise ConfigurationError(_describe_unsupported(scorer, target_kind, where, outputs))
    return scorer.name


def _check_probabilities(
    name: str, target_kind: TargetKind, where: str, no_probabilities: str
) -> None:
    if no_probabilities and target_kind in SCORERS.get(name).probabilities:
        raise ConfigurationError(
            f'{where}: the scorer "{name}" needs the probability of each class, but '
            f"{no_probabilities}, or choose a score that needs none"
        )


def _is_suitable(scorer: Scorer, target_kind: TargetKind, outputs: int) -> bool:
    return target_kind in scorer.kinds and (outputs == 1 or scorer.multioutput)


def _describe_unsupported(scorer: Scorer, target_kind: TargetKind, where: str, outputs: int) -> str:
    target = _TARGETS[target_kind]
    if target_kind == "regression" and outputs > 1:
        target = f"{target} of {outputs} outputs"
    fitting = list_scorers(target_kind, outputs)
    if scorer.alternative in fitting:
        advice = f"Use {scorer.alternative}"
    else:
        advice = f"Use one of: {list_names(fitting, most=100)}"
    return f'{where}: the scorer "{scorer.name}" does not suit {target}. {advice}'
