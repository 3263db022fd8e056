"""What is said of layers that do not fit: both layers, both shapes, and what to do."""

import pytest

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.architecture.shapes import infer_shapes
from galaxy_keras.schema.architecture.spec import parse_spec


def refuse(document):
    with pytest.raises(ConfigurationError) as caught:
        infer_shapes(parse_spec(document))
    return str(caught.value)


@pytest.mark.parametrize(
    ("shape", "layers", "message"),
    [
        (
            "500,32",
            ["LSTM units=100", "LSTM units=10 name=second"],
            'layer 2 (LSTM "second") cannot follow layer 1 (LSTM "lstm"): '
            "it needs (steps, features) but gets (100,). "
            'Set return_sequences=True in layer 1 (LSTM "lstm")',
        ),
        (
            "500,32",
            ["Bidirectional layer='GRU units=4'", "GlobalMaxPooling1D"],
            'layer 2 (GlobalMaxPooling1D "global_max_pooling1d") cannot follow '
            'layer 1 (Bidirectional "bidirectional"): it needs (steps, channels) but gets (8,). '
            'Set return_sequences=True in layer 1 (Bidirectional "bidirectional")',
        ),
        (
            "500",
            ["LSTM units=100"],
            'layer 1 (LSTM "lstm") cannot follow the input "input_layer": '
            "it needs (steps, features) but gets (500,). Add an Embedding layer between them "
            "if the input is word indices, else a Reshape layer with target_shape=(500, 1)",
        ),
        (
            "28,28",
            ["Conv2D filters=4 kernel_size=3"],
            'layer 1 (Conv2D "conv2d") cannot follow the input "input_layer": '
            "it needs (rows, columns, channels) but gets (28, 28). "
            "For one channel give the input shape (28, 28, 1)",
        ),
        (
            "28,28",
            ["Conv2D filters=4 kernel_size=3 data_format=channels_first"],
            'layer 1 (Conv2D "conv2d") cannot follow the input "input_layer": '
            "it needs (channels, rows, columns) but gets (28, 28). "
            "For one channel give the input shape (1, 28, 28)",
        ),
        (
            "784",
            ["Conv2D filters=4 kernel_size=3"],
            'layer 1 (Conv2D "conv2d") cannot follow the input "input_layer": '
            "it needs (rows, columns, channels) but gets (784,). "
            "Add a Reshape layer between them, for example target_shape=(28, 28, 1)",
        ),
        (
            "28,28,1",
            ["Conv2D filters=4 kernel_size=3", "LSTM units=3"],
            'layer 2 (LSTM "lstm") cannot follow layer 1 (Conv2D "conv2d"): '
            "it needs (steps, features) but gets (26, 26, 4). "
            "Add a Reshape layer between them, for example target_shape=(steps, features)",
        ),
        (
            "28,28,1",
            ["RepeatVector n=3"],
            'layer 1 (RepeatVector "repeat_vector") cannot follow the input "input_layer": '
            "it needs (features,) but gets (28, 28, 1). "
            "Add a Flatten layer or a global pooling layer between them",
        ),
        (
            "5",
            ["TimeDistributed layer='Dense units=2'"],
            'layer 1 (TimeDistributed "time_distributed") cannot follow the input "input_layer": '
            "it needs (steps, ...), at least two dimensions, but gets (5,). Add an Embedding layer "
            "between them if the input is word indices, else a Reshape layer with "
            "target_shape=(5, 1)",
        ),
        (
            "6,4",
            ["CategoryEncoding num_tokens=3"],
            'layer 1 (CategoryEncoding "category_encoding") cannot follow the input "input_layer": '
            "it needs (values,) but gets (6, 4). "
            "Add a Flatten layer or a global pooling layer between them",
        ),
        (
            "None",
            ["Dense units=2"],
            'layer 1 (Dense "dense") cannot follow the input "input_layer": '
            "it needs a fixed number of features, but gets any number (None). "
            "Give the number of features in the input shape",
        ),
        (
            "5,5,1",
            ["Conv2D filters=4 kernel_size=(3, 7)"],
            'layer 1 (Conv2D "conv2d") cannot follow the input "input_layer": '
            "its window of 3 x 7 is larger than its input of 5 x 5. Use a smaller window, "
            "padding=same, or fewer layers before it that downsample",
        ),
        (
            "12",
            ["Reshape target_shape=(5, 2)"],
            'layer 1 (Reshape "reshape") cannot follow the input "input_layer": '
            "its target_shape=(5, 2) has 10 values, but it gets (12,), which is 12 values. "
            "Change target_shape; a -1 in it is inferred from the other dimensions",
        ),
        (
            "12",
            ["Reshape target_shape=(5, -1)"],
            'layer 1 (Reshape "reshape") cannot follow the input "input_layer": '
            "its target_shape=(5, -1) has a multiple of 5 values, but it gets (12,), "
            "which is 12 values. Change target_shape; a -1 in it is inferred from the other "
            "dimensions",
        ),
        (
            "4",
            ["CategoryEncoding num_tokens=3 sparse=true"],
            'layer 1 (CategoryEncoding "category_encoding"): sparse=True gives tensors of a type '
            "that Keras cannot compute with. Leave sparse out, or take output_mode=one_hot",
        ),
        (
            "4,5",
            ["Permute dims=(3, 1, 2)"],
            'layer 1 (Permute "permute") cannot follow the input "input_layer": '
            "its dims=(3, 1, 2) are for 3 dimensions, but it gets (4, 5)",
        ),
        (
            "4,5",
            ["Cropping1D cropping=2"],
            'layer 1 (Cropping1D "cropping1d") cannot follow the input "input_layer": '
            "it crops 4, but gets only 4. Use a smaller cropping",
        ),
        (
            "9,9,3",
            ["Conv2D filters=4 kernel_size=3 groups=2"],
            'layer 1 (Conv2D "conv2d") cannot follow the input "input_layer": '
            "it gets 3 channels, a number that is not divisible by groups=2",
        ),
        (
            "4,5",
            ["GroupNormalization"],
            'layer 1 (GroupNormalization "group_normalization") cannot follow the input '
            '"input_layer": it gets 5 channels, a number that is not divisible by groups=32. '
            "Change groups (the default is 32), or the channels of the layer before",
        ),
        (
            "4,5",
            ["LayerNormalization axis=3"],
            'layer 1 (LayerNormalization "layer_normalization") cannot follow the input '
            '"input_layer": it acts on axis 3, but gets (4, 5), '
            "whose axes are 1 to 2 (0 is the batch)",
        ),
        (
            "4,5",
            ["PReLU shared_axes=3"],
            'layer 1 (PReLU "p_re_lu") cannot follow the input "input_layer": '
            "it shares its slopes along axis 3, but gets (4, 5), whose axes are 1 to 2",
        ),
        (
            "3",
            ["Rescaling scale=[1, 2]"],
            'layer 1 (Rescaling "rescaling") cannot follow the input "input_layer": '
            "its scale is for 2 features, but it gets (3,). "
            "Give one value for each feature, or a single value",
        ),
        (
            "5,3",
            ["RMSNormalization axis=-2"],
            'layer 1 (RMSNormalization "rms_normalization") cannot follow the input "input_layer": '
            "its axis=-2 must be the last axis, or the last ones, of what it gets, (5, 3). Leave "
            "axis out, or put a Permute layer before it",
        ),
        (
            "5,3",
            ["Rescaling scale=1 offset=[[[1, 2, 3]]]"],
            'layer 1 (Rescaling "rescaling") cannot follow the input "input_layer": '
            "its offset is for 1 x 1 x 3 features, but it gets (5, 3). "
            "Give one value for each feature, or a single value",
        ),
        (
            "3",
            ["Normalization mean=[1, 2] variance=[1, 2]"],
            'layer 1 (Normalization "normalization") cannot follow the input "input_layer": '
            "its mean and variance are for 2 features, but it gets (3,). "
            "Give one value for each feature, or a single value",
        ),
        (
            "5,3",
            ["LSTM units=2 stateful=True"],
            'layer 1 (LSTM "lstm") cannot follow the input "input_layer": '
            "it is stateful, which needs a fixed batch size. "
            "Leave out stateful=True",
        ),
        (
            "None,3",
            ["LSTM units=2 unroll=True"],
            'layer 1 (LSTM "lstm") cannot follow the input "input_layer": '
            "it is unrolled, which needs a fixed number of steps, but gets any number (None). "
            "Leave out unroll=True, or give the number of steps in the input shape",
        ),
        (
            "4,5",
            ["Attention"],
            'layer 1 (Attention "attention") cannot follow the input "input_layer": '
            "it takes 2 or 3 inputs (query, value and, unless it is the value, key), but gets 1. "
            "Write a functional spec; for self-attention name the same layer twice",
        ),
        (
            "4,5",
            ["Add"],
            'layer 1 (Add "add") cannot follow the input "input_layer": '
            "it takes at least 2 inputs, but gets 1",
        ),
        (
            "4,5",
            ["EinsumDense equation='ab,bc->ac' output_shape=(3,)"],
            'layer 1 (EinsumDense "einsum_dense") cannot follow the input "input_layer": '
            "its equation takes 2 dimensions with the batch, but it gets (4, 5)",
        ),
        (
            "4,5",
            ["EinsumDense equation='abc,cd->abd' output_shape=(7, 3)"],
            'layer 1 (EinsumDense "einsum_dense") cannot follow the input "input_layer": '
            'along "b" of its equation it gets 4, but its output_shape has 7',
        ),
    ],
)
def test_layers_that_do_not_fit(shape, layers, message):
    assert refuse({"input_shape": shape, "layers": layers}) == message


