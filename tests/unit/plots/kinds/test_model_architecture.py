from __future__ import annotations

import json
from pathlib import Path

import pytest

from galaxy_keras.artefacts.architecture.architecture_file import write_architecture
from galaxy_keras.errors import GalaxyKerasError
from galaxy_keras.plots.drawing.style import plot_style
from galaxy_keras.plots.kinds.graph_layout import layout_graph
from galaxy_keras.plots.kinds.model_architecture import (
    compute_diagram,
    draw_diagram,
    plot_model_architecture,
)
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.requests.plots import FigureSettings


def layer(kind: str, name: str, *inbound: str, **options: object) -> LayerNode:
    return LayerNode(type=kind, name=name, inbound=inbound, options=options)


REVIEWS = Architecture.sequential(
    "reviews",
    (
        layer("InputLayer", "input", batch_shape=(None, 500), dtype="float32"),
        layer("Embedding", "embedding", "input", input_dim=10000, output_dim=32),
        layer("LSTM", "lstm", "embedding", units=100),
        layer("Dense", "dense", "lstm", units=1, activation="sigmoid"),
    ),
)


def test_boxes_tell_shapes_and_parameters() -> None:
    diagram = compute_diagram(REVIEWS)
    assert diagram.summary == "Sequential model, 3 layers, 373,301 parameters"
    lstm = diagram.boxes["lstm"]
    assert (lstm.type, lstm.options, lstm.shape) == ("LSTM", "units=100", "(None, 100)")
    assert lstm.parameters == "53,200 parameters"
    assert diagram.boxes["input"].parameters == ""


def test_description_lists_the_layers() -> None:
    with plot_style(10):
        drawing = draw_diagram(compute_diagram(REVIEWS), settings=FigureSettings())
    assert drawing.description == (
        "Sequential model, 3 layers, 373,301 parameters. Layers and their output shapes: "
        "InputLayer (None, 500), Embedding (None, 500, 32), LSTM (None, 100), Dense (None, 1)."
    )
    assert drawing.tooltips["layer-2"] == "LSTM lstm: units=100 (None, 100)"


def test_architecture_is_read_from_its_json(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    write_architecture(path, REVIEWS)
    with plot_style(10):
        drawing = plot_model_architecture(model=path, settings=FigureSettings())
    assert drawing.description.startswith("Sequential model, 3 layers")


def test_file_that_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text(json.dumps({"a": 1}))
    with pytest.raises(GalaxyKerasError, match=r"model\.json"):
        plot_model_architecture(model=path, settings=FigureSettings())


def test_chain_goes_straight_down() -> None:
    layout = layout_graph({"a": (), "b": ("a",), "c": ("b",)})
    assert layout.nodes == {"a": (0.5, 0), "b": (0.5, 1), "c": (0.5, 2)}
    assert layout.routes["a", "b"] == ((0.5, 0), (0.5, 1))
    assert (layout.width, layout.rows) == (1, 3)


def test_second_input_stands_above_the_layer_that_takes_it() -> None:
    layout = layout_graph({"a": (), "b": ("a",), "c": ("b",), "d": (), "e": ("c", "d")})
    assert layout.nodes["d"][1] == 2
    assert layout.nodes["e"] == (1.0, 3)
    assert sorted((layout.nodes["c"][0], layout.nodes["d"][0])) == [0.5, 1.5]


def test_connection_that_passes_a_row_gets_room_beside_it() -> None:
    layout = layout_graph({"a": (), "b": ("a",), "c": ("b", "a")})
    route = layout.routes["a", "c"]
    assert [row for _, row in route] == [0, 1, 2]
    assert abs(route[1][0] - layout.nodes["b"][0]) == pytest.approx(0.625)


def test_layer_fed_twice_by_the_same_one_has_one_arrow() -> None:
    assert list(layout_graph({"a": (), "b": ("a", "a")}).routes) == [("a", "b")]


def test_boxes_in_a_row_do_not_overlap() -> None:
    sources = {"in": ()} | {f"b{number}": ("in",) for number in range(5)}
    sources |= {"out": tuple(f"b{number}" for number in range(5))}
    nodes = layout_graph(sources).nodes
    places = sorted(nodes[f"b{number}"][0] for number in range(5))
    assert places == [0.5, 1.5, 2.5, 3.5, 4.5]
    assert nodes["in"] == (2.5, 0)
    assert nodes["out"] == (2.5, 2)
