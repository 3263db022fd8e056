"""Small fitted models and tables to report on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from galaxy_keras.artefacts.models.fitted import FittedModel, write_fitted
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.requests.report import ReportRequest
from galaxy_keras.schema.requests.runs import TableSource
from galaxy_keras.schema.training.features import FeatureDescription
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.training.targets import TargetDescription

HOSTILE = '<script>alert("1")</script>$x_1$&\'--><img src=http://evil.example/a>'
LOSSES = {
    "binary": "binary_crossentropy",
    "multiclass": "categorical_crossentropy",
    "multilabel": "binary_crossentropy",
    "regression": "mse",
}


def make_model(coding: TargetDescription, **changes: Any) -> FittedModel:
    """Return a model of one layer with as many outputs as `coding` needs."""
    several = coding.kind in ("multiclass", "multilabel")
    units = len(coding.labels) if several else 1 if coding.kind == "binary" else coding.columns
    activation = {"multiclass": "softmax", "regression": "linear"}.get(coding.kind, "sigmoid")
    shape = {"batch_shape": (None, 2), "dtype": "float32"}
    options = {"units": units, "activation": activation}
    nodes = (
        LayerNode(name="in", type="InputLayer", options=shape),
        LayerNode(name="out", type="Dense", options=options, inbound=("in",)),
    )
    training = {
        "task": "regressor" if coding.kind == "regression" else "classifier",
        "loss": LOSSES[coding.kind],
        "optimizer": "SGD learning_rate=0.5",
        "metrics": ["acc"] if coding.kind != "regression" else ["mae"],
        "epochs": 3,
    }
    content: dict[str, Any] = {
        "architecture": Architecture.sequential("sample", nodes),
        "training": TrainingSettings.model_validate(training),
        "target": coding,
        "features": FeatureDescription(count=2, names=("height", "weight")),
        "weights": (),
        "seed": 7,
        "history": {"loss": [0.7, 0.6], "val_loss": [0.8, 0.9]},
        "metrics": {"acc": 0.75},
        "versions": {"keras": "3.15.1"},
    }
    return FittedModel(**{**content, **changes})


@pytest.fixture
def save_model(tmp_path: Path) -> Callable[..., Path]:
    """Write the model that `make_model` returns."""

    def save(coding: TargetDescription, **changes: Any) -> Path:
        path = tmp_path / "fitted.h5mlm"
        write_fitted(path, make_model(coding, **changes), [])
        return path

    return save


@pytest.fixture
def save_table(tmp_path: Path) -> Callable[..., TableSource]:
    """Write a table; a header is a row of names before the others."""

    def save(
        name: str, rows: Sequence[Sequence[object]], header: Sequence[str] = ()
    ) -> TableSource:
        path = tmp_path / name
        lines = [*([header] if header else []), *rows]
        path.write_text("".join("\t".join(map(str, line)) + "\n" for line in lines))
        return TableSource(path=path, header=bool(header))

    return save


@pytest.fixture
def request_report(tmp_path: Path) -> Callable[..., ReportRequest]:
    """Return a request that writes report.html."""

    def make(**values: Any) -> ReportRequest:
        model = values.pop("model", Path("fitted.h5mlm"))
        return ReportRequest(model=model, output=tmp_path / "report.html", **values)

    return make


def draw_probabilities(rows: int, classes: int, seed: int = 0) -> np.ndarray:
    """Return probabilities that add up to 1 in each row."""
    shares = np.random.default_rng(seed).dirichlet(np.ones(classes), rows)
    return np.round(shares, 6)
