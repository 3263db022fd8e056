"""Writing what a form chose as the calls that the options of the commands take."""

from __future__ import annotations

from collections.abc import Mapping

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.values.literals import parse_keywords


def format_call(name: str, options: Mapping[str, object]) -> str:
    """Return, for example, ``EarlyStopping monitor=val_loss patience=3``."""
    return " ".join([name, *(format_keyword(key, value) for key, value in options.items())])


def format_keyword(name: str, value: object) -> str:
    """Return ``name=value``, with quotes around text that is not a literal already."""
    return f"{name}={_write_value(value)}"


def _write_value(value: object) -> str:
    if not isinstance(value, str) or _is_one_literal(value):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _is_one_literal(text: str) -> bool:
    try:
        return list(parse_keywords(f"value={text}")) == ["value"]
    except ConfigurationError:
        return False
