"""What is exported computes the same in plain Keras, TensorFlow and ONNX Runtime."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray

from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.catalogue.run_choices import ExportFormat
from galaxy_keras.data.features import arrange_inputs, assign_columns
from galaxy_keras.errors import DataError
from galaxy_keras.learning.building import build_model
from galaxy_keras.learning.exporting import export_model
from galaxy_keras.learning.weights import collect_weights
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.training.features import FeatureDescription
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.training.targets import TargetDescription

pytestmark = [
    # Keras reads its variables with numpy in a way that numpy 2 warns of.
    pytest.mark.filterwarnings("ignore:__array__ implementation"),
    # tf2onnx and TensorFlow call what newer versions of NumPy and Python deprecate.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]

Arrays = list[NDArray[np.float32]]
Compute = Callable[[Path, Arrays], Any]

NETWORKS: dict[str, dict[str, Any]] = {
    "dense": {
        "input_shape": "4",
        "layers": ["Dense units=5 activation=relu", "BatchNormalization", "Dense units=3"],
    },
    "convolution": {
        "input_shape": "8,8,1",
        "layers": [
            "Conv2D filters=4 kernel_size=3 activation=relu",
            "MaxPooling2D",
            "Flatten",
            "Dense units=3 activation=softmax",
        ],
    },
    "recurrent": {
        "input_shape": "6,2",
        "layers": ["LSTM units=5", "Dense units=3 activation=softmax"],
    },
    "text": {
        "input_shape": "7",
        "layers": [
            "Embedding input_dim=12 output_dim=4",
            "Bidirectional layer='GRU units=3'",
            "Dropout rate=0.5",
            "Dense units=3 activation=softmax",
        ],
    },
    "two inputs": {
        "layers": [
            {"type": "Input", "name": "genes", "shape": 4},
            {"type": "Input", "name": "ages", "shape": 2},
            {"type": "Dense", "name": "hidden", "units": 3, "inputs": ["genes"]},
            {"type": "Concatenate", "name": "both", "inputs": ["hidden", "ages"]},
            {"type": "Dense", "name": "out", "units": 3, "inputs": ["both"]},
        ],
        "outputs": ["out"],
    },
}


def make_fitted(spec: dict[str, Any]) -> tuple[FittedModel, Arrays, Any]:
    """Return a model with random weights, samples for it and the outputs that it has for them."""
    keras.utils.set_random_seed(11)
    architecture = parse_spec(spec)
    model = build_model(architecture)
    for variable in model.weights:
        variable.assign(keras.random.uniform(variable.shape, 0.1, 0.9))
    count = sum(np.prod(each.shape[1:]) for each in model.inputs)
    fitted = FittedModel(
        architecture=architecture,
        training=TrainingSettings.from_options(
            {
                "task": "classifier",
                "loss": "categorical_crossentropy",
                "optimizer": "adam",
                "metrics": [],
            }
        ),
        target=TargetDescription(kind="multiclass", classes=("a", "b", "c")),
        features=FeatureDescription(count=int(count)),
        weights=collect_weights(model),
    )
    drawn = np.random.default_rng(2).integers(0, 12, (9, int(count))).astype("float32")
    samples = arrange_inputs(drawn, assign_columns(architecture, int(count)))
    return fitted, samples, model(samples if len(samples) > 1 else samples[0])


def compute_with_keras(path: Path, samples: Arrays) -> Any:
    # Under its own name, as a user would have it.
    model = keras.saving.load_model(path)
    return model(samples if len(samples) > 1 else samples[0])


def compute_with_tensorflow(path: Path, samples: Arrays) -> Any:
    loaded = tf.saved_model.load(str(path))
    tensors = [tf.constant(each) for each in samples]
    return loaded.serve(tensors if len(tensors) > 1 else tensors[0])


def compute_with_onnx_runtime(path: Path, samples: Arrays) -> Any:
    for package in ("tf2onnx", "onnxruntime"):
        pytest.importorskip(package, reason="needs ONNX: pip install 'galaxy-keras[onnx]'")
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path))
    names = [each.name for each in session.get_inputs()]
    return session.run(None, dict(zip(names, samples, strict=True)))[0]


FORMATS: dict[ExportFormat, tuple[str, Compute]] = {
    "keras": ("m.keras", compute_with_keras),
    "saved-model": ("m", compute_with_tensorflow),
    "onnx": ("m.onnx", compute_with_onnx_runtime),
}


@pytest.mark.parametrize("export_format", FORMATS)
@pytest.mark.parametrize("network", NETWORKS)
def test_others_compute_the_same(network: str, export_format: ExportFormat, tmp_path: Path) -> None:
    fitted, samples, expected = make_fitted(NETWORKS[network])
    name, compute = FORMATS[export_format]
    if export_format == "onnx":
        pytest.importorskip("tf2onnx", reason="needs ONNX: pip install 'galaxy-keras[onnx]'")
    export_model(fitted, export_format, tmp_path / name)

    outputs = compute(tmp_path / name, samples)
    np.testing.assert_allclose(outputs, expected, rtol=0, atol=1e-5)
    assert np.ptp(np.asarray(expected), axis=0).max() > 1e-3
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_keras_loads_the_weights_into_the_same_network(tmp_path: Path) -> None:
    fitted, samples, expected = make_fitted(NETWORKS["text"])
    export_model(fitted, "weights", tmp_path / "m.weights.h5")

    model = build_model(fitted.architecture)
    model.load_weights(tmp_path / "m.weights.h5")
    np.testing.assert_array_equal(model(samples[0]), expected)


def test_layers_that_keras_lacks_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    layers = ["LocallyConnected1D filters=2 kernel_size=2", "Flatten", "Dense units=3"]
    fitted, _, _ = make_fitted({"input_shape": "4,2", "layers": layers})
    with caplog.at_level(logging.WARNING, "galaxy_keras"):
        export_model(fitted, "keras", tmp_path / "m.keras")
    assert caplog.messages == [
        "Keras 3 has no LocallyConnected1D. Where the file is opened, import "
        "galaxy_keras.learning.layers first, or export with --format saved-model or onnx, which "
        "hold no layers."
    ]


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    fitted, _, _ = make_fitted(NETWORKS["dense"])
    with pytest.raises(DataError, match="missing/m cannot be written: No such file or directory"):
        export_model(fitted, "saved-model", tmp_path / "missing" / "m")
