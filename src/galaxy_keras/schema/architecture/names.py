"""Names of layers: the ones that Keras would give, and which ones may be given."""

from __future__ import annotations

import re
from collections.abc import Iterable

from galaxy_keras.errors import ConfigurationError

MAX_NAME_LENGTH = 200


class LayerNameGenerator:
    """Gives layers without a name the names that Keras gives: ``dense``, ``dense_1``, ...

    Parameters
    ----------
    taken
        Names that the user has given, which no other layer gets.
    """

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._counts: dict[str, int] = {}

    def next_name(self, class_name: str) -> str:
        """Return the next free name for a layer of class `class_name`."""
        stem = to_snake_case(class_name)
        while True:
            count = self._counts.get(stem, 0)
            self._counts[stem] = count + 1
            name = f"{stem}_{count}" if count else stem
            if name not in self._taken:
                return name


def name_call(layer_name: str, number: int) -> str:
    """Return the name of a use of a layer, the first having the number 0: ``dense@2``."""
    return f"{layer_name}@{number + 1}" if number else layer_name


def to_snake_case(class_name: str) -> str:
    """Return the name that Keras derives from a class name: ``Conv2D`` -> ``conv2d``."""
    words = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", class_name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()


def check_name(name: object) -> str:
    """Return `name` if Keras and our files can hold it as the name of a layer or model.

    Raises
    ------
    ConfigurationError
        If it is empty, too long, not text, or has a slash or unprintable characters in it.
    """
    if not isinstance(name, str) or not name.strip():
        raise ConfigurationError("a name must be text that is not empty")
    if "/" in name or not name.isprintable():
        raise ConfigurationError(
            f"the name {name!a:.60} cannot be used: names have neither slashes "
            "nor unprintable characters"
        )
    if len(name) > MAX_NAME_LENGTH:
        raise ConfigurationError(
            f'the name "{name[:40]}..." is longer than {MAX_NAME_LENGTH} characters'
        )
    return name
