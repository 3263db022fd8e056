"""Options that depend on each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from galaxy_keras.catalogue.encodings import LETTERS, MAX_KMERS
from galaxy_keras.catalogue.optimizers import CLIPPING, OPTIMIZERS
from galaxy_keras.catalogue.parameters import Entry
from galaxy_keras.catalogue.schedules import SCHEDULES
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.values.component import Component
from galaxy_keras.schema.values.values import complete_options

Options = Mapping[str, Any]


def check_relations(entry: Entry, options: Options, where: str) -> None:
    """Check options, each of which is valid on its own, against each other.

    Parameters
    ----------
    entry
        The entry of the catalogue that was chosen.
    options
        Its checked options; defaults may be missing.
    where
        How the message begins.

    Raises
    ------
    ConfigurationError
        If they contradict each other.
    """
    problem = _find_problem(entry, complete_options(entry, options))
    if problem:
        raise ConfigurationError(f"{where}: {problem}")


def _find_problem(entry: Entry, options: Options) -> str:
    if OPTIMIZERS.find(entry.name) is entry:
        return _check_clipping(options) or _check_schedule(options["learning_rate"])
    find = _CHECKS.get(entry.name)
    return find(options) if find else ""


def _check_clipping(options: Options) -> str:
    given = [name for name in CLIPPING if options[name] is not None]
    if len(given) < 2:
        return ""
    return f"only one of {', '.join(CLIPPING)} can be set, not {' and '.join(given)}"


def _check_schedule(rate: object) -> str:
    if not isinstance(rate, Component):
        return ""
    entry = SCHEDULES.get(rate.name)
    find = _CHECKS.get(entry.name)
    problem = find(complete_options(entry, rate.options)) if find else ""
    return f"{entry.name}: {problem}" if problem else ""


def _check_piecewise(options: Options) -> str:
    boundaries, values = as_tuple(options["boundaries"]), as_tuple(options["values"])
    if len(values) != len(boundaries) + 1:
        return (
            f"there must be one value more than boundaries, but there are {len(values)} values "
            f"and {len(boundaries)} boundaries"
        )
    if any(first >= second for first, second in pairwise(boundaries)):
        return "boundaries must be increasing"
    return ""


def _check_warm_up(options: Options) -> str:
    target, steps = options["warmup_target"], options["warmup_steps"]
    if (target is None) != (steps == 0):
        return "warmup_target and warmup_steps must be given together"
    if target is None and options["initial_learning_rate"] == 0:
        return "initial_learning_rate can be 0 only with a warm-up (warmup_target, warmup_steps)"
    return ""


def _check_classes(options: Options) -> str:
    largest, count = max(as_tuple(options["target_class_ids"])), options["num_classes"]
    if largest < count:
        return ""
    return f"target_class_ids has {largest}, but the indices of {count} classes end at {count - 1}"


def _check_labels(options: Options) -> str:
    if options["num_labels"] is not None and not options["multi_label"]:
        return "num_labels is only for multi_label=True"
    return ""


def _check_words(options: Options) -> str:
    if options["output"] != "index":
        given = [name for name in ("length", "start") if options[name]]
        return f"{given[0]} is for output=index, so leave it out" if given else ""
    size, first = options["size"], options["first_index"]
    if size is not None and size <= first + 1:
        return f"size must be above {first + 1}, since the first word has the index {first + 1}"
    if size is not None and size <= options["skip_top"]:
        return "size must be above skip_top"
    if options["start"] and first < 2:
        return "start=True needs first_index=2 or more: index 1 marks the start, and 2 other words"
    return ""


def _check_categories(options: Options) -> str:
    if options["unknown"] == "error" and options["min_count"] > 1:
        return "min_count makes levels of training unknown, so unknown must be zeros or own"
    return ""


def _check_characters(options: Options) -> str:
    if options["output"] == "index" and options["size"] is not None and options["size"] < 3:
        return "size must be above 2, since the first character has the index 2"
    return ""


def _check_letters(options: Options) -> str:
    if options["reverse_complement"] != "false" and options["alphabet"] == "protein":
        return "proteins have no reverse complement, so leave reverse_complement out"
    return ""


def _check_image(options: Options) -> str:
    return "channels must be 1, 3 or 4" if options["channels"] == 2 else ""


def _check_numbers(options: Options) -> str:
    if options["indicator"] and options["missing"] == "error":
        return "indicator needs missing=mean, median or zero: with error nothing is ever missing"
    return ""


def _check_kmers(options: Options) -> str:
    if options["output"] == "count" and options["length"] is not None:
        return "length is for output=index, so leave it out"
    letters = LETTERS[options["alphabet"]]
    if letters ** options["k"] > MAX_KMERS:
        most = next(k for k in range(options["k"], 0, -1) if letters**k <= MAX_KMERS)
        return f"there are {letters ** options['k']:,} such k-mers. Give a k of at most {most}"
    return ""


def as_tuple(value: Any) -> tuple[Any, ...]:
    """Return `value` as a tuple; a single number becomes a tuple of one."""
    return value if isinstance(value, tuple) else (value,)


_CHECKS: dict[str, Callable[[Options], str]] = {
    "PiecewiseConstantDecay": _check_piecewise,
    "CosineDecay": _check_warm_up,
    "IoU": _check_classes,
    "OneHotIoU": _check_classes,
    "AUC": _check_labels,
    "categories": _check_categories,
    "characters": _check_characters,
    "image": _check_image,
    "kmers": _check_kmers,
    "letters": _check_letters,
    "numbers": _check_numbers,
    "words": _check_words,
}
