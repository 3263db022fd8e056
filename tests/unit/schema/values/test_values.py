from __future__ import annotations

import math

import pytest

from galaxy_keras.catalogue.parameters import REQUIRED, Entry, Ignored, Kind, Parameter
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.values.values import (
    check_options,
    check_value,
    complete_options,
    omit_defaults,
)


def parameter(kind: Kind, **more: object) -> Parameter:
    return Parameter(name="x", kind=kind, **more)  # type: ignore[arg-type]


COUNT = parameter(Kind.INTEGER, minimum=1)
RATE = parameter(Kind.NUMBER, minimum=0.0, maximum=1.0)
PLANE = parameter(Kind.SIZES, rank=2, minimum=1)
LINE = parameter(Kind.SIZES, minimum=1)
BORDER = parameter(Kind.PAIRS, rank=2, minimum=0)
ENDS = parameter(Kind.PAIRS, minimum=0)
SHAPE = parameter(Kind.SHAPE, minimum=1)
AXES = parameter(Kind.AXES)
TWO_AXES = parameter(Kind.AXES, rank=2)
RANGE = parameter(Kind.RANGE, minimum=-1.0, maximum=1.0)
PAIR = parameter(Kind.RANGE, rank=2)
FLAG = parameter(Kind.BOOLEAN)
TEXT = parameter(Kind.TEXT)
PADDING = parameter(Kind.CHOICE, choices=("valid", "same"))
SCALE = parameter(Kind.CHOICE, choices=("none", "standard"))
DTYPE = parameter(Kind.DTYPE)
COLUMNS = parameter(Kind.COLUMNS)
NUMBERS = parameter(Kind.NUMBERS, minimum=0.0)


@pytest.mark.parametrize(
    ("asked", "given", "canonical"),
    [
        (COUNT, 16, 16),
        (COUNT, "16", 16),
        (COUNT, " 16 ", 16),
        (COUNT, 16.0, 16),
        (COUNT, "16.0", 16),
        (COUNT, [16], 16),
        (COUNT, "(16,)", 16),
        (RATE, 0.25, 0.25),
        (RATE, "0.25", 0.25),
        (RATE, 1, 1.0),
        (RATE, "2.5e-1", 0.25),
        (FLAG, True, True),
        (FLAG, "true", True),
        (FLAG, "False", False),
        (FLAG, "booltrue", True),
        (FLAG, "boolfalse", False),
        (TEXT, "ab,bc->ac", "ab,bc->ac"),
        (PADDING, "SAME", "same"),
        (SCALE, None, "none"),
        (SCALE, "None", "none"),
        (DTYPE, "Int32", "int32"),
        (COLUMNS, 3, "3"),
        (COLUMNS, "2-5", "2-5"),
        (COLUMNS, (1, "3 - 5"), "1,3 - 5"),
        (COLUMNS, "age", "name:age"),
        (COLUMNS, ["age", "body weight"], "name:age,body weight"),
        (COLUMNS, "1, 2", "1,2"),
        (COLUMNS, "age,sex", "name:age,sex"),
        (COLUMNS, "not:1", "not:1"),
        (COLUMNS, " name: 3", "name: 3"),
        (COLUMNS, "all", "all"),
        (PLANE, 3, 3),
        (PLANE, "3", 3),
        (PLANE, [3, 5.0], (3, 5)),
        (PLANE, "(3, 5)", (3, 5)),
        (PLANE, "3, 5", (3, 5)),
        (LINE, (3,), 3),
        (SHAPE, [None, 28, 1], (None, 28, 1)),
        (SHAPE, "(None, 28, 1)", (None, 28, 1)),
        (SHAPE, 32, (32,)),
        (SHAPE, "32", (32,)),
        (AXES, -1, -1),
        (AXES, [-1, 2, 3], (-1, 2, 3)),
        (TWO_AXES, [1, 2], (1, 2)),
        (BORDER, 1, 1),
        (BORDER, [1, 2], (1, 2)),
        (BORDER, "((1, 2), (3, 4))", ((1, 2), (3, 4))),
        (BORDER, [0, [3, 4]], (0, (3, 4))),
        (ENDS, 2, 2),
        (ENDS, [0, 2], (0, 2)),
        (NUMBERS, 2, 2.0),
        (NUMBERS, "[1, 2.5]", (1.0, 2.5)),
        (NUMBERS, [[1, 2], [3, 4]], ((1.0, 2.0), (3.0, 4.0))),
        (RANGE, 0.5, 0.5),
        (RANGE, [-0.5, 1], (-0.5, 1.0)),
        (PAIR, "(0, 255)", (0.0, 255.0)),
    ],
)
def test_value_in_canonical_form(asked: Parameter, given: object, canonical: object) -> None:
    value = check_value(asked, given, "here")
    assert value == canonical
    assert type(value) is type(canonical)


