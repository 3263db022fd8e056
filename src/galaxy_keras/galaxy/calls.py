"""Components and options that a form chose, as the text that the options of the commands take."""

from __future__ import annotations

from collections.abc import Mapping

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.values.literals import format_call, format_keyword, parse_keywords


def format_choice(name: str, fields: Mapping[str, object]) -> str:
    """Return, for example, ``EarlyStopping monitor='val_loss' patience=3``."""
    return format_call(name, {key: _interpret(value) for key, value in fields.items()})


def format_option(name: str, value: object) -> str:
    """Return, for example, ``learning_rate=0.001``."""
    return format_keyword(name, _interpret(value))


def _interpret(value: object) -> object:
    """Return the value of a field; text that is one literal, such as ``(2, 2)``, is parsed."""
    if not isinstance(value, str):
        return value
    try:
        parsed = parse_keywords(f"value={value}")
    except ConfigurationError:
        return value
    return parsed["value"] if len(parsed) == 1 else value
