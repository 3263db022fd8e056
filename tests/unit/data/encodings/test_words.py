"""Words as indices and as bags, on texts of any kind."""

from __future__ import annotations

import hashlib
import lzma
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfTransformer

from galaxy_keras.artefacts.arrays import iterate_slices
from galaxy_keras.errors import ConfigurationError, DataError

from .fitting import encode, fit

REVIEWS = Path(__file__).parents[5] / "shared" / "data" / "imdb"
INVENTED = Path(__file__).parents[4] / "test-data"
TEXTS = ["The cat sat.", "The cat ran, the dog sat!", "A dog"]


def test_indices_are_ranks_by_frequency_then_by_character():
    words = fit("words length=6", TEXTS)
    # the 3, cat 2, dog 2, sat 2, a 1, ran 1; the first has index 4
    assert encode(words, ["the cat dog", "sat a ran bird"]).tolist() == [
        [0, 0, 0, 4, 5, 6],
        [0, 0, 7, 8, 9, 2],
    ]
    assert words.describe() == [
        "6 of 6 different words in 3 texts are kept",
        "indices 4 to 9, 6 positions",
    ]
    assert words.names() == []


def test_what_is_left_out_is_that_of_the_training_texts():
    words = fit("words", TEXTS)
    assert words.shape == (6,)
    assert words.vocabulary_size == 10
    assert fit("words start=True", TEXTS).shape == (7,)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("size=7", [0, 4, 5, 2, 2, 4]),
        ("skip_top=5", [0, 2, 5, 7, 9, 2]),
        ("start=True", [1, 4, 5, 7, 9, 4]),
        ("start=True length=5", [4, 5, 7, 9, 4]),
        ("start=True length=5 cut=back", [1, 4, 5, 7, 9]),
        ("start=True skip_top=2", [2, 4, 5, 7, 9, 4]),
        ("length=3", [7, 9, 4]),
        ("length=3 cut=back", [4, 5, 7]),
        ("pad=back", [4, 5, 7, 9, 4, 0]),
        ("min_count=2", [0, 4, 5, 7, 2, 4]),
        ("first_index=1", [0, 2, 3, 5, 7, 2]),
        ("first_index=1 min_count=2", [0, 2, 3, 5, 1, 2]),
        ("first_index=0", [0, 1, 2, 4, 6, 1]),
        ("first_index=0 min_count=2 length=3", [2, 4, 1]),
        ("first_index=0 skip_top=2 length=4", [0, 2, 4, 6]),
        ("first_index=10", [0, 11, 12, 14, 16, 11]),
    ],
)
def test_options_of_indices(options: str, expected: list[int]):
    words = fit(
        f"words length=6 {options}" if "length" not in options else f"words {options}", TEXTS
    )
    assert encode(words, ["The cat sat, ran the"]).tolist() == [expected]


@pytest.mark.parametrize(
    ("options", "text", "words"),
    [
        ("", "It's <br />a<BR>b\tc\u00a0d-e", ["a", "b", "c", "d", "e", "it's"]),
        ("lower=False", "B b", ["B", "b"]),
        ("remove=''", "a,b a.", ["a,b", "a."]),
        ("remove=x", "axb c.", ["a", "b", "c."]),
        ("markup=keep", "a<br>b", ["a", "b", "br"]),
        ("markup=keep remove=''", "a<br />b", ["/>b", "a<br"]),
        ("split=punctuation", "No, no!", ["no", "!", ","]),
        (
            "",
            "\u05e9\u05dc\u05d5\u05dd \U0001f600\U0001f600 \u202eabc",
            ["\u05e9\u05dc\u05d5\u05dd", "\u202eabc", "\U0001f600\U0001f600"],
        ),
    ],
)
def test_what_is_a_word(options: str, text: str, words: list[str]):
    assert fit(f"words output=count {options}", [text]).names() == words


