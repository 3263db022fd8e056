"""The script that a user would write without galaxy-keras: the tutorial's network in plain Keras.

Usage: plain_keras_imdb.py FOLDER SEED PREDICTIONS.tsv

It does what the chain of the five commands does on the same rows: hold out 20 %, train two
epochs, score the hold-out, predict the 25,000 test reviews.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import pandas as pd
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split


def read_table(path: Path) -> np.ndarray:
    """Return a table without header as an array."""
    return pd.read_csv(path, sep="\t", header=None).to_numpy()


def main() -> None:
    """Train, score, predict."""
    folder, seed, output = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    keras.utils.set_random_seed(seed)
    features, labels = read_table(folder / "X_train.tsv.gz"), read_table(folder / "y_train.tsv.gz")
    train_x, hold_x, train_y, hold_y = train_test_split(
        features, labels, test_size=0.2, random_state=seed
    )
    model = keras.Sequential(
        [
            keras.Input((500,)),
            keras.layers.Embedding(10000, 32),
            keras.layers.LSTM(100),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy", metrics=["acc"])
    held_out = (hold_x, hold_y)
    model.fit(train_x, train_y, validation_data=held_out, epochs=2, batch_size=128, verbose=2)
    print("hold-out f1", f1_score(hold_y, model.predict(hold_x, verbose=0) > 0.5))
    predicted = (model.predict(read_table(folder / "X_test.tsv.gz"), verbose=0) > 0.5).astype(int)
    pd.DataFrame({"Predicted": predicted[:, 0]}).to_csv(output, sep="\t", index=False)


if __name__ == "__main__":
    main()
