"""What prediction knows of a table before it computes anything."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from galaxy_keras.artefacts.arrays import LayerWeights
from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.fitted import FittedModel, write_fitted
from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.learning.building import build_model
from galaxy_keras.learning.prediction import predict_table
from galaxy_keras.learning.weights import collect_weights
from galaxy_keras.preparation import prediction as inputs
from galaxy_keras.preparation.batch_sizes import choose_batch_size
from galaxy_keras.preparation.prediction import prepare_prediction
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.requests.runs import PredictionRequest, SampleRequest
from galaxy_keras.schema.training.features import FeatureDescription
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.training.targets import TargetDescription


@pytest.fixture
def run(tmp_path: Path) -> PredictionRequest:
    architecture = parse_spec({"input_shape": 2, "layers": ["Dense units=1"]})
    fitted = FittedModel(
        architecture=architecture,
        training=TrainingSettings.model_validate(
            {"task": "regressor", "loss": "mse", "optimizer": "sgd"}
        ),
        target=TargetDescription(kind="regression", columns=1),
        features=FeatureDescription(count=2),
        weights=collect_weights(build_model(architecture)),
    )
    write_fitted(tmp_path / "fitted.h5mlm", fitted, [])
    np.savetxt(tmp_path / "X.tsv", np.ones((5, 2)), delimiter="\t")
    return PredictionRequest(
        model=tmp_path / "fitted.h5mlm",
        features=SampleRequest(path=tmp_path / "X.tsv"),
        output=tmp_path / "p.tsv",
    )


@pytest.mark.parametrize(("held", "rows"), [(6, 5), (5, None), (2, None)])
def test_rows_are_known_where_the_first_piece_is_the_table(
    run: PredictionRequest, held: int, rows: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A row has two numbers of four bytes.
    monkeypatch.setattr(inputs, "CHUNK_BYTES", held * 8)

    preparation = prepare_prediction(run)

    assert preparation.rows == rows
    assert sum(len(chunk[0]) for chunk in preparation.chunks) == 5


def test_batches_are_as_large_as_memory_and_sense_allow() -> None:
    small = parse_spec({"input_shape": 2, "layers": ["Dense units=1"]})
    # 1,000 x 1,024 numbers for each row are 4 MB, of which 65 are in 256 MiB.
    large = parse_spec(
        {"input_shape": 1000, "layers": ["Embedding input_dim=9 output_dim=1023", "LSTM units=1"]}
    )

    assert choose_batch_size(small) == 1024
    assert choose_batch_size(large) == 2**28 // (4 * (1000 + 1_023_000 + 1)) == 65


@pytest.mark.parametrize("header", [False, True])
def test_a_row_without_a_finite_answer_is_named(
    run: PredictionRequest, header: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inputs, "CHUNK_BYTES", 2 * 8)
    lines = ["a\tb"] * header + ["1\t1"] * 3 + ["3e38\t-3e38", "1\t1"]
    run.features.path.write_text("\n".join(lines) + "\n")
    features = run.features.model_copy(update={"header": header})
    run = run.model_copy(update={"features": features})
    fitted = read_model(run.model)
    assert isinstance(fitted, FittedModel)
    weights = LayerWeights(
        "dense", ("kernel", "bias"), (np.array([[9], [-9]], "f4"), np.zeros(1, "f4"))
    )
    write_fitted(run.model, replace(fitted, weights=(weights,)), [])

    expected = f"X.tsv, row {4 + header}: the network computes inf from it"
    with pytest.raises(DataError, match=expected):
        predict_table(prepare_prediction(run), run)
    assert not run.output.exists()


def test_a_network_that_goes_on_from_former_rows_is_refused(run: PredictionRequest) -> None:
    architecture = parse_spec(
        {
            "layers": [
                {"type": "Input", "shape": [2, 1], "batch_size": 8},
                "LSTM units=1 stateful=True",
                "Dense units=1",
            ]
        }
    )
    fitted = read_model(run.model)
    assert isinstance(fitted, FittedModel)
    weights = collect_weights(build_model(architecture))
    write_fitted(run.model, replace(fitted, architecture=architecture, weights=weights), [])

    with pytest.raises(ConfigurationError) as caught:
        prepare_prediction(run)

    assert str(caught.value).startswith(f'{run.model}: layer 1 (LSTM "lstm") has stateful=True')
