from __future__ import annotations

import pytest

from galaxy_keras.errors import (
    MAX_MESSAGE_LENGTH,
    ConfigurationError,
    DataError,
    GalaxyKerasError,
    ModelFileError,
    PreemptedError,
    Problems,
    TrainingError,
    count_things,
    escape_name,
    format_message,
    list_names,
    suggest,
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigurationError, 3),
        (DataError, 4),
        (ModelFileError, 5),
        (TrainingError, 6),
        (PreemptedError, 75),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_each_class_owns_its_exit_code(error: type[GalaxyKerasError], code: int) -> None:
    assert error.exit_code == code


def test_one_problem_is_said_as_it_is() -> None:
    assert str(DataError("row 3 is short")) == "row 3 is short"


def test_several_problems_are_numbered() -> None:
    assert str(DataError("one", "two")) == "2 problems were found.\n1. one\n2. two"


def test_more_than_twenty_problems_are_cut() -> None:
    text = str(DataError(*(f"problem {number}" for number in range(25))))
    assert text.endswith("20. problem 19\n... and 5 more.")


def test_prefix_stands_before_every_problem() -> None:
    error = ConfigurationError("one", "two").with_prefix("--layer")
    assert error.problems == ("--layer: one", "--layer: two")
    assert isinstance(error, ConfigurationError)


def test_problems_are_raised_together_without_repeats() -> None:
    problems = Problems()
    for text in ("first", "second", "first"):
        with problems.collecting():
            raise DataError(text)
    with pytest.raises(DataError) as caught:
        problems.raise_if_any()
    assert caught.value.problems == ("first", "second")


def test_problems_do_not_swallow_other_exceptions() -> None:
    problems = Problems()
    with pytest.raises(KeyError), problems.collecting():
        raise KeyError("a bug")
    problems.raise_if_any()


def test_suggests_the_closest_name_whatever_its_case() -> None:
    assert suggest("dense", ["Dense", "Dropout"]) == ' Did you mean "Dense"?'
    assert suggest("Densse", ["Dense", "Dropout"]) == ' Did you mean "Dense"?'
    assert suggest("xyz", ["Dense", "Dropout"]) == ""


@pytest.mark.parametrize(
    ("name", "known", "suggested"),
    [
        ("adma", ["Adamax", "adam", "Adagrad"], "adam"),
        ("AdamaX", ["Adam", "Adamax"], "Adamax"),
        ("learning_rat", ["learning_rate", "epochs"], "learning_rate"),
        ("lr", ["l1", "l2"], None),
        ("epoch", ["epochs"], "epochs"),
        ("val_accuracy", ["loss", "val_loss", "val_acc"], "val_acc"),
        ("be", ["one", "bee"], "bee"),
        ("yy", ["x", "y"], "y"),
        ("MaxPool2D", ["MaxPooling1D", "MaxPooling2D"], "MaxPooling2D"),
        ("Separable", ["Dense", "SeparableConv2D"], "SeparableConv2D"),
        ("TextVectorization", ["SpectralNormalization", "LayerNormalization"], None),
        ("StringLookup", ["Dropout"], None),
        ("k" * 1_000_000, ["k"], None),
        ("last", [*map(str, range(10_000)), "lasts"], None),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_only_what_is_near_is_suggested(name: str, known: list[str], suggested: str | None) -> None:
    assert suggest(name, known) == ("" if suggested is None else f' Did you mean "{suggested}"?')


def test_long_lists_of_names_are_cut() -> None:
    assert list_names(["a", "b"]) == "a, b"
    assert list_names(["a", "b", "c"], most=2) == "a, b, ... (3 in all)"
    assert list_names(["a" * 100, "\x1b"]) == "a" * 80 + r"..., \x1b"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("grün 日本", "grün 日本"),
        ("a\x1b[31m\tb", r"a\x1b[31m\tb"),
        (b"gr\xfcn".decode(errors="surrogateescape"), r"gr\xfcn"),
        ("\ud800", r"\ud800"),
        ("x" * 81, "x" * 80 + "..."),
    ],
)
def test_names_in_messages_are_escaped_and_truncated(name: str, shown: str) -> None:
    assert escape_name(name) == shown


def test_attempts_keep_their_errors() -> None:
    def refuse() -> int:
        raise DataError("row 7 is empty")

    problems = Problems()
    assert problems.attempt(lambda: 5) == 5
    assert problems.attempt(refuse) is None
    with pytest.raises(DataError, match="row 7 is empty"):
        problems.fail()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("fine", "fine"),
        ("grün 日本", "grün 日本"),
        ('the label "\x1b[31mred\x07" is unknown', r'the label "\x1b[31mred\x07" is unknown'),
        ("left\u202eright", r"left\u202eright"),
        ("first\r\n  second", "first second"),
        (f"{'q' * 10_000_000} is long", f"{'q' * 222}...{'q' * 75} is long"),
        (f'the label "{"a b " * 10_000}" is long', f'the label "{("a b " * 56)[:221]}...'),
    ],
    ids=range(7),
)
def test_messages_are_cut_and_escaped(text: str, shown: str) -> None:
    assert format_message(text).startswith(shown)
    assert format_message(shown) == shown


@pytest.mark.parametrize("word", ["q", "q ", "\x1b", "\x1b ", '"', "\n", '" "'])
def test_no_message_is_longer_than_the_limit(word: str) -> None:
    text = str(DataError(f"row 1: {word * 500_000} is not known. Correct it"))
    assert text.startswith("row 1: ")
    assert text.endswith(" is not known. Correct it")
    assert len(text) <= MAX_MESSAGE_LENGTH
    assert text.isprintable()


@pytest.mark.parametrize(("count", "text"), [(0, "0 rows"), (1, "1 row"), (2000, "2,000 rows")])
def test_count_things(count: int, text: str) -> None:
    assert count_things(count, "row") == text
