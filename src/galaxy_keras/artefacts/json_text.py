"""Reading untrusted JSON as data: bounded in size, with duplicate keys and NaN rejected."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from galaxy_keras.artefacts.content import HEADER_BYTES, FileType, identify_start
from galaxy_keras.artefacts.files import describe_read_failure
from galaxy_keras.errors import ConfigurationError, escape_name

MAX_BYTES = 16 * 2**20
MAX_NESTING_DEPTH = 100
MAX_DIGITS = 40
"""The most digits of a whole number, as in the texts of options."""

_TEXT_TYPES: Final = (
    *(FileType.TEXT, FileType.JSON, FileType.EMPTY, FileType.UNKNOWN),
    # Of these, the parser says where they are wrong.
    *(FileType.UTF16, FileType.ARFF, FileType.SVMLIGHT, FileType.MATRIX_MARKET),
)
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_KINDS: Final = {dict: "an object", list: "a list", str: "text", int: "a whole number"}
Field = TypeVar("Field", dict[str, Any], list[Any], str, int)


def read_json(path: Path) -> dict[str, Any]:
    """Return the JSON object in `path`.

    Raises
    ------
    ConfigurationError
        If the file cannot be read, is larger than `MAX_BYTES` or does not hold what
        `parse_json` accepts; the message begins with `path`.
    """
    return parse_json(read_bounded_text(path), str(path))


def read_bounded_text(path: Path) -> bytes:
    """Return the bytes of `path`, after checking that they are not those of another file type.

    Raises
    ------
    ConfigurationError
        If the file cannot be read, has more than `MAX_BYTES` (16 MiB), or is, for example, an
        image or a model in a file of its own.
    """
    content = read_bounded(path)
    _check_text(content, path)
    return content


def read_bounded(path: Path) -> bytes:
    """Return the bytes of `path`.

    Raises
    ------
    ConfigurationError
        If the file cannot be read, or has more than `MAX_BYTES` (16 MiB).
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(describe_read_failure(path, error)) from error
    if len(content) > MAX_BYTES:
        raise ConfigurationError(
            f"{path} has more than {MAX_BYTES // 2**20} MiB. "
            "A file of this kind is far smaller; check that it is the right one"
        )
    return content


def _check_text(content: bytes, path: Path) -> None:
    file_type = identify_start(content[:HEADER_BYTES], path)
    if file_type is FileType.KERAS:
        raise ConfigurationError(
            f"{path} is {file_type.value}. Unpack config.json from it, and give that"
        )
    if file_type not in _TEXT_TYPES:
        raise ConfigurationError(
            f"{path} is {file_type.value}, not a text with settings in it. "
            "Check that it is the right file"
        )


def parse_json(content: bytes, where: str) -> dict[str, Any]:
    """Return the JSON object in `content`.

    Parameters
    ----------
    content
        UTF-8, with or without a byte order mark.
    where
        What the text is called in messages: a file, or a member of an archive.

    Raises
    ------
    ConfigurationError
        If `content` is not JSON, repeats a key in an object, holds NaN, infinity or a number that
        overflows, is nested more than `MAX_NESTING_DEPTH` deep, or is not an object.
    """
    try:
        document = _parse(content)
    except ConfigurationError as error:
        raise error.with_prefix(where) from error
    return document


def get_field(document: Mapping[str, Any], name: str, kind: type[Field], where: str) -> Field:
    """Return the field `name` of an object.

    Raises
    ------
    ConfigurationError
        If it is missing or of another kind; the message begins with `where`.
    """
    value = document.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        found = "is missing" if name not in document else f"is {_name_type(value)}"
        raise ConfigurationError(f'{where}: "{name}" must be {_KINDS[kind]}, but {found}')
    return value


def _parse(content: bytes) -> dict[str, Any]:
    text = _decode(content)
    try:
        document = json.loads(
            text,
            object_pairs_hook=_refuse_repeated_names,
            parse_constant=_refuse_constant,
            parse_float=_parse_finite,
            parse_int=_parse_integer,
        )
    except json.JSONDecodeError as error:
        raise ConfigurationError(
            f"line {error.lineno}, column {error.colno}: this is not JSON ({error.msg})"
        ) from error
    except RecursionError as error:
        raise ConfigurationError(_too_deep()) from error
    if not isinstance(document, dict):
        raise ConfigurationError(
            f"expected a JSON object ({{...}}), but found {_name_type(document)}"
        )
    if not _is_shallow(document):
        raise ConfigurationError(_too_deep())
    if not is_text(json.dumps(document, ensure_ascii=False)):
        raise ConfigurationError("a text has an unpaired surrogate")
    return document


def is_text(text: str) -> bool:
    """Whether a text can be encoded as UTF-8, which unpaired surrogates cannot."""
    return not _SURROGATES.search(text)


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"byte {error.start + 1} is not UTF-8 text. Save the file as JSON in UTF-8"
        ) from error


def _refuse_repeated_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    unique = dict(pairs)
    if len(unique) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        repeated = next(name for name, count in counts.items() if count > 1)
        raise ConfigurationError(f'the name "{escape_name(repeated)}" is repeated in an object')
    return unique


def _parse_integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise ConfigurationError(f"a number has more than {MAX_DIGITS} digits")
    return int(text)


def _refuse_constant(name: str) -> float:
    raise ConfigurationError(f"{name} is not valid JSON")


def _parse_finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ConfigurationError(f"the number {text[:40]} is too large")
    return number


def _is_shallow(document: object) -> bool:
    """Whether nothing is nested more than `MAX_NESTING_DEPTH` deep; walks level by level."""
    level = [document]
    for _ in range(MAX_NESTING_DEPTH):
        level = [child for each in level for child in _children(each)]
        if not level:
            return True
    return False


def _children(value: object) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _too_deep() -> str:
    return f"it is nested more than {MAX_NESTING_DEPTH} levels deep"


def _name_type(value: object) -> str:
    if value is None:
        return "null"
    kinds = {dict: "an object", list: "a list", str: "text", bool: "true or false"}
    return kinds.get(type(value), "a number")