def test_bags():
    texts = ["b a a", "a c", ""]
    assert encode(fit("words output=count", texts), texts).tolist() == [
        [2, 1, 0],
        [1, 0, 1],
        [0, 0, 0],
    ]
    assert encode(fit("words output=binary size=2", texts), texts).tolist() == [
        [1, 1],
        [1, 0],
        [0, 0],
    ]
    skipped = fit("words output=count skip_top=1 size=4", texts)
    assert skipped.names() == ["b", "c", "", ""]
    assert encode(skipped, ["a b c c d"]).tolist() == [[1, 2, 0, 0]]
    assert skipped.describe() == ["2 of 3 different words in 3 texts are kept"]


def test_tf_idf_is_that_of_scikit_learn():
    random = np.random.default_rng(3)
    texts = [" ".join(random.choice(list("abcdefgh"), 20)) for _ in range(50)] + [""]
    bags = fit("words output=count size=10", texts)
    transformer = TfidfTransformer().fit(encode(bags, texts))
    others = ["a b b h", "z", *texts[:5]]
    weights = encode(fit("words output=tf-idf size=10", texts), others)
    np.testing.assert_allclose(
        weights, transformer.transform(encode(bags, others)).toarray(), rtol=1e-6
    )


def test_bags_are_the_same_in_chunks_of_any_size():
    bags = fit("words output=tf-idf", TEXTS)
    chunks = [encode(bags, [text]) for text in TEXTS]
    assert (np.concatenate(chunks) == encode(bags, TEXTS)).all()
    assert encode(bags, []).shape == (0, 6)
    assert encode(bags, [""]).tolist() == [[0] * 6]


def test_unknown_words_and_empty_texts_are_counted():
    words = fit("words length=4 skip_top=5", TEXTS)
    encode(words, ["the cat bird", "", "wolf wolf"])
    assert (words.tally.tokens, words.tally.unknown) == (5, 3)
    assert (words.tally.cells, words.tally.missing) == (3, 1)
    assert words.list_warnings() == [
        "60% of the words are not among those of the training rows that were kept. Check that "
        "language, case and kind of the samples are those of training, or raise size"
    ]
    words.reset_tally()
    encode(words, TEXTS)
    assert words.tally.unknown_share == 0
    assert words.list_warnings() == []


HOSTILE = {
    "NUL": "the\0cat the cat",
    "not UTF-8": "caf\udce9 the cat",
    "10 MB": "the cat " * 1_250_000,
    "a word of 1 MB": "x" * 1_000_000 + " cat",
    "right to left": "\u202b\u05d7\u05ea\u05d5\u05dc the\u202c",
    "emoji": "\U0001f63a\u200d\U0001f525",
    "blanks": " \t\n\u2003",
    "empty": "",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_are_encoded(text: str):
    words = fit("words length=5 output=index", [*TEXTS, text])
    assert encode(words, [text]).shape == (1, 5)
    # What fits no vocabulary is an unknown word.
    assert all(
        len(word) <= 200 and "\0" not in word for word in words.get_state().settings["words"]
    )


def test_texts_that_the_table_reader_took_for_numbers():
    words = fit("words length=2", ["7 1", "7"])
    assert encode(words, np.array([7, 1])).tolist() == [[0, 4], [0, 5]]
    assert encode(words, np.array([7.0, np.nan])).tolist() == [[0, 4], [0, 0]]


@pytest.mark.parametrize(
    ("options", "columns", "message"),
    [
        ("", (["a"], ["b"]), "the encoding words takes one column, but 2 are given (c1, c2). "
         "Choose one: words columns=..."),
        ("", (["", "..."],), 'column "c1" has no words in its 2 rows. Choose the column of the '
         "texts: words columns=..."),
        ("min_count=2", (["a b"],), 'column "c1" has 2 different words, of which none is left with '
         "skip_top=0 and min_count=2. Lower them"),
        ("output=count skip_top=2", (["a b"],), 'column "c1" has 2 different words, of which none '
         "is left with skip_top=2 and min_count=1. Lower them"),
    ],
)  # fmt: skip
def test_texts_that_cannot_be_fitted(options: str, columns: tuple[list[str], ...], message: str):
    with pytest.raises(DataError) as error:
        fit(f"words {options}", *columns)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("size=4", "words: size must be above 4, since the first word has the index 4"),
        ("size=50 skip_top=50", "words: size must be above skip_top"),
        ("output=count length=3", "words: length is for output=index, so leave it out"),
        ("output=tf-idf start=True", "words: start is for output=index, so leave it out"),
        ("start=True first_index=1", "words: start=True needs first_index=2 or more: index 1 marks "
         "the start, and 2 other words"),
    ],
)  # fmt: skip
def test_options_that_contradict_each_other(options: str, message: str):
    with pytest.raises(ConfigurationError) as error:
        fit(f"words {options}", TEXTS)
    assert str(error.value) == message


