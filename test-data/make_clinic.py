"""Writes an invented clinic: patients, and whether they came back within a month.

Age, blood pressure, glucose, creatinine and few platelets speak for it, and so do smoking and an
emergency. Units are those of laboratories, so columns differ a hundred thousand fold; one cell in
ten of glucose, creatinine and smoker is empty. Cells are separated by semicolons, as in many
countries. Run `python make_clinic.py` to write the files again.
"""

from __future__ import annotations

import math
import random
from pathlib import Path

HERE = Path(__file__).parent
FILES = {"clinic.csv": 600, "clinic_new.csv": 150}
SEED = 20261129
EMPTY = 1 / 10
SMOKING = {"never": -1.5, "former": 0.0, "current": 1.5}
ADMISSION = {"planned": -1.0, "emergency": 1.0}
WARDS = ("north", "south", "west")
NAMES = (
    *("patient", "age", "pressure", "glucose", "creatinine", "platelets"),
    *("smoker", "admission", "ward", "returned"),
)


def draw_patient(number: int, chance: random.Random) -> list[str]:
    """Return the cells of a patient."""
    age = chance.randint(25, 90)
    pressure = round(chance.gauss(135, 18))
    glucose = round(max(chance.gauss(6.5, 1.6), 2.5), 1)
    creatinine = round(max(chance.gauss(90, 22), 30))
    platelets = 1000 * round(max(chance.gauss(250, 70), 20))
    smoker, admission = chance.choice(list(SMOKING)), chance.choice(list(ADMISSION))
    risk = (age - 60) / 15 + (pressure - 135) / 18 + (glucose - 6.5) / 1.6
    risk += (creatinine - 90) / 22 - (platelets - 250_000) / 70_000
    risk += SMOKING[smoker] + ADMISSION[admission]
    returned = chance.random() < 1 / (1 + math.exp(-2 * risk))
    return [
        *(f"P{number:04}", str(age), str(pressure), drop(f"{glucose}", chance)),
        *(drop(str(creatinine), chance), str(platelets), drop(smoker, chance)),
        *(admission, chance.choice(WARDS), "yes" if returned else "no"),
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
        (HERE / name).write_text("".join(";".join(row) + "\n" for row in (list(NAMES), *rows)))


if __name__ == "__main__":
    main()