@pytest.mark.parametrize(
    ("shape", "layer", "message"),
    [
        ("9,9,4", "Conv2D filters=5 kernel_size=3 groups=2",
         "filters=5 is not divisible by groups=2"),
        ("9,9,4", "Conv2D filters=5 kernel_size=3 strides=2 dilation_rate=2",
         "strides above 1 and a dilation_rate above 1 cannot be combined. Set one of them to 1"),
        ("9,9,4", "Conv2DTranspose filters=5 kernel_size=3 output_padding=1",
         "output_padding must be smaller than strides"),
        ("12", "Reshape target_shape=(-1, -1)",
         "target_shape=(-1, -1) may contain only one -1 (inferred)"),
        ("4", "Dense units=3 kernel_constraint='MaxNorm axis=5'",
         "kernel_constraint: MaxNorm has axis=5, but the axes of kernel are 0 to 1"),
        ("4", "Dense units=3 bias_constraint='UnitNorm axis=(0, 1)'",
         "bias_constraint: UnitNorm has axis=1, but the axes of bias are 0 to 0"),
        ("4,2", "LSTM units=3 recurrent_constraint='MinMaxNorm axis=-3'",
         "recurrent_constraint: MinMaxNorm has axis=-3, but the axes of recurrent_kernel are 0 "
         "to 1"),
        ("4,2", "RNN cell={type: GRUCell, units: 3, bias_regularizer: OrthogonalRegularizer,"
         " reset_after: false}",
         "bias_regularizer: OrthogonalRegularizer is for weights with 2 axes, but bias has 1"),
        ("4", "Dense units=3 bias_regularizer=OrthogonalRegularizer",
         "bias_regularizer: OrthogonalRegularizer is for weights with 2 axes, but bias has 1"),
        ("9,3", "DepthwiseConv1D kernel_size=3 depthwise_regularizer=OrthogonalRegularizer",
         "depthwise_regularizer: OrthogonalRegularizer is for weights with 2 axes, but kernel "
         "has 3"),
        ("9,3", "DepthwiseConv1D kernel_size=3 depthwise_constraint='UnitNorm axis=3'",
         "depthwise_constraint: UnitNorm has axis=3, but the axes of kernel are 0 to 2"),
        ("9,3", "SeparableConv1D filters=2 kernel_size=3 pointwise_constraint='UnitNorm axis=3'",
         "pointwise_constraint: UnitNorm has axis=3, but the axes of pointwise_kernel are 0 to 2"),
        ("4,2", "Dense units=3 activity_regularizer=OrthogonalRegularizer",
         "activity_regularizer: OrthogonalRegularizer is for outputs of the shape (features,), but "
         "this one is (4, 3)"),
        ("3", "Rescaling scale=[1, [2, 3]]",
         "scale and offset must be numbers, or nested lists of equal length"),
        ("4,2", "Conv1D filters=3 kernel_size=2 kernel_initializer=Identity",
         "kernel_initializer: Identity is for weights with 2 axes, but kernel has 3"),
        ("4", "Dense units=3 bias_initializer=orthogonal",
         "bias_initializer: Orthogonal is for weights with at least 2 axes, but bias has 1"),
        ("4", "Dense units=3 kernel_initializer='GlorotNormal input_axes=7 output_axes=1'",
         "kernel_initializer: GlorotNormal has input_axes=7, but the axes of kernel are 0 to 1"),
        ("4", "GroupNormalization groups=0",
         "groups=0 makes no groups. Give 1 or more, or -1 for one per channel"),
        ("4,5", "Permute dims=(None, 1)",
         "dims=(None, 1) must name each dimension once, from 1, without the batch: (2, 1)"),
        ("4,5", "Permute dims=(1, 1)",
         "dims=(1, 1) must name each dimension once, from 1, without the batch: (2, 1)"),
        ("5,3", "LSTM units=4 return_state=True",
         "return_state=True gives several outputs, which no layer takes. Leave it out"),
        ("5,3", "Bidirectional layer={type: LSTM, units: 4} merge_mode=None",
         "merge_mode=None gives two outputs, which no layer takes. Use concat, sum, mul or ave"),
        ("5,3", "Bidirectional layer={type: LSTM, units: 4, go_backwards: True}",
         "its layer goes backwards already. Leave out go_backwards=True"),
        ("5,3", "Bidirectional layer={type: LSTM, units: 4} backward_layer={type: LSTM, units: 4}",
         "one of layer and backward_layer must have go_backwards=True"),
        ("5,3", "Bidirectional layer={type: LSTM, units: 4} "
         "backward_layer={type: LSTM, units: 4, go_backwards: True, stateful: True}",
         "layer and backward_layer must have the same value of stateful"),
        ("5,3", "Bidirectional layer={type: LSTM, units: 4} "
         "backward_layer={type: LSTM, units: 5, go_backwards: True}",
         "layer and backward_layer must have outputs of the same shape"),
        ("5,3", "SpectralNormalization layer='LSTM units=4'",
         "LSTM has no kernel of its own to normalize. "
         "Use it around Dense, Embedding or a convolution"),
        ("3", "Normalization mean=[1, 2, 3] variance=1",
         "mean and variance must have the same shape, but have (3,) and () values"),
        ("3", "Normalization mean=[1, [2, 3]] variance=1",
         "mean and variance must be numbers, or nested lists of equal length"),
        ("4,5", "EinsumDense equation='abc' output_shape=(3,)",
         'its equation "abc" is not of the form ab,bc->ac, ...a,ab->...b or ab...,bc->ac...'),
        ("4,5", "EinsumDense equation='abc,cd->abx' output_shape=(4, 3)",
         'the letter "x" of its equation "abc,cd->abx" occurs only once'),
        ("4,5", "EinsumDense equation='abc,cd->abd' output_shape=(3,)",
         "its output_shape has 1 dimensions, but its equation has 2 after the batch"),
        ("4,5", "EinsumDense equation='abc,cd->abd' output_shape=(4, 3) bias_axes=x",
         'its bias_axes "x" are not axes of the output'),
    ],
)  # fmt: skip
def test_options_that_do_not_go_together(shape, layer, message):
    name = layer.partition(" ")[0]
    text = refuse({"input_shape": shape, "layers": [layer]})
    assert text.startswith(f"layer 1 ({name} ")
    assert text.endswith(f"): {message}")


