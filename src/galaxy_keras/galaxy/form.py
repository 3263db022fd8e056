"""The JSON of a filled-in Galaxy tool form, read field by field.

Galaxy nests conditionals, sections and repeats as objects and lists. An empty field arrives as
null, as an empty text, as "None", as an empty list or not at all, depending on the field and on
the version of Galaxy: all of them are read as None. Numbers may be text, and selections may be
lists or text with commas. Unknown keys are ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.values.literals import parse_keywords

_TRUE = {"true", "booltrue", "yes", "1"}
_FALSE = {"false", "boolfalse", "no", "0"}
_SANITIZED = {
    "__lt__": "<",
    "__gt__": ">",
    "__sq__": "'",
    "__dq__": '"',
    "__ob__": "[",
    "__cb__": "]",
    "__oc__": "{",
    "__cc__": "}",
    "__at__": "@",
    "__pd__": "#",
    "__cn__": "\n",
    "__cr__": "\r",
    "__tc__": "\t",
}
"""Galaxy's codes for characters that a field does not allow."""


class Form:
    """A form, or a conditional, section or block of it, with its path for messages.

    Parameters
    ----------
    document
        The JSON object.
    path
        Its path in the form, as Galaxy writes it: ``input_options|infile1``; empty for the form.
    """

    def __init__(self, document: Mapping[str, object], path: str = "") -> None:
        self._document = document
        self._path = path

    def __contains__(self, name: str) -> bool:
        return name in self._document

    def describe(self, name: str) -> str:
        """Return the field `name` for a message: ``form field "advanced|seed"``."""
        return f'form field "{self._join(name)}"'

    def section(self, name: str) -> Form:
        """Return a conditional or a section; an empty form if it is absent.

        Raises
        ------
        ConfigurationError
            If it is not an object.
        """
        value = self._document.get(name)
        if _is_absent(value):
            return Form({}, self._join(name))
        if not isinstance(value, Mapping):
            self._refuse(name, value, "a group of fields")
        return Form(value, self._join(name))

    def blocks(self, name: str) -> list[Form]:
        """Return the blocks of a repeat; an empty list if it is absent.

        Raises
        ------
        ConfigurationError
            If it is not a list of objects.
        """
        value = self._document.get(name)
        if _is_absent(value):
            return []
        if not isinstance(value, list) or not all(isinstance(block, Mapping) for block in value):
            self._refuse(name, value, "a list of blocks")
        return [Form(block, f"{self._join(name)}_{n}") for n, block in enumerate(value)]

    def text(self, name: str) -> str | None:
        """Return the text of a field or the value of a selection, stripped; None if it is empty.

        Raises
        ------
        ConfigurationError
            If it is a list or an object.
        """
        value = self._document.get(name)
        if _is_absent(value):
            return None
        if isinstance(value, list | Mapping):
            self._refuse(name, value, "one text")
        return _decode(str(value)).strip() or None

    def typed_text(self, name: str) -> str | None:
        """Return the text of a field in which None can be typed as a value."""
        return "None" if self._document.get(name) == "None" else self.text(name)

    def is_emptied(self, name: str) -> bool:
        """Whether a text field was emptied, which it does not begin with."""
        return self._document.get(name) == ""

    def required_text(self, name: str) -> str:
        """Return the text of a required field.

        Raises
        ------
        ConfigurationError
            If it is empty.
        """
        text = self.text(name)
        if text is None:
            raise ConfigurationError(f"{self.describe(name)} is empty. Fill it in")
        return text

    def flag(self, name: str) -> bool | None:
        """Return the value of a boolean field; None if it is empty.

        Raises
        ------
        ConfigurationError
            If it is neither true nor false.
        """
        text = self.text(name)
        if text is None:
            return None
        if text.casefold() not in _TRUE | _FALSE:
            self._refuse(name, text, "true or false")
        return text.casefold() in _TRUE

    def number(self, name: str) -> float | None:
        """Return the value of a number field, an int if it is whole; None if it is empty.

        Raises
        ------
        ConfigurationError
            If it is not a number.
        """
        text = self.text(name)
        if text is None:
            return None
        try:
            number = float(text)
        except ValueError:
            self._refuse(name, text, "a number")
        return int(number) if number.is_integer() else number

    def integer(self, name: str) -> int | None:
        """Return the value of an integer field; None if it is empty.

        Raises
        ------
        ConfigurationError
            If it is not a whole number.
        """
        number = self.number(name)
        if isinstance(number, float):
            self._refuse(name, self.text(name), "a whole number")
        return number

    def texts(self, name: str) -> list[str]:
        """Return the values of a field with multiple selection; an empty list if it is empty.

        Raises
        ------
        ConfigurationError
            If it is an object.
        """
        value = self._document.get(name)
        if _is_absent(value):
            return []
        if isinstance(value, Mapping):
            self._refuse(name, value, "a list of values")
        items = value if isinstance(value, list) else str(value).split(",")
        texts = [_decode(str(item)).strip() for item in items if not _is_absent(item)]
        return [text for text in texts if text]

    def fields(self, *left_out: str) -> dict[str, object]:
        """Return the values of all fields, except for empty ones and those named in `left_out`.

        Texts are decoded; numbers and booleans are unchanged.
        """
        return {
            name: self.text(name) if isinstance(value, str) else value
            for name, value in self._document.items()
            if name not in left_out and not _is_absent(value) and not name.startswith("__")
        }

    def keywords(self, name: str) -> dict[str, object]:
        """Return the keyword arguments typed into a field: ``padding='same', strides=2``.

        Raises
        ------
        ConfigurationError
            If they cannot be parsed.
        """
        try:
            return parse_keywords(self.text(name) or "")
        except ConfigurationError as error:
            raise error.with_prefix(self.describe(name)) from None

    def _join(self, name: str) -> str:
        return f"{self._path}|{name}" if self._path else name

    def _refuse(self, name: str, value: object, expected: str) -> NoReturn:
        raise ConfigurationError(
            f"{self.describe(name)} holds {_format_value(value)}, but {expected} was expected"
        )


def drop_missing(options: Mapping[str, object]) -> dict[str, object]:
    """Return the options whose value is neither None nor an empty list."""
    return {name: value for name, value in options.items() if value is not None and value != []}


def _is_absent(value: object) -> bool:
    # A parameter that a workflow sets at run time is an object with a class.
    is_placeholder = isinstance(value, Mapping) and "__class__" in value
    return value is None or value == [] or value in ("", "None") or is_placeholder


def _decode(text: str) -> str:
    for code, character in _SANITIZED.items():
        text = text.replace(code, character)
    return text


def _format_value(value: object) -> str:
    if isinstance(value, Mapping):
        return "a group of fields"
    if isinstance(value, list):
        return "a list"
    text = str(value)
    return f'"{text}"' if len(text) <= 60 else f'"{text[:60]}..."'
