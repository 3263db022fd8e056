from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.values.component import Component
from galaxy_keras.schema.values.literals import (
    MAX_TEXT_LENGTH,
    format_call,
    format_keyword,
    format_literal,
    parse_assignment,
    parse_call,
    parse_keywords,
    parse_literal,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("500", 500),
        ("-3", -3),
        ("+3", 3),
        ("007", 7),
        ("1e-7", 1e-7),
        (".5", 0.5),
        ("5.", 5.0),
        ("-2.5E+3", -2500.0),
        ("sigmoid", "sigmoid"),
        ("val_loss", "val_loss"),
        ("3x3", "3x3"),
        ("1_000", "1_000"),
        ("nan", "nan"),
        ("'two words'", "two words"),
        ('"a, b"', "a, b"),
        ("''", ""),
        ("'500'", "500"),
        ("'None'", "None"),
        (r"'it\'s'", "it's"),
        (r'"a\\b"', r"a\b"),
        (r"'tab\t'", r"tab\t"),
        ("True", True),
        ("false", False),
        ("FALSE", False),
        ("None", None),
        ("null", None),
        ("(3, 3)", (3, 3)),
        ("(32, )", (32,)),
        ("()", ()),
        ("(3)", 3),
        ("[]", []),
        ("[1]", [1]),
        ("[1, 2,]", [1, 2]),
        ("((0, 1), (2, 3))", ((0, 1), (2, 3))),
        ("28,28,1", (28, 28, 1)),
        ("Dense(units=1)", {"class_name": "Dense", "config": {"units": 1}}),
        ("Flatten()", {"class_name": "Flatten", "config": {}}),
        (
            "LSTM(units=16 return_sequences=true, kernel_initializer=HeNormal(seed=3),)",
            {
                "class_name": "LSTM",
                "config": {
                    "units": 16,
                    "return_sequences": True,
                    "kernel_initializer": {"class_name": "HeNormal", "config": {"seed": 3}},
                },
            },
        ),
        ("500,", (500,)),
        ("{}", {}),
        ("{0: 1.5, 'b': [1, (2,)], c: None}", {0: 1.5, "b": [1, (2,)], "c": None}),
        (" \n 7 \t", 7),
    ],
)
def test_literal(text, value):
    parsed = parse_literal(text)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(
    ("text", "name", "options"),
    [
        ("Dense", "Dense", {}),
        (
            "Embedding input_dim=10000 output_dim=32",
            "Embedding",
            {"input_dim": 10000, "output_dim": 32},
        ),
        (
            "Bidirectional layer='LSTM units=64 return_sequences=True' merge_mode=concat",
            "Bidirectional",
            {"layer": "LSTM units=64 return_sequences=True", "merge_mode": "concat"},
        ),
        (
            "Conv2D, filters = 3,kernel_size=(3, 3),",
            "Conv2D",
            {"filters": 3, "kernel_size": (3, 3)},
        ),
        (
            "Dense kernel_initializer={name: Zeros}",
            "Dense",
            {"kernel_initializer": {"name": "Zeros"}},
        ),
    ],
)
def test_call(text, name, options):
    assert parse_call(text) == (name, options)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("", {}),
        ("  ", {}),
        ("a=1, b='x'", {"a": 1, "b": "x"}),
        ("a=1 b=x,", {"a": 1, "b": "x"}),
        (
            "seed=None, noise_shape={'a': [1, {'b': 2}]}",
            {"seed": None, "noise_shape": {"a": [1, {"b": 2}]}},
        ),
    ],
)
def test_keywords(text, options):
    assert parse_keywords(text) == options


@pytest.mark.parametrize(
    ("text", "assignment"),
    [
        ("learning_rate=0.001", ("learning_rate", 0.001)),
        ("optimizer = adamax", ("optimizer", "adamax")),
        ("kernel_size=3,3", ("kernel_size", (3, 3))),
        (
            "layers_1_Dense__config__kernel_initializer__config__seed=999",
            ("layers_1_Dense__config__kernel_initializer__config__seed", 999),
        ),
        ("metrics=['acc', 'auc']", ("metrics", ["acc", "auc"])),
    ],
)
def test_assignment(text, assignment):
    assert parse_assignment(text) == assignment


