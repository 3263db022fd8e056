"""The architecture file: written and read without Keras, and looked at before it is believed."""

import copy
import json

import pytest

from galaxy_keras.artefacts.architecture.architecture_file import (
    decode_architecture,
    dump_architecture,
    encode_architecture,
    read_architecture,
    write_architecture,
)
from galaxy_keras.errors import ConfigurationError, ModelFileError
from galaxy_keras.schema.architecture.spec import parse_spec

ROW = parse_spec({"input_shape": "500", "layers": ["Embedding input_dim=9 output_dim=4",
                                                   "LSTM units=3", "Dense units=1"]})  # fmt: skip
GRAPH = parse_spec(
    {
        "layers": [
            "Input name=left shape=(6, 4)",
            "Input name=right shape=(6, 4)",
            "Dense units=4 name=tower inputs=[left]",
            {"shared_with": "tower", "inputs": ["right"]},
            "MultiHeadAttention num_heads=2 key_dim=3 inputs=[tower, tower@2] use_causal_mask=True",
            "Concatenate inputs=[multi_head_attention, tower]",
            "Dense units=2",
        ]
    }
)


def refuse(document, error=ConfigurationError):
    with pytest.raises(error) as caught:
        decode_architecture(document)
    return str(caught.value)


def change(architecture, place, value):
    """Return the JSON of `architecture` with one value changed, by the path to it."""
    document = copy.deepcopy(encode_architecture(architecture))
    part = document
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = value
    return document


def layer_of(name, *layers):
    return {
        "module": "keras",
        "class_name": "Sequential",
        "config": {"name": name, "layers": [dict(layer) for layer in layers]},
        "registered_name": None,
    }


def test_every_parameter_is_written_with_its_default():
    dense = encode_architecture(ROW)["config"]["layers"][3]
    assert dense == {
        "module": "keras.layers",
        "class_name": "Dense",
        "config": {
            "name": "dense",
            "trainable": True,
            "dtype": "float32",
            "units": 1,
            "activation": None,
            "use_bias": True,
            "kernel_initializer": {
                "module": "keras.initializers",
                "class_name": "GlorotUniform",
                "config": {"seed": None, "input_axes": None, "output_axes": None},
                "registered_name": None,
            },
            "bias_initializer": {
                "module": "keras.initializers",
                "class_name": "Zeros",
                "config": {},
                "registered_name": None,
            },
            "kernel_regularizer": None,
            "bias_regularizer": None,
            "activity_regularizer": None,
            "kernel_constraint": None,
            "bias_constraint": None,
        },
        "registered_name": None,
    }


def test_the_frame_of_a_sequential_model():
    document = encode_architecture(ROW)
    assert (document["module"], document["class_name"]) == ("keras", "Sequential")
    assert document["config"]["build_input_shape"] == [None, 500]
    assert document["config"]["layers"][0]["config"] == {
        "batch_shape": [None, 500],
        "dtype": "float32",
        "sparse": False,
        "ragged": False,
        "name": "input_layer",
        "optional": False,
    }


def test_the_frame_of_a_graph():
    document = encode_architecture(GRAPH)
    assert (document["class_name"], document["registered_name"]) == ("Functional", "Functional")
    config = document["config"]
    assert config["input_layers"] == [["left", 0, 0], ["right", 0, 0]]
    assert config["output_layers"] == ["dense", 0, 0]
    layers = {layer["name"]: layer["inbound_nodes"] for layer in config["layers"]}
    assert list(layers) == [
        "left",
        "right",
        "tower",
        "multi_head_attention",
        "concatenate",
        "dense",
    ]
    assert layers["left"] == []
    assert [call["args"][0]["config"] for call in layers["tower"]] == [
        {"shape": [None, 6, 4], "dtype": "float32", "keras_history": ["left", 0, 0]},
        {"shape": [None, 6, 4], "dtype": "float32", "keras_history": ["right", 0, 0]},
    ]
    (attention,) = layers["multi_head_attention"]
    assert attention["kwargs"] == {"use_causal_mask": True}
    sources = [tensor["config"]["keras_history"] for tensor in attention["args"]]
    assert sources == [["tower", 0, 0], ["tower", 1, 0]]
    (joined,) = layers["concatenate"]
    assert [type(each) for each in joined["args"]] == [list]


@pytest.mark.parametrize("architecture", [ROW, GRAPH], ids=["row", "graph"])
def test_what_is_written_is_read_as_the_same(architecture, tmp_path):
    path = tmp_path / "model.json"
    write_architecture(path, architecture)
    assert read_architecture(path) == architecture
    text = path.read_text("utf-8")
    assert text == dump_architecture(architecture)
    assert text.startswith('{\n  "module"')
    assert text.endswith("}\n")


