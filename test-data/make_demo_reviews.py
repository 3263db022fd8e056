"""Writes the demo: invented reviews as text and as word indices, and whether each is positive.

Every review is a run of sentences made from a small grammar. A sentence praises or blames one
aspect of a film; "not" and "hardly" turn an opinion round, "very" doubles it, and a sentence
that begins with "but" counts twice. The label is the sign of the sum; ties are drawn again.
So no single word decides, and a network has to read in order. One label in 25 is wrong on
purpose: nobody should reach 100 %.

The text has capitals, punctuation, quotation marks and line breaks of HTML, as people write them.
Words are numbered by frequency from 3, as in the IMDB data of the Galaxy tutorial: 0 is padding
in front, 1 the start, 2 a rare word. So does `words first_index=2 size=48 length=40 start=true`,
fitted on all texts without apostrophes, but for two words of equal frequency. Run
`python make_demo_reviews.py` to write the files again.
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
LENGTH = 40
TRAIN, TEST = 1500, 500
WRONG_LABELS = 1 / 25
SEED = 20261121
SEED_OF_PUNCTUATION = 20261128
LABELS = ("negative", "positive")

GOOD = [
    "brilliant",
    "moving",
    "funny",
    "fresh",
    "clever",
    "honest",
    "warm",
    "gripping",
    "splendid",
    "charming",
]
BAD = [
    "dull",
    "clumsy",
    "noisy",
    "stale",
    "shallow",
    "tedious",
    "cold",
    "predictable",
    "messy",
    "lifeless",
]
ASPECTS = [
    "plot",
    "cast",
    "score",
    "dialogue",
    "ending",
    "camera",
    "pace",
    "humour",
    "story",
    "hero",
]
FILLERS = [
    "we",
    "saw",
    "it",
    "on",
    "a",
    "rainy",
    "evening",
    "in",
    "town",
    "with",
    "an",
    "old",
    "friend",
    "after",
    "work",
]
TURNS = ("not", "hardly")


def make_sentence(chance: random.Random) -> tuple[list[str], int]:
    """Return the words of a sentence and the opinion in it, negative or positive."""
    if chance.random() < 0.3:
        start = chance.randrange(len(FILLERS) - 4)
        return FILLERS[start : start + chance.randint(2, 4)], 0
    good = chance.random() < 0.5
    opinion = 1 if good else -1
    words = ["the", chance.choice(ASPECTS), "was"]
    if chance.random() < 0.25:
        words.append(chance.choice(TURNS))
        opinion = -opinion
    if chance.random() < 0.2:
        words.append("very")
        opinion *= 2
    words.append(chance.choice(GOOD if good else BAD))
    if chance.random() < 0.15:
        return ["but", *words], 2 * opinion
    return words, opinion


def make_review(chance: random.Random) -> tuple[list[list[str]], int]:
    """Return the sentences of a review, as words, and its label, 0 or 1."""
    sentences: list[list[str]] = []
    opinion = 0
    for _ in range(chance.randint(2, 7)):
        sentence, weight = make_sentence(chance)
        sentences.append(sentence)
        opinion += weight
    if opinion == 0:
        return make_review(chance)
    label = int(opinion > 0)
    return sentences, 1 - label if chance.random() < WRONG_LABELS else label


def write_review(sentences: list[list[str]], chance: random.Random) -> str:
    """Return a review as its author would have typed it."""
    text = ""
    for sentence in sentences:
        if text:
            text += chance.choice((". ", ". ", ". ", "! ", "... ", ".<br /><br />", "; ", ", "))
        capital = not text.endswith(("; ", ", ")) and chance.random() < 0.9
        text += write_sentence(sentence, chance, capital=capital)
    return text + chance.choice((".", ".", ".", "!", "!!", "...", ""))


def write_sentence(words: list[str], chance: random.Random, *, capital: bool) -> str:
    """Return a sentence without its end: some words in quotation marks or in capitals."""
    mark = chance.choice(('"', "'"))
    written = [
        f"{mark}{word}{mark}" if word in ASPECTS and chance.random() < 0.04 else word
        for word in words
    ]
    if words[-1] in GOOD + BAD and chance.random() < 0.08:
        written[-1] = written[-1].upper()
    text = " ".join(written)
    if capital:
        text = text[0].upper() + text[1:]
    is_aside = words[0] in FILLERS and chance.random() < 0.1
    return f"({text})" if is_aside else text


def flatten(sentences: list[list[str]]) -> list[str]:
    """Return the words of all sentences."""
    return [word for sentence in sentences for word in sentence]


def number_words(reviews: list[list[str]]) -> dict[str, int]:
    """Return the number of each word, by frequency from 3; the rarest five have none."""
    counts = Counter(word for words in reviews for word in words)
    ranked = [word for word, _ in counts.most_common()]
    return {word: number for number, word in enumerate(ranked[:-5], 3)}


def encode_review(words: list[str], numbers: dict[str, int]) -> list[int]:
    """Return `LENGTH` indices: padding in front, the start, the last words."""
    indices = [1, *(numbers.get(word, 2) for word in words)][-LENGTH:]
    return [0] * (LENGTH - len(indices)) + indices


def main() -> None:
    """Write texts, features and labels for training and for testing."""
    chance = random.Random(SEED)  # noqa: S311 (a repeatable sequence is what is wanted)
    reviews = [make_review(chance) for _ in range(TRAIN + TEST)]
    numbers = number_words([flatten(sentences) for sentences, _ in reviews])
    punctuation = random.Random(SEED_OF_PUNCTUATION)  # noqa: S311
    for name, part in (("train", reviews[:TRAIN]), ("test", reviews[TRAIN:])):
        texts = [
            f"{write_review(sentences, punctuation)}\t{LABELS[label]}" for sentences, label in part
        ]
        rows = ["\t".join(map(str, encode_review(flatten(each), numbers))) for each, _ in part]
        write_lines(f"reviews_text_{name}.tsv", ["review\tsentiment", *texts])
        write_lines(f"reviews_X_{name}.tsv", rows)
        write_lines(f"reviews_y_{name}.tsv", [str(label) for _, label in part])
    print(f"{TRAIN} + {TEST} reviews of {len(numbers)} words, {LENGTH} indices each")


def write_lines(name: str, lines: list[str]) -> None:
    """Write a file beside this one."""
    (HERE / name).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