VALUE_EXAMPLE = "Write, for example: 3, 0.5, same, 'two words', True, None, (3, 3) or [1, 2]"
CALL_EXAMPLE = "Write, for example: Dense units=1 activation=sigmoid"
BRACKETS = "name=value (put several values of one option in brackets)"


@pytest.mark.parametrize(
    ("parse", "text", "message"),
    [
        (
            parse_literal,
            "",
            "cannot read an empty text: at the end, a value was expected, but nothing was found. "
            + VALUE_EXAMPLE,
        ),
        (
            parse_literal,
            "a b",
            'cannot read "a b": at character 3, nothing more (quote text that contains '
            'spaces) was expected, but "b" was found. ' + VALUE_EXAMPLE,
        ),
        (
            parse_literal,
            "(1, 2",
            'cannot read "(1, 2": at the end, "," or ")" was expected, but nothing was found. '
            + VALUE_EXAMPLE,
        ),
        (
            parse_literal,
            "[1 2]",
            'cannot read "[1 2]": at character 4, "," or "]" was expected, but "2" was found. '
            + VALUE_EXAMPLE,
        ),
        (
            parse_literal,
            "'abc",
            "cannot read \"'abc\": at character 1, the quote ' is never closed. " + VALUE_EXAMPLE,
        ),
        (
            parse_literal,
            "\u201cabc\u201d",
            'cannot read "\u201cabc\u201d": at character 1, only the straight quotes \' and " '
            "are known. " + VALUE_EXAMPLE,
        ),
        (
            parse_literal,
            "9" * 41,
            f'cannot read "{"9" * 30}...": at character 1, the number is longer than 40 '
            "characters. " + VALUE_EXAMPLE,
        ),
        (
            parse_literal,
            "-1e999",
            'cannot read "-1e999": at character 1, the number is too large. ' + VALUE_EXAMPLE,
        ),
        (
            parse_literal,
            "[" * 21,
            f'cannot read "{"[" * 21}": at character 21, brackets are nested deeper than 20. '
            + VALUE_EXAMPLE,
        ),
        (
            parse_literal,
            "{None: 1}",
            'cannot read "{None: 1}": at character 2, a key must be text or a number. '
            + VALUE_EXAMPLE,
        ),
        (
            parse_literal,
            "{(1,): 1}",
            'cannot read "{(1,): 1}": at character 2, a key must be text or a number. '
            + VALUE_EXAMPLE,
        ),
        (
            parse_literal,
            "{a 1}",
            'cannot read "{a 1}": at character 4, ":" after the key "a" was expected, '
            'but "1" was found. ' + VALUE_EXAMPLE,
        ),
        (
            parse_literal,
            "{a: 1, a: 2}",
            'cannot read "{a: 1, a: 2}": at character 8, the key "a" is given twice. '
            + VALUE_EXAMPLE,
        ),
        (
            parse_literal,
            "{a: 1",
            'cannot read "{a: 1": at the end, "," or "}" was expected, but nothing was found. '
            + VALUE_EXAMPLE,
        ),
        (
            parse_call,
            "",
            "cannot read an empty text: at the end, a name was expected, but nothing was found. "
            + CALL_EXAMPLE,
        ),
        (
            parse_call,
            "Dense 10",
            f'cannot read "Dense 10": at character 7, {BRACKETS} was expected, '
            'but "10" was found. ' + CALL_EXAMPLE,
        ),
        (
            parse_call,
            "Dense units==10",
            'cannot read "Dense units==10": at character 13, a value was expected, '
            'but "=" was found. ' + CALL_EXAMPLE,
        ),
        (
            parse_call,
            "Conv1D kernel_size=3,3",
            f'cannot read "Conv1D kernel_size=3,3": at character 22, {BRACKETS} was expected, '
            'but "3" was found. ' + CALL_EXAMPLE,
        ),
        (
            parse_call,
            "numbers columns=age,weight",
            'cannot read "numbers columns=age,weight": at the end, "=" after "weight" (put several '
            "values of one option in brackets) was expected, but nothing was found. "
            + CALL_EXAMPLE,
        ),
        (
            parse_call,
            "Dense(units=3)",
            'cannot read "Dense(units=3)": at character 1, calls such as Dense(...) are not '
            "evaluated; write 'Dense name=value'. " + CALL_EXAMPLE,
        ),
        (
            parse_call,
            "Dense kernel_regularizer=l2(0.1)",
            'cannot read "Dense kernel_regularizer=l2(0.1)": at character 26, calls such as '
            "l2(...) are not evaluated; write 'l2 name=value'. " + CALL_EXAMPLE,
        ),
        (
            parse_call,
            "TimeDistributed layer=Dense(units=1, units=2)",
            'cannot read "TimeDistributed layer=Dense(units=1, units=2)": at character 38, "units" '
            "is given twice. " + CALL_EXAMPLE,
        ),
        (
            parse_call,
            "TimeDistributed layer=Dense(",
            'cannot read "TimeDistributed layer=Dense(": at the end, "," or ")" was expected, but '
            "nothing was found. " + CALL_EXAMPLE,
        ),
        (
            parse_call,
            "Dense units=1 units=2",
            'cannot read "Dense units=1 units=2": at character 15, "units" is given twice. '
            + CALL_EXAMPLE,
        ),
        (
            parse_keywords,
            "a",
            'cannot read "a": at the end, "=" after "a" was expected, but nothing was found. '
            "Write, for example: padding=same, strides=(2, 2)",
        ),
        (
            parse_assignment,
            "5=epochs",
            'cannot read "5=epochs": at character 1, a name was expected, but "5" was found. '
            "Write, for example: learning_rate=0.001",
        ),
        (
            parse_literal,
            "a" * 60 + " " + "b" * 60,
            f'cannot read "...{"a" * 49} {"b" * 30}...": at character 62, nothing more (quote text '
            f'that contains spaces) was expected, but "{"b" * 30}" was found. ' + VALUE_EXAMPLE,
        ),
        (
            parse_literal,
            "x" * (MAX_TEXT_LENGTH + 1),
            f'the text that begins "{"x" * 50}" is too long: 200001 characters, where at most '
            "200000 are read",
        ),
    ],
)
def test_message(parse, text, message):
    with pytest.raises(ConfigurationError) as caught:
        parse(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "text", ["__import__('os')", "().__class__", "1+1", "a.b()", "f'{x}'", "lambda: 0", "2**9"]
)
def test_nothing_is_evaluated(text):
    # What is not refused is text, unchanged.
    with contextlib.suppress(ConfigurationError):
        assert parse_literal(text) == text


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    for parse in (parse_literal, parse_call, parse_keywords, parse_assignment):
        with contextlib.suppress(ConfigurationError):
            parse(text)


