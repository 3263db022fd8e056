"""Draws the figures of gallery.md by running its commands.

Usage: python docs/draw_gallery.py FOLDER. The five commands must be on the PATH. FOLDER gets the
results of the training, the tables that the commands read and the figures, which are then copied to
docs/images. The tables beside the reviews come from scikit-learn's own data and models.
"""

from __future__ import annotations

import re
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
from sklearn.datasets import load_diabetes, load_digits
from sklearn.feature_selection import RFECV
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import cross_val_predict, learning_curve

DOCS = Path(__file__).parent
ROOT = DOCS.parent
COMMANDS = re.compile(r"^```sh\n(ml-visualization-ex .*?)^```$", re.MULTILINE | re.DOTALL)


def main(folder: Path) -> None:
    """Draw all figures of the gallery."""
    folder.mkdir(parents=True, exist_ok=True)
    write_review_tables(folder)
    write_digit_tables(folder)
    write_diabetes_tables(folder)
    for command in COMMANDS.findall((DOCS / "gallery.md").read_text()):
        words = shlex.split(command.replace("\\\n", " "))
        subprocess.run(words, cwd=folder, check=True)  # noqa: S603
        figure = words[words.index("--output") + 1]
        if figure.endswith(".html"):
            photograph(folder / figure)
        else:
            shutil.copy(folder / figure, DOCS / "images" / figure)


def photograph(page: Path) -> None:
    """Write a screenshot of the top of a page."""
    target = DOCS / "images" / page.with_suffix(".png").name
    size = "1000,1500" if page.name == "report.html" else "800,770"
    options = ["--headless", "--no-sandbox", "--hide-scrollbars", f"--window-size={size}"]
    # Time for the script of a page to draw its chart.
    options += ["--virtual-time-budget=30000", f"--screenshot={target}"]
    command = ["chromium", *options, page.resolve().as_uri()]
    subprocess.run(command, check=True)  # noqa: S603


def write_review_tables(folder: Path) -> None:
    """Train the model, and write predictions, probabilities and the vocabulary."""
    script = DOCS / "train_gallery_model.sh"
    subprocess.run(["sh", str(script), str(folder)], check=True)  # noqa: S603, S607
    shutil.copy(ROOT / "test-data" / "reviews_X_test.tsv", folder / "reviews_X.tsv")
    shutil.copy(ROOT / "test-data" / "reviews_y_test.tsv", folder / "reviews.tsv")
    predict = "model-prediction --model fitted.h5mlm --features reviews_X.tsv"
    command = shlex.split(f"{predict} --method predict_proba --output probabilities.tsv")
    subprocess.run(command, cwd=folder, check=True)  # noqa: S603
    write_vocabulary(folder / "vocabulary.tsv")


def write_vocabulary(path: Path) -> None:
    """Write the words of the reviews and their numbers."""
    made = runpy.run_path(str(ROOT / "test-data" / "make_demo_reviews.py"))
    chance = made["random"].Random(made["SEED"])
    reviews = [made["make_review"](chance)[0] for _ in range(made["TRAIN"] + made["TEST"])]
    numbers = made["number_words"](list(map(made["flatten"], reviews)))
    path.write_text("".join(f"{word}\t{number}\n" for word, number in numbers.items()))


def write_digit_tables(folder: Path) -> None:
    """Classify handwritten digits, each row by a model that was not trained on it."""
    images, digits = load_digits(return_X_y=True)
    model = LogisticRegression(C=0.02, max_iter=2000)
    scaled = images / 16
    probabilities = cross_val_predict(model, scaled, digits, cv=5, method="predict_proba")
    save(folder / "digits.tsv", "digit", digits)
    save(folder / "digits_predicted.tsv", "Predicted", probabilities.argmax(axis=1))
    save(folder / "digits_scores.tsv", "\t".join(map(str, range(10))), probabilities)
    fractions = np.linspace(0.1, 1, 8)
    sizes, train, test = learning_curve(
        model, scaled, digits, train_sizes=fractions, cv=5, shuffle=True, random_state=0
    )
    names = ["train_sizes_abs", "mean_train_scores", "std_train_scores"]
    names += ["mean_test_scores", "std_test_scores"]
    columns = [sizes, train.mean(1), train.std(1), test.mean(1), test.std(1)]
    save(folder / "learning_curve.tsv", "\t".join(names), np.stack(columns, axis=1))


def write_diabetes_tables(folder: Path) -> None:
    """Predict the progress of diabetes, with the importances of the features."""
    data = load_diabetes(scaled=True)
    model = Ridge(alpha=0.1)
    predicted = cross_val_predict(model, data.data, data.target, cv=10)
    save(folder / "progress.tsv", "progress", data.target)
    save(folder / "progress_predicted.tsv", "Predicted", predicted)
    scores = RFECV(model, cv=10).fit(data.data, data.target).cv_results_
    names = ("n_features", "mean_test_score", "std_test_score")
    save(folder / "rfecv.tsv", "\t".join(names), np.stack([scores[name] for name in names], axis=1))
    fitted = model.fit(data.data, data.target)
    found = permutation_importance(fitted, data.data, data.target, n_repeats=20, random_state=0)
    rows = zip(data.feature_names, found.importances_mean, found.importances_std, strict=True)
    lines = ["feature\timportance\tdeviation", *("\t".join(map(str, row)) for row in rows)]
    (folder / "importances.tsv").write_text("\n".join(lines) + "\n")


def save(path: Path, header: str, values: np.ndarray) -> None:
    """Write a table with a header."""
    np.savetxt(path, values, "%.6g", delimiter="\t", header=header, comments="")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
