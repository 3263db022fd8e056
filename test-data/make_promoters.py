"""Writes invented stretches of DNA of different lengths, some with a TATA box.

The same sequences are in tables, and in FASTA files with tables of their kinds.

A promoter has TATAAT at a random place, one letter of which may be another one; the others have
none. Run `python make_promoters.py` to write the files again.
"""

from __future__ import annotations

import random
from pathlib import Path

HERE = Path(__file__).parent
FILES = {"promoters.tsv": 1000, "promoters_new.tsv": 200}
SEED = 20261130
BOX = "TATAAT"
SHORTEST, LONGEST = 20, 60
CHANGED = 1 / 10


def draw_sequence(chance: random.Random) -> tuple[str, str]:
    """Return a sequence and its kind."""
    length = chance.randint(SHORTEST, LONGEST)
    sequence = "".join(chance.choices("ACGT", k=length))
    if chance.random() < 0.5:
        start = chance.randint(0, length - len(BOX))
        return sequence[:start] + change(chance) + sequence[start + len(BOX) :], "promoter"
    return (sequence, "other") if BOX not in sequence else draw_sequence(chance)


def change(chance: random.Random) -> str:
    """Return the box, now and then with another letter."""
    if chance.random() >= CHANGED:
        return BOX
    place = chance.randrange(len(BOX))
    return BOX[:place] + chance.choice("ACGT") + BOX[place + 1 :]


def main() -> None:
    """Write sequences to train on, and new ones."""
    chance = random.Random(SEED)  # noqa: S311 (a repeatable sequence is what is wanted)
    number = 0
    for name, count in FILES.items():
        rows = []
        for _ in range(count):
            number += 1
            rows.append((f"s{number:04}", *draw_sequence(chance)))
        write_table(name, [("name", "sequence", "kind"), *rows])
        stem = name.removesuffix(".tsv")
        records = [f">{label}\n{sequence}\n" for label, sequence, _ in rows]
        (HERE / f"{stem}.fasta").write_text("".join(records))
        write_table(f"{stem}_kinds.tsv", [("kind",), *((kind,) for *_, kind in rows)])


def write_table(name: str, rows: list[tuple[str, ...]]) -> None:
    """Write rows, the first of which is the header."""
    (HERE / name).write_text("".join("\t".join(row) + "\n" for row in rows))


if __name__ == "__main__":
    main()
