"""Training and prediction in half precision, and files that know nothing of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray

from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.builder import Builder, write_builder
from galaxy_keras.artefacts.models.fitted import FittedModel, write_fitted
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.learning.building import build_model
from galaxy_keras.learning.checkpointing import CheckpointFolder, Checkpointing
from galaxy_keras.learning.compiling import CompiledOutput, compile_model
from galaxy_keras.learning.computing import translating_missing_operations, warn_about_precision
from galaxy_keras.learning.prediction import Predictor
from galaxy_keras.learning.training import TrainingResult, train
from galaxy_keras.learning.weights import collect_optimizer_state, restore_optimizer_state
from galaxy_keras.preparation.training import prepare_training
from galaxy_keras.schema.architecture.precision import apply_precision
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.requests.runs import SampleRequest, TableSource, TrainingRequest
from galaxy_keras.schema.training.settings import TrainingSettings

pytestmark = pytest.mark.slow

HALVES = ["mixed_float16", "mixed_bfloat16"]
WORDS = 9000
LAYERS = [
    f"Embedding input_dim={WORDS} output_dim=4",
    "Flatten",
    "Dense units=4 activation=relu",
    "Dense units=1 activation=sigmoid",
]
SETTINGS = {
    "task": "classifier",
    "loss": "binary_crossentropy",
    "optimizer": "adam learning_rate=0.02",
    "metrics": ["accuracy"],
    "batch_size": 16,
    "epochs": 3,
}


def make_run(folder: Path, precision: Any, **changes: Any) -> TrainingRequest:
    return TrainingRequest(
        model=folder / "builder.zip",
        features=SampleRequest(path=folder / "X.tsv"),
        target=TableSource(path=folder / "y.tsv"),
        seed=5,
        precision=precision,
        **changes,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    # Whether a large index is even or odd: float16 would round it to an even one.
    words = np.random.default_rng(3).integers(WORDS - 6, WORDS, size=(60, 5))
    np.savetxt(tmp_path / "X.tsv", words, delimiter="\t", fmt="%d")
    np.savetxt(tmp_path / "y.tsv", words[:, 0] % 2, fmt="%d")
    builder = Builder(
        architecture=parse_spec({"input_shape": 5, "layers": LAYERS}),
        training=TrainingSettings.model_validate(SETTINGS),
    )
    write_builder(tmp_path / "builder.zip", builder)
    return tmp_path


def run_training(run: TrainingRequest) -> TrainingResult:
    keras.backend.clear_session()
    return train(prepare_training(run), run)


def list_arrays(fitted: FittedModel) -> list[NDArray[Any]]:
    return [array for layer in fitted.weights for array in layer.arrays]


@pytest.mark.parametrize("precision", HALVES)
def test_training_goes_nearly_as_in_float32(folder: Path, precision: str) -> None:
    half = run_training(make_run(folder, precision)).fitted
    full = run_training(make_run(folder, "float32")).fitted

    np.testing.assert_allclose(half.history["loss"], full.history["loss"], rtol=0.02)
    assert half.history["loss"] != full.history["loss"]


@pytest.mark.parametrize("precision", HALVES)
def test_files_do_not_know_of_it(folder: Path, precision: str) -> None:
    half = run_training(make_run(folder, precision)).fitted
    full = run_training(make_run(folder, "float32")).fitted
    write_fitted(folder / "fitted.h5mlm", half, [])
    read = read_model(folder / "fitted.h5mlm")

    assert read.architecture == full.architecture
    assert {array.dtype for array in list_arrays(read)} == {np.dtype("float32")}
    assert [each.name for each in read.optimizer_state] == [
        each.name for each in full.optimizer_state
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("float32", "mixed_float16"),
        ("mixed_float16", "float32"),
        ("mixed_bfloat16", "mixed_float16"),
    ],
)
def test_training_on_in_another_precision(folder: Path, first: str, second: str) -> None:
    fitted = run_training(make_run(folder, first)).fitted
    write_fitted(folder / "fitted.h5mlm", fitted, [])
    run = make_run(folder, second).model_copy(update={"model": folder / "fitted.h5mlm"})
    on = run_training(run)

    assert on.fitted.history["loss"][0] < fitted.history["loss"][0]
    # Adam counted on: the state went from one run to the other.
    counts = [each.optimizer_state[0].values for each in (fitted, on.fitted)]
    assert counts == [9, 18]


class PowerCutError(Exception):
    """Ends training as a kill does."""


def test_a_checkpoint_goes_on_to_the_same_weights(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run(folder, "mixed_float16", checkpoint=folder / "kept")
    whole = run_training(run)
    preparation = prepare_training(run)
    write = Checkpointing.on_epoch_end

    def write_and_stop(self: Checkpointing, epoch: int, logs: Any = None) -> None:
        write(self, epoch, logs)
        raise PowerCutError

    with monkeypatch.context() as patch:
        patch.setattr(Checkpointing, "on_epoch_end", write_and_stop)
        with pytest.raises(PowerCutError):
            train(preparation, run, CheckpointFolder.open(folder / "kept", preparation))
    opened = CheckpointFolder.open(folder / "kept", preparation)
    on = train(preparation, run, opened)

    assert on.fitted.history == whole.fitted.history
    for one, other in zip(list_arrays(on.fitted), list_arrays(whole.fitted), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_checkpoint_belongs_to_one_precision(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run(folder, "mixed_bfloat16", checkpoint=folder / "kept")
    preparation = prepare_training(run)
    monkeypatch.setattr(CheckpointFolder, "remove", lambda self: None)
    train(preparation, run, CheckpointFolder.open(folder / "kept", preparation))
    other = prepare_training(make_run(folder, "float32", checkpoint=folder / "kept"))

    with pytest.raises(ConfigurationError, match="data, settings, seed or versions differ"):
        CheckpointFolder.open(folder / "kept", other)


@pytest.mark.parametrize("precision", HALVES)
def test_prediction_is_nearly_that_of_float32(folder: Path, precision: Any) -> None:
    fitted = run_training(make_run(folder, "float32")).fitted
    words = np.loadtxt(folder / "X.tsv", delimiter="\t").astype("int32")
    full = Predictor.from_fitted(fitted).model.predict_on_batch(words)
    half = Predictor.from_fitted(fitted, precision=precision).model.predict_on_batch(words)

    assert half.dtype == np.float32
    np.testing.assert_allclose(half, full, atol=0.02)
    assert np.abs(half - full).max() > 0


def build(precision: Any, *layers: Any) -> keras.Model:
    architecture = parse_spec({"input_shape": 4, "layers": [*layers]})
    model = build_model(apply_precision(architecture, precision))
    settings = TrainingSettings.model_validate(
        {"task": "regressor", "loss": "mse", "optimizer": "sgd learning_rate=1.0"}
    )
    compile_model(model, settings, [CompiledOutput(settings, "regression")])
    return model


@pytest.mark.parametrize(
    ("precision", "scaled"),
    [("float32", False), ("mixed_float16", True), ("mixed_bfloat16", False)],
)
def test_float16_scales_the_loss(precision: str, scaled: bool) -> None:
    model = build(precision, "Dense units=3", "Dense units=1")

    assert isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer) == scaled


def test_a_layer_of_its_own_precision_scales_the_loss() -> None:
    own = {"type": "Dense", "units": 3, "dtype": "mixed_float16"}
    model = build("float32", own, "Dense units=1")

    assert isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)


def test_gradients_that_float16_has_no_number_for_change_the_weights() -> None:
    # The gradient by the first kernel is 2e-9; the smallest number of float16 is 6e-8.
    model = build("mixed_float16", "Dense units=1 use_bias=False", "Dense units=1 use_bias=False")
    first, last = model.layers
    first.set_weights([np.zeros((4, 1))])
    last.set_weights([np.full((1, 1), 1e-3)])
    model.fit(np.ones((1, 4)), np.full((1, 1), 1e-6), verbose=0)

    np.testing.assert_allclose(first.get_weights()[0], np.full((4, 1), 2e-9), rtol=1e-2)


def test_too_large_a_scale_is_halved_and_its_step_left_out() -> None:
    model = build("mixed_float16", "Dense units=1 use_bias=False", "Dense units=1 use_bias=False")
    before = model.get_weights()
    model.fit(np.ones((1, 4)), np.full((1, 1), 1e4), verbose=0)

    assert float(model.optimizer.dynamic_scale) == 2.0**14
    for one, other in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, other)
    assert "dynamic_scale" not in {each.name for each in collect_optimizer_state(model)}


def test_the_scale_can_be_kept_with_the_state() -> None:
    first, second = (build("mixed_float16", "Dense units=1", "Dense units=1") for _ in range(2))
    first.optimizer.build(first.trainable_variables)
    first.optimizer.dynamic_scale.assign(2.0**14)
    restore_optimizer_state(second, collect_optimizer_state(first, scale=True), scale=True)

    assert float(second.optimizer.dynamic_scale) == 2.0**14


def test_operations_that_a_cpu_has_for_float32_only() -> None:
    cube = np.ones((1, 4, 4, 4, 1), "float32")
    with (
        pytest.raises(ConfigurationError) as caught,
        translating_missing_operations("mixed_float16"),
    ):
        keras.layers.MaxPooling3D(2, dtype="mixed_float16")(cube)

    assert str(caught.value) == (
        "this device cannot compute a layer of the network in --precision mixed_float16. "
        "Use another precision"
    )


def test_operations_that_a_cpu_has_not_for_the_data_type_of_a_layer() -> None:
    cube = np.ones((1, 4, 4, 4, 1), "float16")
    with (
        pytest.raises(ConfigurationError) as caught,
        translating_missing_operations("float32"),
    ):
        keras.layers.MaxPooling3D(2, dtype="float16")(cube)

    assert str(caught.value) == (
        "this device has no operation for a layer of the network. Leave out dtype and "
        "data_format=channels_first of the layers, or use a GPU"
    )


@pytest.mark.parametrize("dtype", ["float64", "bfloat16", "mixed_float16", "mixed_bfloat16"])
@pytest.mark.parametrize(("option", "penalty"), [("kernel", 4.0), ("activity", 25.0)])
def test_regularizers_in_any_data_type(dtype: str, option: str, penalty: float) -> None:
    layer = f"Dense units=2 {option}_regularizer='L2 l2=0.5' dtype={dtype}"
    model = build("float32", layer, "Dense units=1")
    model.set_weights([np.ones_like(array) for array in model.get_weights()])

    loss = model.train_on_batch(np.ones((4, 4), np.float32), np.zeros((4, 1), np.float32))

    # Both units are 5, so the output is 11.
    assert float(loss) == pytest.approx(121 + penalty)


def test_other_missing_operations_are_not_explained() -> None:
    error = tf.errors.NotFoundError(None, None, "no file")

    with pytest.raises(tf.errors.NotFoundError), translating_missing_operations("float32"):
        raise error


@pytest.mark.parametrize("precision", HALVES)
def test_a_cpu_gains_nothing(precision: Any, caplog: pytest.LogCaptureFixture) -> None:
    warn_about_precision(precision, "cpu")
    warn_about_precision(precision, "gpu")
    warn_about_precision("float32", "cpu")

    assert caplog.messages == [
        f"--precision {precision} is made for GPUs; on most CPUs it is slower than float32."
    ]
