"""Writes invented buyers of cars and what each paid: a small regression with a rule in it.

The price grows with income and with wealth above a threshold, less so with age and debt, and has
noise of 5 %. All columns are scaled to about 0 to 1 and have a header. Run
`python make_car_prices.py` to write the files again.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
TRAIN, TEST = 400, 100
SEED = 20261123
FEATURES = ("gender", "age", "income", "debt", "wealth")


def draw_buyers(chance: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return features, shape (count, 5), and prices, shape (count, 1)."""
    gender = chance.integers(0, 2, count)
    age, income, debt, wealth = chance.random((4, count))
    price = 0.1 + 0.4 * income + 0.5 * np.maximum(wealth - 0.3, 0) + 0.1 * age - 0.15 * debt
    noise = 1 + 0.05 * chance.standard_normal(count)
    return np.column_stack([gender, age, income, debt, wealth]), (price * noise)[:, None]


def write_table(name: str, names: tuple[str, ...], rows: np.ndarray) -> None:
    """Write numbers with tabs between, below a header."""
    np.savetxt(HERE / name, rows, fmt="%.4g", delimiter="\t", header="\t".join(names), comments="")


def main() -> None:
    """Write features and prices for training and for testing."""
    chance = np.random.default_rng(SEED)
    for part, count in (("train", TRAIN), ("test", TEST)):
        features, prices = draw_buyers(chance, count)
        write_table(f"cars_X_{part}.tsv", FEATURES, features)
        write_table(f"cars_y_{part}.tsv", ("price",), prices)


if __name__ == "__main__":
    main()