def test_layers_that_do_not_fit_are_not_written(tmp_path):
    model = parse_spec({"input_shape": 5, "layers": ["LSTM units=3"]})
    with pytest.raises(ConfigurationError, match="it needs \\(steps, features\\) but gets"):
        write_architecture(tmp_path / "model.json", model)
    assert list(tmp_path.iterdir()) == []


def test_layers_that_do_not_fit_are_not_read():
    document = change(ROW, ["config", "layers", 0, "config", "batch_shape"], [None, 5, 5])
    assert refuse(document).startswith('layer 2 (LSTM "lstm") cannot follow layer 1')


def test_what_keras_adds_is_read_over():
    document = encode_architecture(ROW)
    policy = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"},
              "registered_name": None}  # fmt: skip
    for layer in document["config"]["layers"][1:]:
        layer["config"]["dtype"] = policy
        layer["build_config"] = {"input_shape": [None, 500]}
    document["compile_config"] = {"optimizer": {"class_name": "Evil", "module": "os"}}
    assert decode_architecture(document) == ROW


def test_a_graph_may_be_written_in_any_order():
    document = encode_architecture(GRAPH)
    layers = document["config"]["layers"]
    document["config"]["layers"] = layers[::-1]
    decoded = decode_architecture(document)
    assert {layer.name: layer for layer in decoded.layers} == {
        layer.name: layer for layer in GRAPH.layers
    }


def test_inputs_and_outputs_may_have_names():
    document = change(GRAPH, ["config", "input_layers"],
                      {"l": ["left", 0, 0], "r": ["right", 0, 0]})  # fmt: skip
    assert decode_architecture(document) == GRAPH


def test_keras_may_wrap_tuples():
    place = ["config", "layers", 1, "config", "kernel_size"]
    model = parse_spec({"input_shape": "9,9,1", "layers": ["Conv2D filters=2 kernel_size=(3, 3)"]})
    document = change(model, place, {"class_name": "__tuple__", "items": [3, 3]})
    assert decode_architecture(document) == model


def test_channels_come_last_without_a_word_of_it():
    texts = [
        "TimeDistributed layer='Conv1D filters=2 kernel_size=3'",
        "Conv2D filters=2 kernel_size=3",
    ]
    model = parse_spec({"input_shape": "9,9,1", "layers": texts})
    document = encode_architecture(model)
    _, wrapper, convolution = (layer["config"] for layer in document["config"]["layers"])
    assert wrapper["layer"]["config"]["data_format"] == "channels_last"
    assert convolution["data_format"] == "channels_last"
    assert decode_architecture(document) == model


def test_the_hard_sigmoid_of_keras_2_is_a_function_of_this_project():
    model = parse_spec(
        {"input_shape": 3, "layers": ["Dense units=1 activation=hard_sigmoid_keras2"]}
    )
    document = encode_architecture(model)
    assert document["config"]["layers"][1]["config"]["activation"] == {
        "module": "builtins",
        "class_name": "function",
        "config": "galaxy_keras>hard_sigmoid_keras2",
        "registered_name": "function",
    }
    assert decode_architecture(document) == model


def test_a_frozen_model_freezes_its_layers():
    document = change(GRAPH, ["config", "trainable"], False)
    decoded = decode_architecture(document)
    assert not any(layer.trainable for layer in decoded.layers if not layer.is_input)
    assert decode_architecture(encode_architecture(decoded)) == decoded


def test_a_model_in_a_model():
    inner = parse_spec({"name": "inner", "input_shape": 4, "layers": ["Dense units=3"]})
    document = encode_architecture(parse_spec({"input_shape": 4, "layers": ["Dense units=2"]}))
    document["config"]["layers"].insert(1, encode_architecture(inner))
    decoded = decode_architecture(document)
    assert decoded.layers[1].model == inner
    assert (decoded.layers[1].name, decoded.layers[1].type) == ("inner", "Sequential")
    assert encode_architecture(decoded)["config"]["layers"][1] == encode_architecture(inner)


def test_a_sequential_model_may_have_its_shape_beside_its_layers():
    document = encode_architecture(ROW)
    del document["config"]["layers"][0]
    assert decode_architecture(document) == ROW


# What the file names


