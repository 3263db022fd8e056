"""The spec file: a network described by a person, in YAML or JSON."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable
from pathlib import Path
from typing import Any, Final, NoReturn

import yaml

from galaxy_keras.artefacts.json_text import (
    MAX_DIGITS,
    MAX_NESTING_DEPTH,
    parse_json,
    read_bounded_text,
)
from galaxy_keras.errors import ConfigurationError, escape_name

# YAML 1.1 parses 1e-3 as a string; everybody who writes it means a number.
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][-+]?[0-9]+")
_TAG_PREFIX: Final = "tag:yaml.org,2002:"
_KINDS: Final = ("null", "bool", "int", "float", "str", "seq", "map")
_CONSTRUCTION_ERRORS: Final = (LookupError, ValueError, TypeError, AttributeError, OverflowError)
"""What the constructors of PyYAML raise for a value that its tag does not fit."""


def read_spec_file(path: Path) -> dict[str, Any]:
    """Return the content of the spec `path`; a file that begins with ``{`` is JSON.

    Raises
    ------
    ConfigurationError
        If the file cannot be read, is too large, or is not YAML or JSON with names and values.
    """
    return read_names_and_values(path, "such as 'layers:' with a list below it")


def read_names_and_values(path: Path, example: str) -> dict[str, Any]:
    """Return names and values in a YAML or JSON file, as plain data.

    Parameters
    ----------
    path
        The file.
    example
        What could stand in it, for the message where it holds something else.

    Raises
    ------
    ConfigurationError
        As `read_spec_file`.
    """
    content = read_bounded_text(path)
    if content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return parse_json(content, str(path))
    try:
        return _parse_yaml(content, example)
    except ConfigurationError as error:
        raise error.with_prefix(str(path)) from error


def _parse_yaml(content: bytes, example: str) -> dict[str, Any]:
    try:
        text = content.decode("utf-8-sig")
        document = yaml.load(text, Loader=_PlainLoader)  # noqa: S506 (a kind of SafeLoader)
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"byte {error.start + 1} is not UTF-8 text") from error
    except yaml.MarkedYAMLError as error:
        raise ConfigurationError(
            f"{_format_place(error)}this is not YAML ({error.problem})"
        ) from None
    except yaml.YAMLError as error:
        raise ConfigurationError(f"this is not YAML ({error})") from None
    if not isinstance(document, dict):
        raise ConfigurationError(f"expected names and values, {example}")
    return document


def _format_place(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark
    return "" if mark is None else f"line {mark.line + 1}, column {mark.column + 1}: "


class _PlainLoader(yaml.SafeLoader):
    """Reads plain data: no aliases, no repeated names, no deep nesting."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._level = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        self._level += 1
        if self.check_event(yaml.AliasEvent):
            self._refuse_next("aliases (*name) cannot be used in a spec")
        if self._level > MAX_NESTING_DEPTH:
            self._refuse_next(f"it is nested more than {MAX_NESTING_DEPTH} levels deep")
        node = super().compose_node(parent, index)
        self._level -= 1
        return node

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        if node.tag.removeprefix(_TAG_PREFIX) not in _KINDS:
            kind = escape_name(node.tag.removeprefix(_TAG_PREFIX))
            self._refuse_at(
                node.start_mark,
                f"values of the kind {kind} cannot be used in a spec. Write text in quotes, a "
                "number, true, false, null, a list or names and values",
            )
        if _is_long_integer(node):
            self._refuse_at(node.start_mark, f"a number has more than {MAX_DIGITS} digits")
        try:
            return super().construct_object(node, deep)
        except _CONSTRUCTION_ERRORS:
            kind = node.tag.removeprefix(_TAG_PREFIX)
            value = f'"{escape_name(node.value)}"' if isinstance(node.value, str) else "this"
            self._refuse_at(node.start_mark, f"{value} is not a value of the kind {kind}")

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        # Where a tag (!!map [a]) calls something else a mapping, PyYAML says so below.
        pairs = node.value if node.id == "mapping" else []
        names = [key.value for key, _ in pairs if isinstance(key, yaml.ScalarNode)]
        repeated = [name for name, count in Counter(names).items() if count > 1]
        if repeated:
            line = node.start_mark.line + 1
            raise ConfigurationError(
                f'the name "{repeated[0]}" is repeated in the mapping that begins in line {line}'
            )
        return super().construct_mapping(node, deep)

    def _refuse_next(self, problem: str) -> NoReturn:
        self._refuse_at(self.peek_event().start_mark, problem)  # type: ignore[no-untyped-call]

    def _refuse_at(self, mark: yaml.Mark, problem: str) -> NoReturn:
        raise ConfigurationError(f"line {mark.line + 1}, column {mark.column + 1}: {problem}")


def _is_long_integer(node: yaml.Node) -> bool:
    """Whether a number takes PyYAML long: whole numbers, and those in base 60 (1:30:00.5)."""
    if not isinstance(node, yaml.ScalarNode) or len(node.value) <= MAX_DIGITS:
        return False
    return node.tag.endswith(":int") or (node.tag.endswith(":float") and ":" in node.value)


_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, list("-+.0123456789"))
