from __future__ import annotations

import gzip
from pathlib import Path

from seeds import KERAS_2, OURS, Score, append_result, find_accuracy, format_results, read_results


def test_results_become_a_table_of_sides(tmp_path: Path) -> None:
    path = tmp_path / "seeds.tsv"
    append_result(path, Score(OURS, 1, 0.5, 0.25, 0.75, 0.89, 0.87))
    append_result(path, Score(KERAS_2, 1, 0.5, 0.25, 0.75, 0.54, 0.5))
    append_result(path, Score(OURS, 2, 0.58, 0.34, 0.71, 0.854, 0.67))

    assert format_results(read_results(path)) == (
        "| seed | galaxy-keras | plain Keras 2.10 |\n"
        "| --- | --- | --- |\n"
        "| 1 | 0.870 | 0.500 |\n"
        "| 2 | 0.670 * |  |\n"
        "| mean | 0.770 | 0.500 |\n"
        "| median | 0.770 | 0.500 |\n"
        "| standard deviation | 0.141 | 0.000 |\n"
        "| worst | 0.670 | 0.500 |\n"
        "| best | 0.870 | 0.500 |\n"
    )


def test_accuracy_is_the_share_of_right_labels(tmp_path: Path) -> None:
    true, predicted = tmp_path / "true.tsv.gz", tmp_path / "predicted.tsv"
    with gzip.open(true, "wt") as file:
        file.write("1\n0\n1\n0\n")
    predicted.write_text("Predicted\n1\n1\n1\n0\n")

    assert find_accuracy(str(true), str(predicted)) == 0.75