def lambda_layer(**more):
    code = {"class_name": "__lambda__", "config": {"code": "4wEAAAA="}}
    config = {"name": "lambda", "function": code}
    return {"module": "keras.layers", "class_name": "Lambda", "config": config, **more}


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (
            ["config", "layers", 3],
            lambda_layer(),
            "2 problems were found.\n"
            "1. config.layers[3] is Lambda (module keras.layers), "
            "which is not in the catalogue and was not run\n"
            "2. config.layers[3].config.function is __lambda__, "
            "which is not in the catalogue and was not run",
        ),
        (
            ["config", "layers", 3, "config", "kernel_initializer"],
            {"module": "os", "class_name": "system", "config": {"command": "true"}},
            "config.layers[3].config.kernel_initializer is system (module os), "
            "which is not in the catalogue and was not run",
        ),
        (
            ["config", "layers", 3, "registered_name"],
            "Evil>Dense",
            "config.layers[3] is Dense (module keras.layers, registered_name Evil>Dense), "
            "which is not in the catalogue and was not run",
        ),
        (
            ["config", "layers", 3, "module"],
            "keras.src.layers",
            "config.layers[3] is Dense (module keras.src.layers), "
            "which is not in the catalogue and was not run",
        ),
        (
            ["config", "layers", 3, "config", "activation"],
            {"module": "builtins", "class_name": "function", "config": "eval",
             "registered_name": "function"},
            "config.layers[3].config.activation is function "
            "(module builtins, registered_name function), "
            "which is not in the catalogue and was not run",
        ),
        (
            ["config", "layers", 3, "config", "dtype"],
            {"module": "keras", "class_name": "DTypePolicyMap", "config": {}},
            "config.layers[3].config.dtype is DTypePolicyMap (module keras), "
            "which is not in the catalogue and was not run",
        ),
        (
            ["config", "layers", 3, "config", "note"],
            [{"module": "x" * 100}],
            f"config.layers[3].config.note[0] is an object without a class "
            f"(module {'x' * 60}...), which is not in the catalogue and was not run",
        ),
        (
            ["config", "layers", 3, "class_name"],
            ["Dense"],
            "config.layers[3] is ['Dense'] (module keras.layers), "
            "which is not in the catalogue and was not run",
        ),
        (
            ["module"],
            "keras.src.models.cloning",
            "the model is Sequential (module keras.src.models.cloning), "
            "which is not in the catalogue and was not run",
        ),
    ],
)  # fmt: skip
def test_classes_that_are_not_in_the_catalogue_are_refused(place, value, message):
    assert refuse(change(ROW, place, value), ModelFileError) == message


def test_layers_inside_layers_are_looked_at():
    model = parse_spec({"input_shape": "5,3", "layers": ["TimeDistributed layer='Dense units=2'"]})
    document = change(model, ["config", "layers", 1, "config", "layer"], lambda_layer())
    message = refuse(document, ModelFileError)
    assert "config.layers[1].config.layer is Lambda" in message


# What is not as Keras writes it


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "this is not the JSON of a model. Expected a file written by keras-model-config "
         "or by model.to_json() of Keras"),
        ({"layers": []}, "this is a spec, not an architecture. "
         "Give it to keras-model-config with --spec, and use what that writes"),
        ({"class_name": "Dense", "module": "keras.layers", "config": {}},
         "expected a Sequential or a Functional model, but found a Dense"),
        ({"class_name": "Sequential", "module": "keras"},
         'the model: "config" must be an object, but is missing'),
        (layer_of("net"), "the model has no layers"),
        (layer_of("net", {"class_name": "Dense", "module": "keras.layers",
                          "config": {"name": "d", "units": 1}}),
         "the model has no input shape. Begin it with keras.Input(shape=...), "
         "and write its JSON again"),
    ],
)  # fmt: skip
def test_what_is_not_a_model_is_refused(document, message):
    assert refuse(document) == message


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (["config", "name"], "", "the model: a name must be text and must not be empty"),
        (["config", "layers"], {}, 'the model: "layers" must be a list, but is an object'),
        (["config", "layers", 2], 5, 'the model: entry 3 of "layers" is not a layer'),
        (["config", "layers", 3, "config"], [],
         'layer 3 (Dense): "config" must be an object, but is a list'),
        (["config", "layers", 3, "config", "name"], 5,
         "layer 3 (Dense): a name must be text and must not be empty"),
        (["config", "layers", 3, "config", "units"], {"class_name": "__tuple__", "items": 5},
         'a tuple: "items" must be a list, but is a number'),
        (["config", "layers", 3, "config", "trainable"], 1,
         'layer 3 (Dense): "trainable" must be true or false'),
        (["config", "layers", 3, "config", "dtype"], 5, 'layer 3 (Dense): "dtype" must be text'),
        (["config", "layers", 3, "config", "units"], "many",
         'layer 3 (Dense): parameter units must be a whole number of at least 1, not "many"'),
        (["config", "layers", 3, "config", "unit"], 5,
         'layer 3 (Dense): there is no parameter "unit". Did you mean "units"?'),
        (["config", "layers", 0, "config", "optional"], True,
         "layer 0 (InputLayer): sparse and optional inputs are not supported"),
    ],
)  # fmt: skip
def test_malformed_rows_are_refused(place, value, message):
    assert refuse(change(ROW, place, value)).startswith(message)


