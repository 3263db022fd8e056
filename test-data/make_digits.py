"""Writes handwritten digits of 8 x 8 pixels: one image a row, and which digit it shows.

They are the first images of scikit-learn's copy of the Optical Recognition of Handwritten Digits
data (E. Alpaydin and C. Kaynak, UCI Machine Learning Repository, 1998, CC BY 4.0). Run
`python make_digits.py` to write the files again.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

HERE = Path(__file__).parent
TRAIN, TEST = 900, 300


def write_rows(name: str, rows: np.ndarray) -> None:
    """Write whole numbers with tabs between, without a header."""
    np.savetxt(HERE / name, rows, fmt="%d", delimiter="\t")


def main() -> None:
    """Write images and labels for training and for testing."""
    digits = load_digits()
    parts = {"train": slice(0, TRAIN), "test": slice(TRAIN, TRAIN + TEST)}
    for part, rows in parts.items():
        write_rows(f"digits_X_{part}.tsv", digits.data[rows])
        write_rows(f"digits_y_{part}.tsv", digits.target[rows])


if __name__ == "__main__":
    main()
