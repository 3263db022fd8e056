"""The classes of a plot: their order, and what they are called."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from galaxy_keras.data.labels import sort_labels, spell_alike
from galaxy_keras.errors import ConfigurationError, list_names


@dataclass(frozen=True)
class Classes:
    """The classes in the order to show them.

    Attributes
    ----------
    labels
        Labels as text, in the order to show them.
    names
        Name shown for each of them.
    """

    labels: tuple[str, ...]
    names: tuple[str, ...]


def arrange_classes(
    labels: Iterable[str], *, order: str | None = None, names: str | None = None
) -> Classes:
    """Return the classes in the order to show them, with their names.

    Parameters
    ----------
    labels
        The labels that occur.
    order
        All of them in another order, separated by commas; labels that do not occur may be among
        them and are shown as empty classes. None for the order of `data.labels.sort_labels`.
    names
        Names of the classes, separated by commas, in their order; None for the labels. If all
        labels that occur are among the names, the names give an order instead.

    Raises
    ------
    ConfigurationError
        If a label is missing from `order`, or there is not one name for each class.
    """
    known = sort_labels(labels)
    listed = parse_names(names)
    spelled = spell_alike(listed, known)
    if listed and not order and set(known) <= set(spelled):
        return Classes(tuple(spelled), tuple(listed))
    ordered = _check_order(spell_alike(parse_names(order), known), known) if order else known
    if not listed:
        return Classes(tuple(ordered), tuple(ordered))
    _check_names(listed, ordered)
    return Classes(tuple(ordered), tuple(listed))


def parse_names(text: str | None) -> list[str]:
    """Return the names in a text, separated by commas; a quoted name may contain commas.

    Raises
    ------
    ConfigurationError
        If a name is empty or occurs twice.
    """
    if not text:
        return []
    names = [name.strip() for name in next(csv.reader([text], skipinitialspace=True))]
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if "" in names or repeated:
        problem = f'"{repeated[0]}" occurs twice' if repeated else "one of them is empty"
        raise ConfigurationError(
            f'the names "{text}" cannot be used: {problem}. Separate them by single commas; '
            'a name with a comma in it goes in double quotes, such as "a,b"'
        )
    return names


def _check_order(order: list[str], known: list[str]) -> list[str]:
    missing = [label for label in known if label not in set(order)]
    if missing:
        raise ConfigurationError(
            f"the order of the classes leaves out {list_names(missing)}. "
            f"List every label that occurs: {list_names(known, most=100)}"
        )
    return order


def _check_names(names: list[str], classes: list[str]) -> None:
    if len(names) != len(classes):
        raise ConfigurationError(
            f"{len(names)} class names were given for {len(classes)} classes. "
            f"Give one name for each of: {list_names(classes, most=100)}"
        )