@pytest.mark.parametrize(
    ("shapes", "layer", "message"),
    [
        (["(5, 3)", "(5, 4)"], "Add",
         "their shapes (5, 3) and (5, 4) do not match. "
         "Give them the same shape (dimensions of size 1 are broadcast)"),
        (["(5, 3)", "(4, 4)"], "Concatenate",
         "their shapes (5, 3) and (4, 4) differ in a dimension other than axis=-1, "
         "along which they are joined. Give them the same shape in all other dimensions"),
        (["(5, 3)", "(4, 4)"], "Dot axes=1",
         "their shapes (5, 3) and (4, 4) have different sizes along axes=1. "
         "Choose axes of equal size"),
        (["(5, 3)", "(5, 3)", "(5, 3)"], "Subtract", "it takes exactly 2 inputs, but gets 3"),
        (["(5, 3)", "(5, 3)"], "Dense units=1",
         "it takes exactly 1 input, but gets 2. Merge several with Concatenate or Add"),
        (["(5, 3)", "(5, 4)"], "Attention",
         "its query has 3 features and its key 4, which must be equal. "
         "Project one of them with a Dense layer, or use MultiHeadAttention"),
        (["(5, 3)", "(5, 4)"],
         "GroupQueryAttention head_dim=2 num_query_heads=2 num_key_value_heads=1",
         "its query has 3 features and its value 4, which must be equal. "
         "Project one of them with a Dense layer, or use MultiHeadAttention"),
        (["(2, 5, 3)", "(5, 3)"], "MultiHeadAttention num_heads=1 key_dim=2",
         "its inputs (2, 5, 3) and (5, 3) must have the same number of dimensions"),
        (["(5, 3)", "(5, 3)", "(4, 3)"], "MultiHeadAttention num_heads=1 key_dim=2",
         "its value (5, 3) and key (4, 3) must have the same number of steps"),
    ],
)  # fmt: skip
def test_inputs_that_cannot_be_joined(shapes, layer, message):
    inputs = [f"Input shape={shape} name=x{n}" for n, shape in enumerate(shapes)]
    names = ", ".join(f"x{n}" for n in range(len(shapes)))
    sources = " and ".join(f'the input "x{n}"' for n in range(len(shapes)))
    text = refuse({"layers": [*inputs, f"{layer} name=here inputs=[{names}]"]})
    kind = layer.partition(" ")[0]
    number = len(shapes) + 1
    assert text == f'layer {number} ({kind} "here") cannot join {sources}: {message}'


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ("Concatenate axis=0",
         "axis=0 would join the samples of a batch. Use axis=-1 or another axis"),
        ("Dot axes=0", "axes=0 names the batch (0). Count the axes of a sample from 1"),
        ("MultiHeadAttention num_heads=1 key_dim=2 attention_axes=-1",
         "attention_axes=-1 names the batch or the features"),
        ("GroupQueryAttention head_dim=2 num_query_heads=3 num_key_value_heads=2",
         "num_query_heads=3 is not divisible by num_key_value_heads=2"),
    ],
)  # fmt: skip
def test_options_that_cannot_join(layer, message):
    layers = ["Input shape=(5, 3) name=a", "Input shape=(5, 3) name=b", f"{layer} inputs=[a, b]"]
    assert refuse({"layers": layers}).endswith(f"): {message}")


