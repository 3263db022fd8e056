from __future__ import annotations

from collections.abc import Callable

from galaxy_keras.plots.drawing.figures import Drawing
from galaxy_keras.plots.kinds.model_architecture import compute_diagram, draw_diagram
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.requests.plots import FigureSettings

CheckPicture = Callable[[Drawing, str], None]


def layer(kind: str, name: str, *inbound: str, **options: object) -> LayerNode:
    return LayerNode(type=kind, name=name, inbound=inbound, options=options)


def test_sequential(check_picture: CheckPicture) -> None:
    architecture = Architecture.sequential(
        "reviews",
        (
            layer("InputLayer", "input", batch_shape=(None, 500), dtype="float32"),
            layer("Embedding", "embedding", "input", input_dim=10000, output_dim=32),
            layer("LSTM", "lstm", "embedding", units=100, dropout=0.2, recurrent_dropout=0.2),
            layer("Dropout", "dropout", "lstm", rate=0.5),
            layer("Dense", "dense", "dropout", units=1, activation="sigmoid"),
        ),
    )
    drawing = draw_diagram(compute_diagram(architecture), settings=FigureSettings())
    check_picture(drawing, "model_architecture_sequential")


def test_functional(check_picture: CheckPicture) -> None:
    """Two inputs, two outputs, a connection past two layers and a frozen layer."""
    same = {"units": 64, "activation": "relu"}
    architecture = Architecture(
        name="functional",
        kind="functional",
        layers=(
            layer("InputLayer", "text", batch_shape=(None, 64), dtype="float32"),
            layer("InputLayer", "numbers", batch_shape=(None, 5), dtype="float32"),
            layer("Dense", "first", "text", **same),
            LayerNode(
                type="Dense", name="frozen", inbound=("first",), options=same, trainable=False
            ),
            layer("Add", "residual", "frozen", "text"),
            layer("Concatenate", "joined", "residual", "numbers"),
            layer("Dense", "a_name_that_hardly_fits_into_its_box", "joined", units=1),
            layer("Dense", "kind", "joined", units=3, activation="softmax"),
        ),
        inputs=("text", "numbers"),
        outputs=("a_name_that_hardly_fits_into_its_box", "kind"),
    )
    drawing = draw_diagram(compute_diagram(architecture), settings=FigureSettings())
    check_picture(drawing, "model_architecture_functional")
