"""keras-train-and-eval --search."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.fitted import FittedModel

from .conftest import Run, read_rows, write_rows

UNITS = "layers_1_Dense__config__units"
SEARCH = (
    *("--search", "learning_rate=log(1e-4,1)", "--search", f"{UNITS}=2,8"),
    *("--search-storage", "trials.log", "--output-search", "trials.tsv"),
)
NEEDS_OPTUNA = pytest.mark.skipif(
    importlib.util.find_spec("optuna") is None,
    reason="needs Optuna: pip install 'galaxy-keras[search]'",
)


@pytest.fixture
def data(run: Run) -> list[str]:
    """Write builder.zip, X.tsv and y.tsv; return the options for them."""
    drawn = np.random.default_rng(5).normal(size=(60, 2))
    write_rows("X.tsv", drawn.round(4).tolist())
    write_rows("y.tsv", [["yes" if sum(row) > 0 else "no"] for row in drawn.tolist()])
    run(
        "keras-model-config",
        *("--input-shape", "2", "--layer", "Dense units=4 activation=relu"),
        *("--layer", "Dense units=1 activation=sigmoid", "--output", "model.json"),
    )
    run(
        "keras-model-builder",
        *("--model-config", "model.json", "--task", "classifier", "--optimizer", "sgd"),
        *("--loss", "binary_crossentropy", "--epochs", "3", "--output", "builder.zip"),
    )
    return ["--model", "builder.zip", "--features", "X.tsv", "--target", "y.tsv", "--seed", "4"]


@NEEDS_OPTUNA
@pytest.mark.slow
def test_a_search_goes_on_and_trains_the_best(run: Run, data: list[str]) -> None:
    run("keras-train-and-eval", *data, *SEARCH, "--trials", "2")
    assert len(read_rows("trials.tsv")) == 3
    result = run(
        "keras-train-and-eval",
        *(*data, *SEARCH, "--trials", "4", "--output-model", "m.h5mlm"),
        *("--output-metrics", "m.tsv"),
    )
    assert "Trial 2:" not in result.stderr
    assert "Trial 4: val_loss=" in result.stderr
    header, *rows = read_rows("trials.tsv")
    assert header == ["trial", "state", "val_loss", "epochs", "learning_rate", UNITS]
    assert sorted(row[0] for row in rows) == ["1", "2", "3", "4"]
    losses = [float(row[2]) for row in rows if row[1] == "complete"]
    assert losses == sorted(losses)

    # The final model is the training that was the best trial.
    fitted = read_model(Path("m.h5mlm"))
    assert isinstance(fitted, FittedModel)
    assert min(fitted.history["val_loss"]) == pytest.approx(losses[0], rel=1e-5)
    assert str(fitted.architecture.layers[1].options["units"]) == rows[0][5]
    assert f"best {UNITS}\t{rows[0][5]}" in result.stdout


@NEEDS_OPTUNA
def test_another_search_in_the_storage(run: Run, data: list[str]) -> None:
    import optuna
    from optuna.storages.journal import JournalFileBackend

    storage = optuna.storages.JournalStorage(JournalFileBackend("trials.log"))
    study = optuna.create_study(study_name="galaxy-keras", storage=storage)
    study.set_user_attr("ranges", ["units=1,2", "val_loss"])
    result = run("keras-train-and-eval", *data, *SEARCH, code=3)
    assert (
        "Error: trials.log holds another search: units=1,2, val_loss. Give the same --search "
        "options and --search-monitor, or another file\n"
    ) in result.stderr

    Path("trials.log").write_text("no storage\n")
    result = run("keras-train-and-eval", *data, *SEARCH, code=3)
    assert "trials.log is not the storage of a search. Give the file that" in result.stderr


@NEEDS_OPTUNA
@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ("--search-monitor", "val_los"),
            '--search-monitor: there is no value "val_los". Did you mean "val_loss"? Choose from: ',
        ),
        (("--search", "unitz=1,2"), 'there is no hyperparameter "unitz"'),
    ],
)
def test_names_are_checked(
    run: Run, data: list[str], options: tuple[str, ...], message: str
) -> None:
    result = run("keras-train-and-eval", *data, *SEARCH, *options, code=3)
    assert message in result.stderr


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (SEARCH[:2], 2, "Missing option '--output-search' (required with --search)"),
        (("--trials", "3", "--check"), 3, "--trials belongs to --search. Give both, or leave it"),
        (
            (*SEARCH, "--cross-validate", "3", "--output-folds", "f.tsv"),
            3,
            "--cross-validate cannot be combined with --search. Search first, and give what was "
            "found with --set",
        ),
    ],
)
def test_what_is_refused(
    run: Run, data: list[str], options: tuple[str, ...], code: int, message: str
) -> None:
    result = run("keras-train-and-eval", *data, *options, code=code)
    assert message in result.stderr


def test_optuna_is_asked_for(run: Run, data: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    result = run("keras-train-and-eval", *data, *SEARCH, code=3)
    assert result.stderr == (
        "Error: --search needs Optuna, which is not installed. Run: pip install "
        "'galaxy-keras[search]'\n"
    )