def test_a_shared_layer_needs_inputs_of_one_shape():
    layers = ["Input shape=3 name=a", "Input shape=4 name=b", "Dense units=2 name=d inputs=[a]",
              {"shared_with": "d", "inputs": ["b"]}, "Add inputs=[d, d@2]"]  # fmt: skip
    assert refuse({"layers": layers}) == (
        'layer 4 (Dense "d@2") shares the weights of layer 3 (Dense "d"), but gets an input '
        "that needs weights of another shape. Give both calls inputs of the same shape"
    )


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (5, 'layer 2 (Sequential "inner") cannot follow layer 1 (Dense "dense"): '
         "its input is (4,), but it gets (5,)"),
    ],
)  # fmt: skip
def test_a_model_in_a_model_needs_its_shape(shape, message):
    inner = parse_spec({"name": "inner", "input_shape": 4, "layers": ["Dense units=3"]})
    outer = parse_spec({"input_shape": 2, "layers": [f"Dense units={shape}"]})
    node = LayerNode(name="inner", type="Sequential", model=inner, inbound=("dense",))
    with pytest.raises(ConfigurationError) as caught:
        infer_shapes(Architecture.sequential("outer", (*outer.layers, node)))
    assert str(caught.value) == message


def test_a_model_in_a_model_needs_all_its_inputs():
    spec = {"name": "inner", "layers": ["Input shape=4 name=a", "Input shape=4 name=b",
                                        "Add inputs=[a, b]"]}  # fmt: skip
    outer = parse_spec({"input_shape": 2, "layers": ["Dense units=4"]})
    node = LayerNode(name="inner", type="Functional", model=parse_spec(spec), inbound=("dense",))
    with pytest.raises(ConfigurationError, match="it has 2 inputs, but gets 1"):
        infer_shapes(Architecture.sequential("outer", (*outer.layers, node)))
