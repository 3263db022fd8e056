"""What other programs are told of a network."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from galaxy_keras.artefacts.arrays import NamedArray
from galaxy_keras.artefacts.models.encodings import StoredEncoding
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.data.exchange import describe_exchange, write_description
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.training.features import EncodedColumns, FeatureDescription
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.training.targets import TargetDescription
from galaxy_keras.schema.values.component import Component

COLUMNS = EncodedColumns(names=("age",), numeric=(True,))
SCALING = StoredEncoding(
    name="values",
    encoding=Component(name="values", options={"scale": "standard"}),
    columns=COLUMNS,
    settings={"kind": "standard"},
    arrays=(NamedArray("mean", np.array([2.5])),),
)


def make_fitted() -> FittedModel:
    return FittedModel(
        architecture=parse_spec({"input_shape": "None,1", "layers": ["LSTM units=2"]}),
        training=TrainingSettings.from_options(
            {"task": "regressor", "loss": "mse", "optimizer": "sgd", "metrics": []}
        ),
        target=TargetDescription(kind="regression", columns=2, names=("x", "y")),
        features=FeatureDescription(count=4, names=("a", "b", "c", "d")),
        weights=(),
        targets=(SCALING,),
    )


def test_everything_is_said_in_json(tmp_path: Path) -> None:
    write_description(tmp_path / "m.json", make_fitted())
    read = json.loads((tmp_path / "m.json").read_text())

    assert read == describe_exchange(make_fitted())
    assert read["inputs"] == [{"name": "input_layer", "shape": [None, 1]}]
    assert read["features"]["names"] == ["a", "b", "c", "d"]
    assert read["input_encodings"] == []
    assert read["outputs"] == "value"
    assert read["target_encodings"] == [
        {
            "name": "values",
            "encoding": {"name": "values", "options": {"scale": "standard"}},
            "columns": {"names": ["age"], "numeric": [True]},
            "settings": {"kind": "standard"},
            "arrays": {"mean": [2.5]},
        }
    ]
