"""One step of the tutorial's chain with Galaxy-ML 0.10, by its public functions.

Usage: galaxy_ml_chain.py start
       galaxy_ml_chain.py config ARCHITECTURE.json LENGTH
       galaxy_ml_chain.py builder ARCHITECTURE.json SEED BUILDER.h5mlm
       galaxy_ml_chain.py train BUILDER.h5mlm FEATURES LABELS SEED FITTED.h5mlm METRICS.tsv
       galaxy_ml_chain.py predict FITTED.h5mlm FEATURES PREDICTIONS.tsv
       galaxy_ml_chain.py plot LABELS PREDICTIONS.tsv PICTURE.png

The main programs of the replaced Galaxy tools are no part of the library; each step does what
the one of its name does, in its order and with what it imports. Needs an environment with Python
3.9, galaxy-ml 0.10.0 and TensorFlow 2.10, not the one of galaxy-keras.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pandas as pd
import tensorflow as tf
from galaxy_ml.keras_galaxy_models import KerasGClassifier
from galaxy_ml.model_persist import dump_model_to_h5, load_model_from_h5
from galaxy_ml.model_validations import train_test_split
from galaxy_ml.utils import clean_params, get_scoring, read_columns
from sklearn.metrics import confusion_matrix


def write_architecture(path: str, length: str) -> None:
    """Build the network once, as the tool does, to write it as JSON."""
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [
            layers.Embedding(10_000, 32, input_shape=(int(length),)),
            layers.LSTM(100),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    Path(path).write_text(json.dumps(json.loads(model.to_json()), indent=2))


def write_builder(architecture: str, seed: str, path: str) -> None:
    """Write the untrained classifier with the tutorial's settings."""
    config = json.loads(Path(architecture).read_text())["config"]
    classifier = KerasGClassifier(
        config,
        model_type="sequential",
        loss="binary_crossentropy",
        optimizer="adam",
        learning_rate=0.001,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-7,
        amsgrad=False,
        metrics=["acc"],
        epochs=2,
        batch_size=128,
        validation_split=0.1,
        callbacks=[{"callback_selection": {"callback_type": "None"}}],
        verbose=1,
        seed=int(seed),
    )
    dump_model_to_h5(classifier, path, verbose=1)


def read_table(path: str) -> np.ndarray:
    """Return all columns of a table without header."""
    return read_columns(path, c_option="all_columns", sep="\t", header=None, parse_dates=True)


def train(builder: str, features: str, labels: str, seed: str, fitted: str, metrics: str) -> None:
    """Hold out 20 %, fit, evaluate with Keras and score with scikit-learn, write both files."""
    classifier = clean_params(load_model_from_h5(builder))
    x, y = read_table(features).astype(float), read_table(labels).ravel()
    scorers = get_scoring({"primary_scoring": "f1", "secondary_scoring": []})
    train_x, hold_x, train_y, hold_y = train_test_split(
        x, y, test_size=0.2, random_state=int(seed), shuffle="simple"
    )
    classifier.fit(train_x, train_y, validation_data=(hold_x, hold_y))
    values = classifier.model_.evaluate(hold_x, hold_y, batch_size=classifier.batch_size)
    scores = dict(zip(classifier.model_.metrics_names, values))  # noqa: B905  Python 3.9
    scores.update({name: score(classifier, hold_x, hold_y) for name, score in scorers.items()})
    pd.DataFrame([scores]).sort_index(axis=1).to_csv(metrics, sep="\t", index=False)
    dump_model_to_h5(classifier, fitted, verbose=1)


def predict(fitted: str, features: str, output: str) -> None:
    """Write the labels that a fitted model gives."""
    classifier = clean_params(load_model_from_h5(fitted))
    predicted = classifier.predict(read_table(features).astype(float))
    pd.DataFrame(predicted).to_csv(output, sep="\t", index=False)


def draw(labels: str, predictions: str, picture: str) -> None:
    """Draw the confusion matrix."""
    import matplotlib.pyplot as plt
    import plotly.graph_objects  # noqa: F401  the tool imports it for every plot

    true = pd.read_csv(labels, sep="\t", header=None).iloc[:, -1]
    counts = confusion_matrix(true, pd.read_csv(predictions, sep="\t").iloc[:, -1])
    figure, axes = plt.subplots(figsize=(7, 7))
    image = axes.imshow(counts, cmap="Greens")
    for (row, column), count in np.ndenumerate(counts):
        axes.text(column, row, count, ha="center", va="center")
    axes.set(xlabel="Predicted class labels", ylabel="True class labels")
    figure.colorbar(image)
    figure.tight_layout()
    figure.savefig(picture, dpi=125)


STEPS = {
    "start": lambda: None,
    "config": write_architecture,
    "builder": write_builder,
    "train": train,
    "predict": predict,
    "plot": draw,
}

if __name__ == "__main__":
    # Without this, as in its tools, Galaxy-ML cannot write an untrained classifier.
    warnings.simplefilter("ignore")
    STEPS[sys.argv[1]](*sys.argv[2:])
