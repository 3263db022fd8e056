"""The spec file: a network described by a person, in YAML or JSON."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from galaxy_keras.artefacts.json_text import MAX_NESTING_DEPTH, parse_json, read_bounded
from galaxy_keras.errors import ConfigurationError

# YAML 1.1 parses 1e-3 as a string; everybody who writes it means a number.
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][-+]?[0-9]+")


def read_spec_file(path: Path) -> dict[str, Any]:
    """Return the content of the spec `path`; a file that begins with ``{`` is JSON.

    Raises
    ------
    ConfigurationError
        If the file cannot be read, is too large, or is not YAML or JSON with names and values.
    """
    content = read_bounded(path)
    if content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return parse_json(content, str(path))
    try:
        return _parse_yaml(content)
    except ConfigurationError as error:
        raise error.with_prefix(str(path)) from error


def _parse_yaml(content: bytes) -> dict[str, Any]:
    try:
        text = content.decode("utf-8-sig")
        document = yaml.load(text, Loader=_PlainLoader)  # noqa: S506 (a kind of SafeLoader)
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"byte {error.start + 1} is not UTF-8 text") from error
    except yaml.MarkedYAMLError as error:
        raise ConfigurationError(
            f"{_format_place(error)}this is not YAML ({error.problem})"
        ) from None
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigurationError(f"this is not YAML ({error})") from None
    if not isinstance(document, dict):
        raise ConfigurationError(
            "expected names and values, such as 'layers:' with a list below it"
        )
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
            self._refuse("aliases (*name) cannot be used in a spec")
        if self._level > MAX_NESTING_DEPTH:
            self._refuse(f"it is nested more than {MAX_NESTING_DEPTH} levels deep")
        node = super().compose_node(parent, index)
        self._level -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        repeated = [name for name, count in Counter(names).items() if count > 1]
        if repeated:
            line = node.start_mark.line + 1
            raise ConfigurationError(
                f'the name "{repeated[0]}" is repeated in the mapping that begins in line {line}'
            )
        return super().construct_mapping(node, deep)

    def _refuse(self, problem: str) -> None:
        mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
        raise ConfigurationError(f"line {mark.line + 1}, column {mark.column + 1}: {problem}")


_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, list("-+.0123456789"))
