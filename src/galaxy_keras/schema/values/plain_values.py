"""Converting numbers, sizes, shapes, strings and choices as a parameter requires.

A converter takes the parameter and the user's value, and returns the canonical value or raises
`InvalidValueError`; `describe_expected` describes the expected value.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Final

from galaxy_keras.catalogue.parameters import DTYPES, Kind, Parameter
from galaxy_keras.errors import ConfigurationError, list_names
from galaxy_keras.schema.values.literals import parse_literal

MAX_INTEGER = 2**63 - 1
"""The largest whole number that TensorFlow stores."""

_SPAN = re.compile(r"[0-9]{1,9}(?:\s*-\s*[0-9]{1,9})?")
_SELECTION = re.compile(r"all|(?:not|name|not-name)\s*:.*", re.DOTALL)
_BOOLEANS = {"true": True, "booltrue": True, "false": False, "boolfalse": False}


class InvalidValueError(ValueError):
    """The value is not what the parameter takes; its text, if any, says what to know more."""


def convert_plain(parameter: Parameter, value: object) -> object:
    """Return `value` in canonical form; text is parsed as a literal unless text is expected.

    Raises
    ------
    InvalidValueError
        If it is not what `parameter` takes.
    """
    convert, takes_text = _CONVERTERS[parameter.kind]
    if isinstance(value, str) and not takes_text:
        value = _parse(value)
    return convert(parameter, value)


def list_choices(parameter: Parameter) -> tuple[str, ...]:
    """Return the allowed values of a choice or data type; empty for other kinds."""
    return parameter.choices or (DTYPES if parameter.kind is Kind.DTYPE else ())


def _parse(text: str) -> object:
    try:
        return parse_literal(text)
    except ConfigurationError as error:
        raise InvalidValueError from error


def _convert_integer(parameter: Parameter, value: object) -> int:
    if isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidValueError
    if abs(value) > MAX_INTEGER:
        raise InvalidValueError(f"Whole numbers may go up to {MAX_INTEGER:,}")
    _check_bounds(parameter, value)
    return value


def _convert_number(parameter: Parameter, value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise InvalidValueError
    try:
        number = float(value)
    except OverflowError as error:
        raise InvalidValueError from error
    if not math.isfinite(number):
        raise InvalidValueError
    _check_bounds(parameter, number)
    return number


def _check_bounds(parameter: Parameter, number: float) -> None:
    inside = (
        (parameter.minimum is None or number >= parameter.minimum)
        and (parameter.maximum is None or number <= parameter.maximum)
        and (parameter.exclusive_minimum is None or number > parameter.exclusive_minimum)
        and (parameter.exclusive_maximum is None or number < parameter.exclusive_maximum)
    )
    if not inside:
        raise InvalidValueError


def _convert_boolean(parameter: Parameter, value: object) -> bool:
    if isinstance(value, str):
        value = _BOOLEANS.get(value.strip().casefold())
    if not isinstance(value, bool):
        raise InvalidValueError
    return value


def _convert_text(parameter: Parameter, value: object) -> str:
    if not isinstance(value, str):
        raise InvalidValueError
    return value


def _convert_choice(parameter: Parameter, value: object) -> str:
    if value is None and "none" in parameter.choices:
        # The grammar of options reads none without quotes as None.
        return "none"
    if "true" in parameter.choices:
        # A choice that was true or false before it had more values is stored and read so.
        text = str(value).strip().casefold()
        value = str(_BOOLEANS[text]).casefold() if text in _BOOLEANS else value
    text = _convert_text(parameter, value).strip().casefold()
    known = {choice.casefold(): choice for choice in list_choices(parameter)}
    if text not in known:
        raise InvalidValueError
    return known[text]


def _convert_sizes(parameter: Parameter, value: object) -> int | tuple[int, ...]:
    if not isinstance(value, list | tuple) or parameter.rank == 1:
        return _convert_integer(parameter, value)
    return tuple(_convert_integer(parameter, each) for each in _expect_count(value, parameter.rank))


def _convert_shape(parameter: Parameter, value: object) -> tuple[int | None, ...]:
    sizes = value if isinstance(value, list | tuple) else (value,)
    return tuple(None if size is None else _convert_integer(parameter, size) for size in sizes)


def _convert_integers(parameter: Parameter, value: object) -> int | tuple[int, ...]:
    if not isinstance(value, list | tuple):
        return _convert_integer(parameter, value)
    axes = value if parameter.rank == 1 else _expect_count(value, parameter.rank)
    return tuple(_convert_integer(parameter, axis) for axis in axes)


def _convert_pairs(parameter: Parameter, value: object) -> object:
    if not isinstance(value, list | tuple):
        return _convert_integer(parameter, value)
    if parameter.rank == 1:
        return _convert_integer_pair(parameter, value)
    return tuple(
        _convert_integer_pair(parameter, each)
        if isinstance(each, list | tuple)
        else _convert_integer(parameter, each)
        for each in _expect_count(value, parameter.rank)
    )


def _convert_integer_pair(parameter: Parameter, value: Sequence[object]) -> tuple[int, ...]:
    return tuple(_convert_integer(parameter, each) for each in _expect_count(value, 2))


def _convert_numbers(parameter: Parameter, value: object) -> object:
    if not isinstance(value, list | tuple):
        return _convert_number(parameter, value)
    if not value:
        raise InvalidValueError
    return tuple(_convert_numbers(parameter, each) for each in value)


def _convert_range(parameter: Parameter, value: object) -> float | tuple[float, float]:
    if not isinstance(value, list | tuple):
        if parameter.rank == 2:
            raise InvalidValueError
        return _convert_number(parameter, value)
    lower, upper = (_convert_number(parameter, each) for each in _expect_count(value, 2))
    if lower > upper:
        raise InvalidValueError
    return lower, upper


def _convert_columns(parameter: Parameter, value: object) -> str:
    """Return a column selection as text (`schema.requests.columns.ColumnSelection`)."""
    if isinstance(value, str) and _SELECTION.fullmatch(value.strip()):
        return value.strip()
    listed = value if isinstance(value, list | tuple) else (value,)
    items = [part.strip() for each in listed for part in _list_columns(each)]
    spans = [bool(_SPAN.fullmatch(item)) for item in items]
    if not items or "" in items:
        raise InvalidValueError
    if all(spans):
        return ",".join(items)
    if any(spans):
        raise InvalidValueError("Give columns either by number or by name")
    return f"name:{','.join(items)}"


def _list_columns(value: object) -> list[str]:
    if isinstance(value, int) and not isinstance(value, bool):
        return [str(value)]
    if not isinstance(value, str):
        raise InvalidValueError
    return value.split(",")


def _expect_count(values: Sequence[object], count: int) -> Sequence[object]:
    if len(values) != count:
        raise InvalidValueError
    return values


_CONVERTERS: Final[dict[Kind, tuple[Callable[[Parameter, object], object], bool]]] = {
    Kind.INTEGER: (_convert_integer, False),
    Kind.NUMBER: (_convert_number, False),
    Kind.BOOLEAN: (_convert_boolean, True),
    Kind.TEXT: (_convert_text, True),
    Kind.CHOICE: (_convert_choice, True),
    Kind.DTYPE: (_convert_choice, True),
    Kind.SIZES: (_convert_sizes, False),
    Kind.SHAPE: (_convert_shape, False),
    Kind.PAIRS: (_convert_pairs, False),
    Kind.INTEGERS: (_convert_integers, False),
    Kind.NUMBERS: (_convert_numbers, False),
    Kind.RANGE: (_convert_range, False),
    Kind.AXES: (_convert_integers, False),
    Kind.SCHEDULE: (_convert_number, False),
    Kind.COLUMNS: (_convert_columns, True),
}


def describe_expected(parameter: Parameter) -> str:
    """Return what values a parameter takes, in words: ``a whole number of at least 1``."""
    expected = _DESCRIPTIONS[parameter.kind](parameter)
    return f"{expected}, or None" if parameter.allows_none else expected


def _describe_integer(parameter: Parameter) -> str:
    return f"a whole number{_describe_bounds(parameter)}"


def _describe_number(parameter: Parameter) -> str:
    return f"a number{_describe_bounds(parameter)}"


def _describe_choice(parameter: Parameter) -> str:
    return f"one of {list_names(list_choices(parameter), most=100)}"


def _describe_sizes(parameter: Parameter) -> str:
    one = _describe_integer(parameter)
    return one if parameter.rank == 1 else f"{one}, or {parameter.rank} of them in brackets"


def _describe_shape(parameter: Parameter) -> str:
    return f"whole numbers{_describe_bounds(parameter)} in brackets, one for each dimension"


def _describe_integers(parameter: Parameter) -> str:
    several = "several" if parameter.rank == 1 else parameter.rank
    return f"{_describe_integer(parameter)}, or {several} of them in brackets"


def _describe_pairs(parameter: Parameter) -> str:
    one = _describe_integer(parameter)
    if parameter.rank == 1:
        return f"{one}, or a pair of them in brackets"
    return f"{one}, or {parameter.rank} of them or of pairs of them in brackets"


def _describe_numbers(parameter: Parameter) -> str:
    return f"{_describe_number(parameter)}, or a list of them"


def _describe_range(parameter: Parameter) -> str:
    if parameter.rank == 2:
        return f"a pair (lower, upper) of numbers{_describe_bounds(parameter)}"
    return f"{_describe_number(parameter)}, or a pair (lower, upper) of them"


def _describe_bounds(parameter: Parameter) -> str:
    bounds = [
        ("of at least", parameter.minimum),
        ("above", parameter.exclusive_minimum),
        ("of at most", parameter.maximum),
        ("below", parameter.exclusive_maximum),
    ]
    phrases = [f"{phrase} {bound:.15g}" for phrase, bound in bounds if bound is not None]
    return f" {' and '.join(phrases)}" if phrases else ""


_DESCRIPTIONS: Final[dict[Kind, Callable[[Parameter], str]]] = {
    Kind.INTEGER: _describe_integer,
    Kind.NUMBER: _describe_number,
    Kind.BOOLEAN: lambda parameter: "true or false",
    Kind.TEXT: lambda parameter: "text",
    Kind.CHOICE: _describe_choice,
    Kind.DTYPE: _describe_choice,
    Kind.SIZES: _describe_sizes,
    Kind.SHAPE: _describe_shape,
    Kind.PAIRS: _describe_pairs,
    Kind.INTEGERS: _describe_integers,
    Kind.NUMBERS: _describe_numbers,
    Kind.RANGE: _describe_range,
    Kind.AXES: _describe_integers,
    Kind.ACTIVATION: lambda parameter: "the name of an activation function",
    Kind.INITIALIZER: lambda parameter: "an initializer",
    Kind.REGULARIZER: lambda parameter: "a regularizer",
    Kind.CONSTRAINT: lambda parameter: "a constraint",
    Kind.LAYER: lambda parameter: "a layer",
    Kind.SCHEDULE: lambda parameter: f"{_describe_number(parameter)}, or a learning-rate schedule",
    Kind.COLUMNS: lambda parameter: (
        "columns by number or name (3, 2-5, age, or several in brackets)"
    ),
}
