r"""The grammar in which layers, options and settings are written: reading and writing it.

Nothing is evaluated.

::

    call     = name (separator keyword)*          Embedding input_dim=10000 output_dim=32
    keyword  = name "=" value                     kernel_size=(3, 3)
    value    = integer | float | text | True | False | None
             | "(" values ")" | "[" values "]" | "{" (key ":" value)* "}"
             | name "(" (keyword separator)* ")"           Dense(units=1, activation=relu)
    text     = a bare word | '...' | "..."        same, 'two words'

A separator is whitespace, a comma or both. Quoted text knows the escapes ``\'``, ``\"`` and
``\\``. True, False, None and null are read in upper and lower case.
A name with keywords in brackets is a component inside of an option (a layer, an initializer), and
is read as the mapping that Keras writes: ``{"class_name": ..., "config": ...}``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from galaxy_keras.errors import ConfigurationError

MAX_TEXT_LENGTH = 200_000
MAX_NUMBER_LENGTH = 40
MAX_NESTING_DEPTH = 20

_TOKEN = re.compile(
    r"""(?P<blank>\s+)
      | (?P<quoted>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
      | (?P<mark>[=,:()\[\]{}])
      | (?P<word>[^\s=,:()\[\]{}'"]+)
      | (?P<open>['"])""",
    re.VERBOSE | re.DOTALL,
)
_INTEGER = re.compile(r"[+-]?[0-9]+")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_ESCAPE = re.compile(r"""\\(['"\\])""")
_CONSTANTS = {"true": True, "false": False, "none": None, "null": None}
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_TYPOGRAPHIC_QUOTES = "\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb\u00b4`"
_SHOWN_BEFORE, _SHOWN_AFTER = 50, 30


def parse_literal(text: str) -> object:
    """Return the value written in `text`; several values separated by commas are a tuple.

    Raises
    ------
    ConfigurationError
        If the text is not a value; the message shows the position and what was expected.
    """
    return _Parser(text, "3, 0.5, same, 'two words', True, None, (3, 3) or [1, 2]").parse_value()


def parse_call(text: str) -> tuple[str, dict[str, object]]:
    """Return the name and the keywords of, for example, ``LSTM units=100, unroll=True``.

    Raises
    ------
    ConfigurationError
        If the text is not of this form, or a keyword is given twice.
    """
    return _Parser(text, "Dense units=1 activation=sigmoid").parse_call()


def parse_named_call(text: str) -> tuple[str | None, str, dict[str, object]]:
    """Return what `parse_call` does, and before it the name in front: ``text: words length=500``.

    The name is None where the text has none.

    Raises
    ------
    ConfigurationError
        If the text is not of this form, or a keyword is given twice.
    """
    return _Parser(text, "text: words length=500").parse_named_call()


def parse_keywords(text: str) -> dict[str, object]:
    """Return the keywords of, for example, ``padding='same', strides=(2, 2)``; may be empty.

    Raises
    ------
    ConfigurationError
        If the text is not of this form, or a keyword is given twice.
    """
    return _Parser(text, "padding=same, strides=(2, 2)").parse_keywords()


def parse_assignment(text: str) -> tuple[str, object]:
    """Return the name and the value of, for example, ``learning_rate=0.001``.

    Raises
    ------
    ConfigurationError
        If the text is not one name, an equals sign and a value.
    """
    return _Parser(text, "learning_rate=0.001").parse_assignment()


def format_literal(value: object) -> str:
    """Return the text that `parse_literal` reads as `value`; other objects are written as text."""
    match value:
        case bool() | int() | float() | None:
            return repr(value)
        case tuple():
            items = ", ".join(map(format_literal, value))
            return f"({items},)" if len(value) == 1 else f"({items})"
        case list():
            return f"[{', '.join(map(format_literal, value))}]"
        case Mapping():
            pairs = (f"{format_literal(key)}: {format_literal(value[key])}" for key in value)
            return f"{{{', '.join(pairs)}}}"
    escaped = str(value).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def format_keyword(name: str, value: object) -> str:
    """Return ``name=value``, which `parse_assignment` reads."""
    return f"{name}={format_literal(value)}"


def format_call(name: str, options: Mapping[str, object]) -> str:
    """Return what `parse_call` reads: ``EarlyStopping monitor='val_loss' patience=3``."""
    return " ".join([name, *(format_keyword(key, value) for key, value in options.items())])


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int

    def is_mark(self, marks: str) -> bool:
        return self.kind == "mark" and self.text in marks

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class _Parser:
    """Reads one text by recursive descent."""

    def __init__(self, text: str, example: str) -> None:
        self._text = text
        self._example = example
        self._depth = 0
        self._next = 0
        if len(text) > MAX_TEXT_LENGTH:
            raise ConfigurationError(
                f'the text that begins "{text[:_SHOWN_BEFORE]}" is too long: '
                f"{len(text)} characters, where at most {MAX_TEXT_LENGTH} are read"
            )
        self._tokens = self._split()

    def parse_value(self) -> object:
        value = self._read_values_to_end()
        return value[0] if len(value) == 1 and not self._ended_with_comma() else tuple(value)

    def parse_call(self) -> tuple[str, dict[str, object]]:
        word = self._peek()
        name = self._read_name("a name")
        self._refuse_python_call(word)
        self._skip_comma()
        return name, self._read_keywords()

    def parse_named_call(self) -> tuple[str | None, str, dict[str, object]]:
        name = None
        if len(self._tokens) > 1 and self._tokens[1].is_mark(":"):
            name = self._read_name("a name")
            self._expect(":", f'":" after "{name}"')
        return name, *self.parse_call()

    def parse_keywords(self) -> dict[str, object]:
        return self._read_keywords()

    def parse_assignment(self) -> tuple[str, object]:
        name = self._read_name("a name")
        self._expect("=", f'"=" after "{name}"')
        return name, self.parse_value()

    # Tokens

    def _split(self) -> list[_Token]:
        found = (
            _Token(match.lastgroup or "", match.group(), match.start())
            for match in _TOKEN.finditer(self._text)
        )
        tokens = [token for token in found if token.kind != "blank"]
        for token in tokens:
            self._check_token(token)
        return [*tokens, _Token("end", "", len(self._text))]

    def _check_token(self, token: _Token) -> None:
        if token.kind == "open":
            self._refuse(token, f"the quote {token.text} is never closed")
        if token.kind == "word" and any(quote in token.text for quote in _TYPOGRAPHIC_QUOTES):
            self._refuse(token, "only the straight quotes ' and \" are known")

    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        token = self._peek()
        self._next += 1
        return token

    def _expect(self, mark: str, expected: str) -> None:
        if not self._peek().is_mark(mark):
            self._refuse_unexpected(expected)
        self._take()

    def _skip_comma(self) -> bool:
        skipped = self._peek().is_mark(",")
        if skipped:
            self._take()
        return skipped

    def _ended_with_comma(self) -> bool:
        return self._tokens[self._next - 1].is_mark(",")

    # Names and keywords

    def _read_name(self, expected: str) -> str:
        token = self._peek()
        if token.kind != "word" or not isinstance(self._interpret_word(token), str):
            self._refuse_unexpected(expected)
        return self._take().text

    def _read_keywords(self, closing: str = "") -> dict[str, object]:
        keywords: dict[str, object] = {}
        while self._peek().kind != "end" and not (closing and self._peek().is_mark(closing)):
            start = self._peek()
            name, value = self._read_keyword()
            if name in keywords:
                self._refuse(start, f'"{name}" is given twice')
            keywords[name] = value
            self._skip_comma()
        return keywords

    def _read_keyword(self) -> tuple[str, object]:
        hint = "(put several values of one option in brackets)"
        follows_comma = self._next > 0 and self._ended_with_comma()
        name = self._read_name(f"name=value {hint}")
        self._expect("=", f'"=" after "{name}"' + (f" {hint}" if follows_comma else ""))
        return name, self._read_value()

    # Values

    def _read_values_to_end(self) -> list[object]:
        values = [self._read_value()]
        while self._skip_comma() and self._peek().kind != "end":
            values.append(self._read_value())
        if self._peek().kind != "end":
            self._refuse_unexpected("nothing more (quote text that contains spaces)")
        return values

    def _read_value(self) -> object:
        token = self._peek()
        if token.kind == "quoted":
            self._take()
            return _ESCAPE.sub(r"\1", token.text[1:-1])
        if token.is_mark("([{"):
            return self._read_nested()
        if token.kind != "word":
            self._refuse_unexpected("a value")
        self._take()
        if self._follows_bracket(token):
            return self._read_component(token)
        return self._interpret_word(token)

    def _read_component(self, name: _Token) -> dict[str, object]:
        """Return a call inside of an option as data; only keywords can be meant."""
        first, *others = self._tokens[self._next + 1 :]
        is_keyword = first.kind == "word" and others[0].is_mark("=")
        is_call = is_keyword or first.kind == "end" or first.is_mark(")")
        if not is_call or not name.text.isidentifier():
            self._refuse_python_call(name)
        opening = self._take()
        self._deepen(opening)
        keywords = self._read_keywords(")")
        self._expect(")", '"," or ")"')
        self._depth -= 1
        return {"class_name": name.text, "config": keywords}

    def _read_nested(self) -> object:
        opening = self._take()
        self._deepen(opening)
        value = self._read_dict() if opening.text == "{" else self._read_sequence(opening)
        self._depth -= 1
        return value

    def _deepen(self, opening: _Token) -> None:
        if self._depth == MAX_NESTING_DEPTH:
            self._refuse(opening, f"brackets are nested deeper than {MAX_NESTING_DEPTH}")
        self._depth += 1

    def _read_sequence(self, opening: _Token) -> object:
        closing = _CLOSING[opening.text]
        values = []
        while not self._peek().is_mark(closing):
            values.append(self._read_value())
            if not self._skip_comma():
                break
        # As in Python, brackets around one value without a comma do not make a tuple.
        grouped = opening.text == "(" and len(values) == 1 and not self._ended_with_comma()
        self._expect(closing, f'"," or "{closing}"')
        if grouped:
            return values[0]
        return tuple(values) if opening.text == "(" else values

    def _read_dict(self) -> dict[str | int | float, object]:
        entries: dict[str | int | float, object] = {}
        while not self._peek().is_mark("}"):
            start = self._peek()
            key = self._read_key()
            if key in entries:
                self._refuse(start, f'the key "{key}" is given twice')
            self._expect(":", f'":" after the key "{key}"')
            entries[key] = self._read_value()
            if not self._skip_comma():
                break
        self._expect("}", '"," or "}"')
        return entries

    def _read_key(self) -> str | int | float:
        token = self._peek()
        key = None if token.kind == "mark" else self._read_value()
        if isinstance(key, bool) or not isinstance(key, str | int | float):
            self._refuse(token, "a key must be text or a number")
        return key

    def _interpret_word(self, token: _Token) -> object:
        word = token.text
        if word.casefold() in _CONSTANTS:
            return _CONSTANTS[word.casefold()]
        if not _FLOAT.fullmatch(word):
            return word
        if len(word) > MAX_NUMBER_LENGTH:
            self._refuse(token, f"the number is longer than {MAX_NUMBER_LENGTH} characters")
        number = int(word) if _INTEGER.fullmatch(word) else float(word)
        if math.isinf(number):
            self._refuse(token, "the number is too large")
        return number

    # Errors

    def _follows_bracket(self, word: _Token) -> bool:
        following = self._peek()
        return following.is_mark("(") and following.start == word.end

    def _refuse_python_call(self, word: _Token) -> None:
        if self._follows_bracket(word):
            self._refuse(
                word,
                f"calls such as {word.text}(...) are not evaluated; write '{word.text} name=value'",
            )

    def _refuse_unexpected(self, expected: str) -> NoReturn:
        token = self._peek()
        found = f'"{token.text[:_SHOWN_AFTER]}"' if token.text else "nothing"
        self._refuse(token, f"{expected} was expected, but {found} was found")

    def _refuse(self, token: _Token, reason: str) -> NoReturn:
        place = "at the end" if token.kind == "end" else f"at character {token.start + 1}"
        raise ConfigurationError(
            f"cannot read {self._quote_context(token.start)}: {place}, {reason}. "
            f"Write, for example: {self._example}"
        )

    def _quote_context(self, position: int) -> str:
        if not self._text.strip():
            return "an empty text"
        first = max(0, position - _SHOWN_BEFORE)
        last = min(len(self._text), position + _SHOWN_AFTER)
        before = "..." if first else ""
        after = "..." if last < len(self._text) else ""
        return f'"{before}{self._text[first:last]}{after}"'