CALLS = ["config", "layers", 5, "inbound_nodes"]
TENSOR = {"class_name": "__keras_tensor__", "config": {"keras_history": ["concatenate", 0, 0]}}


def call(*args, **kwargs):
    return {"args": list(args), "kwargs": kwargs}


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (CALLS, {}, 'layer "dense": "inbound_nodes" must be a list, but is an object'),
        (CALLS, [[]], 'layer "dense": its inbound_nodes must be objects'),
        (CALLS, [{"args": 1, "kwargs": {}}],
         'layer "dense": "args" must be a list, but is a number'),
        (CALLS, [{"args": []}], 'layer "dense": "kwargs" must be an object, but is missing'),
        (CALLS, [call(5)],
         'layer "dense" is called with 5, but only outputs of layers can feed a layer'),
        (CALLS, [call({"class_name": "__keras_tensor__", "config": {"keras_history": ["a"]}})],
         "layer \"dense\": ['a'] does not name the output of a layer"),
        (CALLS, [call({"class_name": "__keras_tensor__",
                       "config": {"keras_history": ["tower", 0, 1]}})],
         'layer "dense" takes a further output of "tower" (a state, for example), '
         "but only the first output of a layer can be used"),
        (CALLS, [call(TENSOR, mask=TENSOR)],
         'layer "dense" is called with a mask of its own; '
         "only masks that come from Embedding or Masking can be used"),
        (CALLS, [call(TENSOR, initial_state=[TENSOR])],
         'layer "dense" is called with initial_state, which cannot be used here'),
        (CALLS, [call(TENSOR), call({"class_name": "__keras_tensor__",
                                     "config": {"keras_history": ["nowhere", 0, 0]}})],
         'layer 8 (Dense "dense@2") needs "nowhere", but no layer has this name.'),
        (["config", "layers", 2, "inbound_nodes", 0, "args", 0, "config", "keras_history"],
         ["dense", 0, 0], "layers form a cycle: tower, tower@2, "
         "multi_head_attention, concatenate, dense"),
        (["config", "layers", 2, "name"], 5,
         'a layer of the model: "name" must be text, but is a number'),
        (["config", "input_layers"], "left", 'the model: "input_layers" must be a list'),
        (["config", "output_layers"], [5],
         'the model, "output_layers": 5 does not name the output of a layer'),
        (["config", "output_layers"], [["dens", 0, 0]],
         'the output "dens" is not the name of a layer. Did you mean "dense"?'),
    ],
)  # fmt: skip
def test_malformed_graphs_are_refused(place, value, message):
    assert refuse(change(GRAPH, place, value)).startswith(message)


def test_operations_are_not_layers():
    document = encode_architecture(GRAPH)
    operation = {
        "module": "keras.src.ops.numpy",
        "class_name": "Add",
        "config": {"name": "add"},
        "registered_name": "Add",
        "name": "add",
        "inbound_nodes": [call(TENSOR, TENSOR)],
    }
    document["config"]["layers"].insert(5, operation)
    tensor = {"class_name": "__keras_tensor__", "config": {"keras_history": ["add", 0, 0]}}
    document["config"]["layers"][6]["inbound_nodes"] = [call(tensor)]
    assert refuse(document) == (
        'layer "dense" is fed by the operation "add". Only layers can be used: '
        "Add instead of a + b, Rescaling instead of 2 * a, and so on"
    )


def test_a_model_in_a_model_has_one_output():
    inner = encode_architecture(parse_spec(
        {"name": "inner", "layers": ["Input shape=4 name=a", "Dense units=1", "Dense units=2"],
         "outputs": ["dense", "dense_1"]}))  # fmt: skip
    document = encode_architecture(parse_spec({"input_shape": 4, "layers": ["Dense units=2"]}))
    document["config"]["layers"].insert(1, inner)
    assert refuse(document) == (
        'layer 1 (Functional "inner") has 2 outputs, but a nested model may have only one'
    )


def test_errors_inside_a_model_say_where():
    inner = encode_architecture(parse_spec({"name": "inner", "input_shape": 4,
                                            "layers": ["Dense units=2"]}))  # fmt: skip
    inner["config"]["layers"][1]["config"]["units"] = 0
    document = encode_architecture(parse_spec({"input_shape": 4, "layers": ["Dense units=2"]}))
    document["config"]["layers"].insert(1, inner)
    assert refuse(document).startswith(
        'layer 1 (Sequential "inner"): layer 1 (Dense): parameter units must be'
    )


def test_messages_name_the_file(tmp_path):
    path = tmp_path / "model.json"
    path.write_text(json.dumps(change(ROW, ["config", "layers", 3], lambda_layer())), "utf-8")
    with pytest.raises(ModelFileError) as caught:
        read_architecture(path)
    assert all(problem.startswith(f"{path}: config.layers") for problem in caught.value.problems)
