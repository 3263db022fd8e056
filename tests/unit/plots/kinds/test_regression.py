from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics

from galaxy_keras.errors import DataError
from galaxy_keras.plots.drawing.style import plot_style
from galaxy_keras.plots.kinds.regression import (
    RegressionOutput,
    draw_predicted_vs_true,
    draw_residuals,
    read_outputs,
)
from galaxy_keras.schema.requests.plots import FigureSettings
from galaxy_keras.schema.requests.runs import TableSource

RANDOM = np.random.default_rng(2)
TRUE = RANDOM.normal(5, 3, 50)
FIT = RegressionOutput("", TRUE, TRUE + RANDOM.normal(0, 1, 50))


def table(folder: Path, name: str, *rows: str, header: bool = False) -> TableSource:
    path = folder / name
    path.write_text("".join(f"{row}\n" for row in rows))
    return TableSource(path=path, header=header)


def test_scores_equal_those_of_scikit_learn() -> None:
    assert FIT.r2 == pytest.approx(metrics.r2_score(FIT.true, FIT.predicted))
    assert FIT.mae == pytest.approx(metrics.mean_absolute_error(FIT.true, FIT.predicted))
    assert FIT.rmse == pytest.approx(metrics.root_mean_squared_error(FIT.true, FIT.predicted))


def test_scores_by_hand() -> None:
    output = RegressionOutput("", np.array([1.0, 3.0]), np.array([1.0, 1.0]))
    assert output.residuals.tolist() == [0, 2]
    assert (output.mae, output.rmse, output.r2) == (1, pytest.approx(2**0.5), -1)


def test_outputs_are_paired_in_order(tmp_path: Path) -> None:
    true = table(tmp_path, "y.tsv", "a\tb", "1\t2", "3\t4", header=True)
    predicted = table(tmp_path, "p.tsv", "1.5\t2.5", "3.5\t4.5")
    first, second = read_outputs(true, predicted)
    assert (first.name, second.name) == ("a", "b")
    assert second.true.tolist() == [2, 4]
    assert second.predicted.tolist() == [2.5, 4.5]


def test_outputs_without_names_are_numbered(tmp_path: Path) -> None:
    one = table(tmp_path, "one.tsv", "1", "2")
    two = table(tmp_path, "two.tsv", "1\t2", "3\t4")
    assert [output.name for output in read_outputs(one, one)] == [""]
    assert [output.name for output in read_outputs(two, two)] == ["Output 1", "Output 2"]


def test_other_number_of_columns(tmp_path: Path) -> None:
    true, predicted = table(tmp_path, "y.tsv", "1\t2"), table(tmp_path, "p.tsv", "1")
    with pytest.raises(DataError) as caught:
        read_outputs(true, predicted)
    assert str(caught.value) == (
        f"{true.path} gives 2 columns of true values, but {predicted.path} gives 1 of predicted "
        "ones. Choose with --true-columns and --predicted-columns"
    )


def test_other_number_of_rows(tmp_path: Path) -> None:
    true, predicted = table(tmp_path, "y.tsv", "1", "2", "3"), table(tmp_path, "p.tsv", "1")
    with pytest.raises(DataError, match=r"y\.tsv has 3 rows but .*p\.tsv has 1"):
        read_outputs(true, predicted)


def test_too_many_outputs(tmp_path: Path) -> None:
    wide = table(tmp_path, "y.tsv", "\t".join("1" * 13))
    with pytest.raises(DataError) as caught:
        read_outputs(wide, wide)
    assert str(caught.value) == (
        "there are 13 columns, and at most 12 panels can be read. "
        "Choose some with --true-columns and --predicted-columns"
    )


def test_descriptions() -> None:
    output = RegressionOutput("yield", np.array([1.0, 3.0]), np.array([1.0, 1.0]))
    same = RegressionOutput("constant", np.array([2.0, 2.0]), np.array([1.0, 3.0]))
    with plot_style(10):
        alone = draw_predicted_vs_true([output], settings=FigureSettings())
        both = draw_residuals([output, same], settings=FigureSettings())
    assert alone.description == ("Predicted against true values. 2 rows; R² -1, RMSE 1.414, MAE 1.")
    assert both.description == (
        "Residuals. 2 rows; yield: R² -1, RMSE 1.414, MAE 1; constant: R² undefined, RMSE 1, MAE 1."
    )


def test_outputs_are_paired_by_name(tmp_path: Path) -> None:
    true = table(tmp_path, "y.tsv", "a\tb", "1\t2", "3\t4", header=True)
    predicted = table(tmp_path, "p.tsv", "b\tc\ta", "2.5\t9\t1.5", "4.5\t9\t3.5", header=True)
    first, second = read_outputs(true, predicted)
    assert (first.name, second.name) == ("a", "b")
    assert first.predicted.tolist() == [1.5, 3.5]
    assert second.predicted.tolist() == [2.5, 4.5]


def test_one_output_needs_no_common_name(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    true = table(tmp_path, "y.tsv", "yield", "1", "3", header=True)
    predicted = table(tmp_path, "p.tsv", "Predicted", "1.5", "3.5", header=True)
    assert [output.name for output in read_outputs(true, predicted)] == ["yield"]
    assert caplog.messages == []
