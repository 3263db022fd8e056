from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.architecture.summary import format_summary


def test_layers_in_a_row():
    model = parse_spec(
        {
            "input_shape": "500",
            "layers": [
                "Embedding input_dim=10000 output_dim=32",
                "LSTM units=100",
                "Dense units=1 activation=sigmoid trainable=False",
            ],
        }
    )
    assert format_summary(model) == (
        'Model "sequential" (sequential)\n'
        "-------------------------------------------------------\n"
        "#  Layer        Type        Output shape     Parameters\n"
        "-------------------------------------------------------\n"
        "0  input_layer  InputLayer  (None, 500)               0\n"
        "1  embedding    Embedding   (None, 500, 32)     320,000\n"
        "2  lstm         LSTM        (None, 100)          53,200\n"
        "3  dense        Dense       (None, 1)               101\n"
        "-------------------------------------------------------\n"
        "Parameters     373,301\n"
        "Trainable      373,200\n"
        "Non-trainable      101\n"
    )


def test_a_graph_says_what_feeds_each_layer():
    layers = ["Input shape=3 name=a", "Input shape=3 name=b", "Add inputs=[a, b]"]
    assert format_summary(parse_spec({"name": "sum", "layers": layers})) == (
        'Model "sum" (functional)\n'
        "------------------------------------------------------------\n"
        "#  Layer  Type        Output shape  Parameters  Connected to\n"
        "------------------------------------------------------------\n"
        "1  a      InputLayer  (None, 3)              0\n"
        "2  b      InputLayer  (None, 3)              0\n"
        "3  add    Add         (None, 3)              0  a, b\n"
        "------------------------------------------------------------\n"
        "Parameters     0\n"
        "Trainable      0\n"
        "Non-trainable  0\n"
    )
