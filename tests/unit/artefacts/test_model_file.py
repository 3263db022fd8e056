"""Recognising files that hold a model, and those of older tools."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from galaxy_keras.artefacts.hdf5 import reading
from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.builder import Builder
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.errors import GalaxyKerasError, ModelFileError
from galaxy_keras.schema.values.component import Component

FIXTURES = Path(__file__).parents[2] / "fixtures"
GALAXY_ML = FIXTURES / "galaxy_ml"
KERAS_2 = FIXTURES / "keras2"
FITTED = Path(__file__).parent / "models" / "files" / "fitted_v1.h5mlm"
PARAMS = "-keras_models-/0/params"

Change = Callable[[dict[str, Any]], None]


def refuse(path: Path, weights: Path | None = None) -> str:
    with pytest.raises(GalaxyKerasError) as refused:
        read_model(path, weights)
    assert str(path) in str(refused.value) or str(weights) in str(refused.value)
    return str(refused.value)


def copy(name: str, folder: Path) -> Path:
    return Path(shutil.copy(GALAXY_ML / f"{name}.h5mlm", folder / "model.h5mlm"))


def replace(path: Path, name: str, document: object) -> None:
    with h5py.File(path, "r+") as file:
        del file[name]
        file[name] = document if isinstance(document, str) else json.dumps(document)


def change_params(path: Path, change: Change) -> None:
    with h5py.File(path) as file:
        params = json.loads(file[PARAMS][()])
    change(params)
    replace(path, PARAMS, params)


@pytest.mark.parametrize("path", [FITTED, GALAXY_ML / "builder.h5mlm"], ids=["ours", "Galaxy-ML"])
def test_a_file_is_opened_and_audited_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counts: Counter[str] = Counter()

    def count(name: str) -> None:
        function = getattr(reading, name)

        def call(*arguments: Any) -> Any:
            counts[name] += 1
            return function(*arguments)

        monkeypatch.setattr(reading, name, call)

    for name in ("_parse", "audit_file"):
        count(name)
    read_model(path)
    assert counts == {"_parse": 1, "audit_file": 1}


# Galaxy-ML


def test_builder_of_galaxy_ml_is_read() -> None:
    model = read_model(GALAXY_ML / "builder.h5mlm")
    assert isinstance(model, Builder)
    assert model.training.task == "regressor"
    assert model.training.optimizer.name == "RMSprop"
    assert [layer.type for layer in model.architecture.layers] == ["InputLayer", "Dense"]


def test_settings_of_galaxy_ml_are_read() -> None:
    model = read_model(GALAXY_ML / "three_classes.h5mlm")
    assert isinstance(model, FittedModel)
    training = model.training
    assert (training.epochs, training.batch_size, training.seed) == (3, 8, 5)
    assert training.loss.name == "SparseCategoricalCrossentropy"
    assert training.optimizer.options == {"learning_rate": 0.2, "momentum": 0.9, "nesterov": True}
    assert [metric.label for metric in training.metrics] == ["acc"]
    assert [callback.name for callback in training.callbacks] == ["EarlyStopping", "TerminateOnNaN"]
    assert model.target.classes == (1, 2, 3)
    assert model.features.count == 4


def test_names_that_keras_3_dropped_are_read() -> None:
    model = read_model(GALAXY_ML / "regression.h5mlm")
    assert model.training.loss.name == "LogCosh"
    assert [metric.component.name for metric in model.training.metrics] == [
        "MeanAbsoluteError",
        "CosineSimilarity",
    ]


def test_labels_of_galaxy_ml_keep_their_type(tmp_path: Path) -> None:
    model = read_model(GALAXY_ML / "two_classes.h5mlm")
    assert isinstance(model, FittedModel)
    assert model.target.classes == (1.0, 2.0)
    assert [type(label) for label in model.target.classes or ()] == [float, float]
    path = copy("two_classes", tmp_path)
    with h5py.File(path, "r+") as file:
        del file["-keras_models-/0/attributes/classes_"]
        file["-keras_models-/0/attributes/classes_"] = np.array([b"negative", b"positive"])
    model = read_model(path)
    assert isinstance(model, FittedModel)
    assert model.target.classes == ("negative", "positive")


def make_functional(params: dict[str, Any]) -> None:
    document = json.loads((KERAS_2 / "shared_layer" / "architecture.json").read_text())
    params |= {"model_type": "functional", "config": document["config"]}


def test_functional_network_of_galaxy_ml_is_read(tmp_path: Path) -> None:
    path = copy("builder", tmp_path)
    change_params(path, make_functional)
    architecture = read_model(path).architecture
    assert architecture.kind == "functional"
    assert [layer.name for layer in architecture.layers][-2:] == ["encoder@2", "concatenate"]


def set_zero(params: dict[str, Any]) -> None:
    params |= {"optimizer": "adam", "beta_1": 0, "epsilon": 0.0, "amsgrad": False, "beta_2": 0.5}


def test_zero_stood_for_the_default(tmp_path: Path) -> None:
    path = copy("builder", tmp_path)
    change_params(path, set_zero)
    assert read_model(path).training.optimizer.options == {"beta_2": 0.5}


def set_decay(params: dict[str, Any]) -> None:
    params |= {"optimizer": "sgd", "lr": 0.5, "decay": 0.01, "learning_rate": None}


def test_rate_and_decay_of_old_keras_become_a_schedule(tmp_path: Path) -> None:
    path = copy("builder", tmp_path)
    change_params(path, set_decay)
    assert read_model(path).training.optimizer.options["learning_rate"] == Component(
        name="InverseTimeDecay",
        options={"initial_learning_rate": 0.5, "decay_steps": 1, "decay_rate": 0.01},
    )


@pytest.mark.parametrize("name", ["pipeline", "pipeline_with_network"])
def test_pipeline_is_named_with_its_parts(name: str) -> None:
    message = refuse(GALAXY_ML / f"{name}.h5mlm")
    assert "sklearn.pipeline.Pipeline, sklearn.preprocessing._data.StandardScaler" in message
    assert "a scikit-learn object of Galaxy-ML" in message
    assert "make the network of a pipeline here, from its architecture JSON" in message


def call(module: str, name: str, *arguments: object) -> dict[str, Any]:
    return {
        "-reduce-": {
            "--func-": {"-global-": [module, name]},
            "-args-": {"-tuple-": list(arguments)},
        }
    }


@pytest.mark.parametrize(
    ("attack", "named"),
    [
        (call("os", "system", "touch PWNED"), "It names os.system and"),
        (
            call("galaxy_ml.model_persist", "load_model_from_h5", "other.h5mlm"),
            "It names galaxy_ml.model_persist.load_model_from_h5 and",
        ),
        (
            {"-keras_model-": 0, "steps": [call("builtins", "eval", "1")]},
            "It names builtins.eval and",
        ),
        ({"-global-": "posix.system"}, "It names posix.system and"),
        ({"-global-": ["\x1b[2J", "x"]}, r"It names \x1b[2J.x and"),
        ({}, "It names no class and"),
    ],
)
def test_instructions_are_named_and_not_run(
    attack: dict[str, Any], named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = copy("three_classes", tmp_path)
    replace(path, "-model_config-", {"-object-": attack})
    message = refuse(path)
    assert named in message
    assert "so it was only inspected" in message
    assert [each.name for each in tmp_path.iterdir()] == ["model.h5mlm"]


def add_lambda(params: dict[str, Any]) -> None:
    code = {"class_name": "Lambda", "config": {"name": "lambda", "function": ["4wEAAAAA"]}}
    params["config"]["layers"].append(code)


def remove_config(params: dict[str, Any]) -> None:
    del params["config"]


def unknown_loss(params: dict[str, Any]) -> None:
    params["loss"] = "binary_crossentropi"


def no_callback(params: dict[str, Any]) -> None:
    params["callbacks"] = [{"callback_selection": 1}]


def three_units(params: dict[str, Any]) -> None:
    params["config"]["layers"][-1]["config"]["units"] = 4


def any_length(params: dict[str, Any]) -> None:
    params["config"]["layers"][0]["config"]["batch_input_shape"] = [None, None, 4]
    params["config"]["layers"].insert(
        1, {"class_name": "GlobalMaxPooling1D", "config": {"name": "pool"}}
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (add_lambda, "config.layers[3] is Lambda, which is not in the catalogue and was not run"),
        (remove_config, "params hold no architecture"),
        (unknown_loss, 'no loss "binary_crossentropi". Did you mean "binary_crossentropy"?'),
        (no_callback, "params hold an entry that is not a callback: {'callback_selection': 1}"),
        (three_units, "gives 4 outputs, but the file names 3 classes"),
        (any_length, "takes any size, and the file does not state with how many columns"),
    ],
)
def test_unusable_network_is_refused(change: Change, message: str, tmp_path: Path) -> None:
    path = copy("three_classes", tmp_path)
    change_params(path, change)
    assert message in refuse(path)


@pytest.mark.parametrize(
    ("class_name", "message"),
    [
        ("KerasGBatchClassifier", "a network that reads sequences in batches of its own"),
        ("os.system", 'is "os.system", but a network is a KerasGClassifier or a KerasGRegressor'),
    ],
)
def test_other_classes_are_refused(class_name: str, message: str, tmp_path: Path) -> None:
    path = copy("builder", tmp_path)
    replace(path, "-keras_models-/0/class_name", class_name)
    assert message in refuse(path)


def rename_attribute(group: h5py.Group) -> None:
    del group.attrs["layer_names"]


def number_attribute(group: h5py.Group) -> None:
    group.attrs["layer_names"] = 7


def one_layer(group: h5py.Group) -> None:
    group.attrs["layer_names"] = group.attrs["layer_names"][:1]


def repeat_weight(group: h5py.Group) -> None:
    attributes = group["dense"].attrs
    attributes["weight_names"] = [attributes["weight_names"][0]] * 1000


def respell_weight(group: h5py.Group) -> None:
    attributes = group["dense"].attrs
    attributes["weight_names"] = ["dense/kernel:0", "dense/./kernel:0"]


def theano(group: h5py.Group) -> None:
    group.attrs["backend"] = "theano"


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (rename_attribute, "has no attribute layer_names: it does not hold weights of Keras 2"),
        (number_attribute, "has an attribute layer_names that is not a list of names"),
        (one_layer, "holds weights for 1 layers (dense"),
        (repeat_weight, "has an attribute weight_names that names something twice"),
        (respell_weight, "has an attribute weight_names with an entry that is not a name"),
        (theano, "holds weights written by Keras on Theano"),
    ],
)
def test_damaged_weights_are_refused(
    spoil: Callable[[h5py.Group], None], message: str, tmp_path: Path
) -> None:
    path = copy("three_classes", tmp_path)
    with h5py.File(path, "r+") as file:
        spoil(file["-keras_models-/0/weights"])
    assert message in refuse(path)


def test_long_lists_of_names_are_read(tmp_path: Path) -> None:
    path = copy("three_classes", tmp_path)
    with h5py.File(path, "r+") as file:
        attributes = file["-keras_models-/0/weights"].attrs
        for number, name in enumerate(attributes["layer_names"]):
            attributes[f"layer_names{number}"] = [name]
        del attributes["layer_names"]
    model = read_model(path)
    assert isinstance(model, FittedModel)
    assert len(model.weights) == 2


# Pairs of an architecture and weights


def test_pair_is_read() -> None:
    folder = KERAS_2 / "lstm"
    model = read_model(folder / "architecture.json", folder / "weights.h5")
    assert isinstance(model, FittedModel)
    assert model.training.task == "regressor"
    assert model.target.kind == "regression"
    assert model.features.count == 15
    assert [layer.name for layer in model.weights] == ["lstm", "lstm_1"]


@pytest.mark.parametrize(
    ("units", "activation", "kind", "classes"),
    [
        (1, "sigmoid", "binary", (0, 1)),
        (3, "softmax", "multiclass", (0, 1, 2)),
        (3, "sigmoid", "multilabel", (0, 1, 2)),
        (1, "linear", "regression", None),
    ],
)
def test_last_layer_says_what_a_pair_is_for(
    units: int, activation: str, kind: str, classes: tuple[int, ...] | None, tmp_path: Path
) -> None:
    model = read_model(*write_pair(tmp_path, units, activation))
    assert isinstance(model, FittedModel)
    assert (model.target.kind, model.target.classes) == (kind, classes)


def write_pair(folder: Path, units: int, activation: str) -> tuple[Path, Path]:
    config = {"name": "out", "units": units, "activation": activation}
    layers = [{"class_name": "Dense", "config": {**config, "batch_input_shape": [None, 2]}}]
    document = {"class_name": "Sequential", "config": layers, "keras_version": "2.2.0"}
    (folder / "model.json").write_text(json.dumps(document))
    with h5py.File(folder / "weights.h5", "w") as file:
        # The layer was called otherwise when the weights were saved: order decides then.
        file.attrs["layer_names"] = [b"dense_7"]
        layer = file.create_group("dense_7")
        layer.attrs["weight_names"] = [b"dense_7/kernel:0", b"dense_7/bias:0"]
        layer["dense_7/kernel:0"] = np.ones((2, units), "float32")
        layer["dense_7/bias:0"] = np.zeros(units, "float32")
    return folder / "model.json", folder / "weights.h5"


def test_weights_inside_a_saved_model_are_found(tmp_path: Path) -> None:
    architecture, weights = write_pair(tmp_path, 1, "sigmoid")
    with h5py.File(weights, "r+") as file:
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = file.attrs["layer_names"]
        file.move("dense_7", "model_weights/dense_7")
        del file.attrs["layer_names"]
    model = read_model(architecture, weights)
    assert isinstance(model, FittedModel)
    assert model.weights[0].paths == ("dense_7/kernel", "dense_7/bias")


def test_pair_of_two_outputs_is_refused() -> None:
    folder = KERAS_2 / "two_inputs_two_outputs"
    message = refuse(folder / "architecture.json", folder / "weights.h5")
    assert "the network has 2 outputs" in message


def test_other_hdf5_is_not_taken_for_weights(tmp_path: Path) -> None:
    architecture, weights = write_pair(tmp_path, 1, "sigmoid")
    with h5py.File(weights, "r+") as file:
        del file.attrs["layer_names"]
    assert "does not hold weights as Keras writes them" in refuse(architecture, weights)


def test_weights_go_with_an_architecture_alone() -> None:
    weights = KERAS_2 / "lstm" / "weights.h5"
    message = refuse(GALAXY_ML / "builder.h5mlm", weights)
    assert "is an HDF5 file; --weights requires an architecture JSON as --model" in message


# Other files


class Harm:
    def __reduce__(self) -> tuple[Any, ...]:
        return exec, ("raise SystemExit('a pickle was opened')",)


def write_pickle(path: Path) -> None:
    path.write_bytes(pickle.dumps(Harm()))


def write_zip_of_pickle(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("estimator.pkl", pickle.dumps(Harm()))


def write_other_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", "{}")


def write_weights(path: Path) -> None:
    shutil.copy(KERAS_2 / "lstm" / "weights.h5", path)


def write_other_hdf5(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file["X"] = 1


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (write_pickle, "is a Python pickle, as Galaxy-ML up to 1.0.8 wrote them"),
        (write_zip_of_pickle, "is a Python pickle, as Galaxy-ML up to 1.0.8 wrote them"),
        (write_other_zip, "is missing: this zip is not a model builder"),
        (write_weights, "holds weights of Keras without a model that could be read as data"),
        (write_other_hdf5, "is an HDF5 file, but neither a fitted model of galaxy-keras nor one"),
        (
            lambda path: path.write_text('{"class_name": "Sequential"}'),
            "is JSON, not a model that can be trained or used. Make a builder",
        ),
        (lambda path: path.write_text("1\t2\n"), "is a text file, not a model. Give a builder"),
        (lambda path: path.write_bytes(b""), "is an empty file, not a model. Give a builder"),
    ],
)
def test_other_files_are_named(
    write: Callable[[Path], object], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "model"
    write(path)
    assert message in refuse(path)


def test_way_out_of_a_pickle_is_said(tmp_path: Path) -> None:
    write_pickle(tmp_path / "model.zip")
    message = refuse(tmp_path / "model.zip")
    assert "so it was not opened" in message
    assert "as --model and the weights (.h5) that were written beside it as --weights" in message


def test_missing_file_is_a_model_file_error(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"none does not exist\. Check the path"):
        read_model(tmp_path / "none")


def test_a_model_through_a_pipe_is_refused(tmp_path: Path) -> None:
    # The file is read several times, and a second reader of a pipe would wait for ever.
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(ModelFileError) as caught:
        read_model(path)
    assert str(caught.value) == (
        f"{path} is a pipe or a device, but models are read from files. "
        "Write it to a file first, and give that"
    )
