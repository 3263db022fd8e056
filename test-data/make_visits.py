"""Writes invented visits: a nurse's note and a few facts, whether patients improved, and the days.

What the note says decides with age and ward on both answers: on `improved`, which is yes or no, and
on `days`, a number. One cell in ten of `pressure` and `smoker` is empty. Run
`python make_visits.py` to write the files again.
"""

from __future__ import annotations

import math
import random
from pathlib import Path

HERE = Path(__file__).parent
FILES = {"visits.tsv": 800, "visits_new.tsv": 200}
SEED = 20261130
EMPTY = 1 / 10
WARDS = {"surgery": 2.0, "medicine": 0.0, "day care": -2.0}
SMOKERS = {"never": 0.5, "former": 0.0, "current": -0.5}
GOOD = ("sleeps well", "no fever", "walks alone", "good appetite", "calm breathing")
BAD = ("weak", "high fever", "dizzy when walking", "eats little", "short of breath")
NEUTRAL = ("seen by the doctor", "family was here", "asked for water", "reads a lot")
NAMES = ("patient", "note", "age", "pressure", "smoker", "ward", "improved", "days")


def draw_patient(number: int, chance: random.Random) -> list[str]:
    """Return the cells of a patient."""
    age, pressure = chance.randint(25, 90), round(chance.gauss(135, 18))
    smoker, ward = chance.choice(list(SMOKERS)), chance.choice(list(WARDS))
    parts = chance.sample(GOOD, chance.randint(0, 3)) + chance.sample(BAD, chance.randint(0, 3))
    state = sum(1 if part in GOOD else -1 for part in parts)
    parts += chance.sample(NEUTRAL, 1)
    chance.shuffle(parts)
    health = state - (age - 60) / 20 + SMOKERS[smoker]
    improved = chance.random() < 1 / (1 + math.exp(-3 * health))
    days = max(7 + WARDS[ward] - 1.5 * state + (age - 60) / 10 + chance.gauss(0, 0.7), 0.5)
    return [
        *(f"V{number:04}", ", ".join(parts).capitalize() + ".", str(age)),
        *(drop(str(pressure), chance), drop(smoker, chance), ward),
        *("yes" if improved else "no", f"{days:.1f}"),
    ]


def drop(cell: str, chance: random.Random) -> str:
    """Return a cell, or now and then an empty one."""
    return "" if chance.random() < EMPTY else cell


def main() -> None:
    """Write patients to train on, and new ones."""
    chance = random.Random(SEED)  # noqa: S311 (a repeatable sequence is what is wanted)
    number = 0
    for name, count in FILES.items():
        rows = [draw_patient(number + row, chance) for row in range(1, count + 1)]
        number += count
        (HERE / name).write_text("".join("\t".join(row) + "\n" for row in (list(NAMES), *rows)))


if __name__ == "__main__":
    main()