@given(st.text("()[]{}=,:'\" ab1.", max_size=60))
def test_any_marks_are_read_or_refused(text):
    for parse in (parse_literal, parse_call, parse_keywords, parse_assignment):
        with contextlib.suppress(ConfigurationError):
            parse(text)


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=10)
)
KEYS = st.text(max_size=5) | st.integers(-99, 99)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(KEYS, inner, max_size=4)
    ),
    max_leaves=15,
)
NAMES = st.from_regex(r"[a-z]+_[a-z0-9_]*", fullmatch=True)


@given(VALUES)
def test_written_values_are_read_back(value):
    assert parse_literal(format_literal(value)) == value


@given(NAMES, st.dictionaries(NAMES, VALUES, max_size=4))
def test_written_calls_are_read_back(name, options):
    assert parse_call(format_call(name, options)) == (name, options)


@given(NAMES, st.dictionaries(NAMES, VALUES, max_size=4), st.sampled_from([",", ", ", "  "]))
def test_written_keywords_are_read_back(name, options, separator):
    keywords = (format_keyword(key, value) for key, value in options.items())
    assert parse_call(separator.join([name, *keywords])) == (name, options)


def test_a_component_inside_options_is_written_as_a_call():
    decay = Component(name="CosineDecay", options={"decay_steps": 9, "alpha": 0.5})
    optimizer = Component(name="SGD", options={"learning_rate": decay, "nesterov": True})
    assert str(optimizer) == (
        "SGD learning_rate='CosineDecay decay_steps=9 alpha=0.5' nesterov=True"
    )