def code_as_the_tutorial(training: list[str], texts: list[str], size: int, top: int, length: int):
    """Return what `words size skip_top length start=true` promises, step by step."""
    blanks = str.maketrans(dict.fromkeys('!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n', " "))

    def split(text: str) -> list[str]:
        return re.sub(r"<br\s*/?>", " ", text).lower().translate(blanks).split()

    counts = Counter(word for text in training for word in split(text))
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    index = {word: rank + 3 for rank, word in enumerate(ranked, 1)}
    rows = []
    for text in texts:
        codes = [1, *(index.get(word, 2) for word in split(text))]
        codes = [code if top <= code < size else 2 for code in codes][-length:]
        rows.append([0] * (length - len(codes)) + codes)
    return rows


@pytest.mark.parametrize("seed", range(5))
def test_drawn_reviews_are_coded_as_those_of_the_tutorial(seed: int):
    random = np.random.default_rng(seed)
    parts = [
        *"abcdefgh'.,!-_|\t\u00a0\u00e9\x96",
        " ",
        " ",
        " ",
        "<br />",
        "<br/>",
        "It's ",
        "the ",
    ]
    texts = ["".join(random.choice(parts, random.integers(0, 80))) for _ in range(60)]
    expected = code_as_the_tutorial(texts[:40], texts, size=30, top=8, length=12)
    words = fit("words size=30 skip_top=8 length=12 start=true", texts[:40])
    assert encode(words, texts).tolist() == expected


@pytest.mark.shared
@pytest.mark.thorough
@pytest.mark.skipif(
    not REVIEWS.exists(),
    reason="needs the developers' folder ../shared: run pytest -m shared where that is",
)
def test_the_reviews_of_the_tutorial_come_out_bit_for_bit():
    words = fit("words size=10000 skip_top=50 length=500 start=true", list(read_reviews("train")))
    assert words.describe() == [
        "9,950 of 88,075 different words in 25,000 texts are kept",
        "indices 50 to 9,999, 500 positions",
    ]
    for name, start in (("train", "e672811cee284a35"), ("test", "dd158c33d4276d47")):
        encoded = encode(words, list(read_reviews(name)))
        assert hash_table(encoded).startswith(start)


def read_reviews(name: str) -> Iterator[str]:
    path = REVIEWS / f"reviews_{name}.tsv.xz"
    with lzma.open(path, "rt", encoding="utf-8", newline="\n") as file:
        next(file)
        for line in file:
            yield line.rstrip("\n").split("\t")[3]


def hash_table(values: np.ndarray) -> str:
    digest = hashlib.sha256()
    for rows in iterate_slices(values):
        digest.update(
            "".join("\t".join(map(str, row)) + "\n" for row in values[rows].tolist()).encode()
        )
    return digest.hexdigest()


def test_texts_of_the_demo_give_its_tables():
    texts = [line.split("\t")[0].replace("'", " ") for line in read_demo("text")]
    coded = np.array([line.split("\t") for line in read_demo("X")], int)
    words = fit("words first_index=2 size=48 length=40 start=true", texts)
    # "clever" and "shallow" are equally frequent, and the tables rank them the other way round.
    numbers = np.arange(48)
    numbers[[35, 36]] = 36, 35
    assert coded.shape == (2000, 40)
    np.testing.assert_array_equal(numbers[encode(words, texts)], coded)


def read_demo(kind: str) -> list[str]:
    train, test = (
        (INVENTED / f"reviews_{kind}_{part}.tsv").read_text().splitlines()
        for part in ("train", "test")
    )
    return [*train[1:], *test[1:]] if kind == "text" else [*train, *test]
