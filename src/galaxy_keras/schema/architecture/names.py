"""Names of layers: those that Keras generates, and which ones are allowed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from galaxy_keras.errors import ConfigurationError

MAX_NAME_LENGTH = 200


class LayerNameGenerator:
    """Generates names for unnamed layers as Keras does: ``dense``, ``dense_1``, ...

    Parameters
    ----------
    reserved
        Names that the user has given, which are not generated.
    """

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self._reserved = set(reserved)
        self._counts: dict[str, int] = {}

    def next_name(self, class_name: str) -> str:
        """Return the next free name for a layer of class `class_name`."""
        stem = to_snake_case(class_name)
        while True:
            count = self._counts.get(stem, 0)
            self._counts[stem] = count + 1
            name = f"{stem}_{count}" if count else stem
            if name not in self._reserved:
                return name


def name_call(layer_name: str, number: int) -> str:
    """Return the name of call `number` (from 0) of a layer: ``dense``, ``dense@2``, ..."""
    return f"{layer_name}@{number + 1}" if number else layer_name


def to_snake_case(class_name: str) -> str:
    """Return a class name in snake case, as Keras writes it: ``Conv2D`` -> ``conv2d``."""
    words = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", class_name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()


def check_name(name: object) -> str:
    """Return `name` if it can be stored as the name of a layer or model.

    Raises
    ------
    ConfigurationError
        If it is empty, not text, longer than `MAX_NAME_LENGTH`, or contains a slash or an
        unprintable character.
    """
    if not isinstance(name, str) or not name.strip():
        raise ConfigurationError("a name must be text and must not be empty")
    if "/" in name or not name.isprintable():
        raise ConfigurationError(
            f"the name {name!a:.60} cannot be used: names must not contain slashes "
            "or unprintable characters"
        )
    if len(name) > MAX_NAME_LENGTH:
        raise ConfigurationError(
            f'the name "{name[:40]}..." is longer than {MAX_NAME_LENGTH} characters'
        )
    return name
