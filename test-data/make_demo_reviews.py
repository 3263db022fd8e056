"""Writes the demo: invented reviews as word indices, and whether each is positive.

Every review is a run of sentences made from a small grammar. A sentence praises or blames one
aspect of a film; "not" and "hardly" turn an opinion round, "very" doubles it, and a sentence
that begins with "but" counts twice. The label is the sign of the sum; ties are drawn again.
So no single word decides, and a network has to read in order. One label in 25 is wrong on
purpose: nobody should reach 100 %.

Words are numbered by frequency from 3, as in the IMDB data of the Galaxy tutorial: 0 is padding
in front, 1 the start, 2 a rare word. Run `python make_demo_reviews.py` to write the files again.
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


def make_review(chance: random.Random) -> tuple[list[str], int]:
    """Return the words of a review and its label, 0 or 1."""
    words: list[str] = []
    opinion = 0
    for _ in range(chance.randint(2, 7)):
        sentence, weight = make_sentence(chance)
        words += sentence
        opinion += weight
    if opinion == 0:
        return make_review(chance)
    label = int(opinion > 0)
    return words, 1 - label if chance.random() < WRONG_LABELS else label


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
    """Write features and labels for training and for testing."""
    chance = random.Random(SEED)  # noqa: S311 (a repeatable sequence is what is wanted)
    reviews = [make_review(chance) for _ in range(TRAIN + TEST)]
    numbers = number_words([words for words, _ in reviews])
    for name, part in (("train", reviews[:TRAIN]), ("test", reviews[TRAIN:])):
        rows = ("\t".join(map(str, encode_review(words, numbers))) for words, _ in part)
        (HERE / f"reviews_X_{name}.tsv").write_text("\n".join(rows) + "\n")
        labels = "\n".join(str(label) for _, label in part)
        (HERE / f"reviews_y_{name}.tsv").write_text(labels + "\n")
    print(f"{TRAIN} + {TEST} reviews of {len(numbers)} words, {LENGTH} indices each")


if __name__ == "__main__":
    main()