@pytest.mark.parametrize(
    ("asked", "given", "message"),
    [
        (COUNT, -5, "x must be a whole number of at least 1, not -5"),
        (COUNT, "-5", 'x must be a whole number of at least 1, not "-5"'),
        (COUNT, 2.5, "x must be a whole number of at least 1, not 2.5"),
        (
            COUNT,
            1e30,
            "x must be a whole number of at least 1, not 1e+30. "
            "Whole numbers may go up to 9,223,372,036,854,775,807",
        ),
        (
            COUNT,
            2**63,
            f"at least 1, not {2**63}. Whole numbers may go up to 9,223,372,036,854,775",
        ),
        (COUNT, True, "x must be a whole number of at least 1, not True"),
        (COUNT, None, "x must be a whole number of at least 1, not None"),
        (COUNT, "", 'x must be a whole number of at least 1, not ""'),
        (COUNT, "many", 'x must be a whole number of at least 1, not "many"'),
        (COUNT, math.nan, "x must be a whole number of at least 1, not nan"),
        (COUNT, (1, 2), "x must be a whole number of at least 1, not (1, 2)"),
        (RATE, 1.5, "x must be a number of at least 0 and of at most 1, not 1.5"),
        (RATE, False, "x must be a number of at least 0 and of at most 1, not False"),
        (RATE, "nan", 'x must be a number of at least 0 and of at most 1, not "nan"'),
        (parameter(Kind.NUMBER), math.nan, "x must be a number, not nan"),
        (parameter(Kind.NUMBER), math.inf, "x must be a number, not inf"),
        (parameter(Kind.NUMBER), 10**400, "x must be a number, not 1000000000"),
        (parameter(Kind.NUMBER, exclusive_minimum=0), 0, "x must be a number above 0, not 0"),
        (
            parameter(Kind.NUMBER, minimum=0, exclusive_maximum=1),
            1,
            "x must be a number of at least 0 and below 1, not 1",
        ),
        (
            parameter(Kind.INTEGER, default=None, minimum=1),
            0,
            "x must be a whole number of at least 1, or None, not 0",
        ),
        (
            COLUMNS,
            ("age", 3),
            "x must be columns by number or name (3, 2-5, age, or several in brackets), not "
            "('age', 3). Give columns either by number or by name",
        ),
        (COLUMNS, [], "age, or several in brackets), not []"),
        (COLUMNS, "a,,b", 'age, or several in brackets), not "a,,b"'),
        (COLUMNS, True, "age, or several in brackets), not True"),
        (FLAG, "yes", 'x must be true or false, not "yes"'),
        (FLAG, 1, "x must be true or false, not 1"),
        (TEXT, 3, "x must be text, not 3"),
        (PADDING, "sam", 'x must be one of valid, same, not "sam". Did you mean "same"?'),
        (PADDING, 3, "x must be one of valid, same, not 3"),
        (DTYPE, "float", "x must be one of float16, bfloat16, float32, float64, int8"),
        (
            PLANE,
            (3, 3, 3),
            "x must be a whole number of at least 1, or 2 of them in brackets, not (3, 3, 3)",
        ),
        (PLANE, (3, 0), "or 2 of them in brackets, not (3, 0)"),
        (PLANE, "3x3", 'or 2 of them in brackets, not "3x3"'),
        (LINE, (3, 3), "x must be a whole number of at least 1, not (3, 3)"),
        (
            SHAPE,
            (0, 3),
            "x must be whole numbers of at least 1 in brackets, one for each dimension, not (0, 3)",
        ),
        (SHAPE, ("28",), "in brackets, one for each dimension, not ('28',)"),
        (AXES, "a", 'x must be a whole number, or several of them in brackets, not "a"'),
        (
            TWO_AXES,
            (1, 2, 3),
            "x must be a whole number, or 2 of them in brackets, not (1, 2, 3)",
        ),
        (
            BORDER,
            (1, 2, 3),
            "x must be a whole number of at least 0, or 2 of them or of pairs of them "
            "in brackets, not (1, 2, 3)",
        ),
        (BORDER, ((1, 2, 3), 1), "or of pairs of them in brackets, not ((1, 2, 3), 1)"),
        (
            ENDS,
            (1, -2),
            "x must be a whole number of at least 0, or a pair of them in brackets, not (1, -2)",
        ),
        (NUMBERS, [1, -2], "x must be a number of at least 0, or a list of them, not [1, -2]"),
        (NUMBERS, [], "x must be a number of at least 0, or a list of them, not []"),
        (
            RANGE,
            (0.5, -0.5),
            "x must be a number of at least -1 and of at most 1, or a pair (lower, upper) "
            "of them, not (0.5, -0.5)",
        ),
        (PAIR, 255, "x must be a pair (lower, upper) of numbers, not 255"),
        (TEXT, ["a"] * 100, "x must be text, not ['a', 'a', 'a'"),
    ],
)
def test_unfit_value_is_refused(asked: Parameter, given: object, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_value(asked, given, "layer 3 (Dense)")
    assert str(caught.value).startswith("layer 3 (Dense): parameter x must be ")
    assert message in str(caught.value)


def test_long_values_are_cut_in_messages() -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_value(COUNT, "a" * 1000, "here")
    assert str(caught.value).endswith(f'not "{"a" * 57}..."')


@pytest.mark.parametrize("given", [None, "", "None"])
def test_nothing_is_a_value_where_none_is(given: object) -> None:
    assert check_value(parameter(Kind.INTEGER, default=None), given, "here") is None
    assert check_value(parameter(Kind.CHOICE, choices=("a",), optional=True), given, "") is None


# Options

ENTRY = Entry(
    name="Thing",
    module="things",
    parameters=(
        Parameter(name="size", kind=Kind.INTEGER, minimum=1, help="How large it is."),
        Parameter(name="slope", kind=Kind.NUMBER, default=0.3, aliases=("alpha",)),
        Parameter(name="value", kind=Kind.NUMBER, default=0.0, always_stored=True),
        Parameter(name="seed", kind=Kind.INTEGER, default=None),
    ),
    ignored=(Ignored("input_length"), Ignored("time_major", (False,))),
)


def test_options_come_in_the_order_of_the_catalogue() -> None:
    checked = check_options(ENTRY, {"seed": "None", "slope": "1", "size": "4"}, "here")
    assert list(checked.items()) == [("size", 4), ("slope", 1.0), ("seed", None)]


def test_old_names_are_understood() -> None:
    assert check_options(ENTRY, {"size": 1, "alpha": 0.1}, "") == {"size": 1, "slope": 0.1}


def test_old_parameters_without_effect_are_dropped() -> None:
    options = {"size": 1, "input_length": 500, "time_major": False}
    assert check_options(ENTRY, options, "") == {"size": 1}


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (
            {"siez": 1, "size": 1},
            'there is no parameter "siez". Did you mean "size"? '
            "Choose from: size, slope, value, seed",
        ),
        ({}, "parameter size is missing. Give a whole number of at least 1 (how large it is)"),
        (
            {"size": 1, "slope": 0.1, "alpha": 0.2},
            "slope and alpha are the same parameter. Give only one of them",
        ),
        ({"size": 1, "time_major": True}, "parameter time_major can only be False, not True"),
    ],
)
def test_wrong_options_are_refused(options: dict[str, object], problem: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_options(ENTRY, options, "layer 3 (Thing)")
    assert str(caught.value) == f"layer 3 (Thing): {problem}"


def test_all_problems_are_reported_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_options(ENTRY, {"sise": 3, "slope": "steep", "seed": 1.5}, "layer 1 (Thing)")
    assert caught.value.problems == (
        'layer 1 (Thing): there is no parameter "sise". Did you mean "size"? '
        "Choose from: size, slope, value, seed",
        "layer 1 (Thing): parameter size is missing. Give a whole number of at least 1 "
        "(how large it is)",
        'layer 1 (Thing): parameter slope must be a number, not "steep"',
        "layer 1 (Thing): parameter seed must be a whole number, or None, not 1.5",
    )


def test_entry_without_parameters_says_so() -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_options(Entry(name="Plain", module="things"), {"size": 1}, "layer 2 (Plain)")
    assert str(caught.value) == (
        'layer 2 (Plain): there is no parameter "size". It has no parameters'
    )


def test_defaults_are_added_and_left_out_again() -> None:
    complete = complete_options(ENTRY, {"size": 4, "slope": 1.0})
    assert complete == {"size": 4, "slope": 1.0, "value": 0.0, "seed": None}
    assert omit_defaults(ENTRY, complete) == {"size": 4, "slope": 1.0, "value": 0.0}


def test_required_has_no_default_to_add() -> None:
    assert ENTRY.parameters[0].default is REQUIRED
    assert "size" not in complete_options(ENTRY, {})
