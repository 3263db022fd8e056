"""The layers of a network as boxes, with their options, output shapes and parameters."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path as Outline

from galaxy_keras.artefacts.architecture.architecture_file import read_architecture
from galaxy_keras.artefacts.content import FileType, identify_file_type
from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.errors import count_things
from galaxy_keras.plots.drawing.figures import Drawing, choose_title, create_figure
from galaxy_keras.plots.drawing.style import INK, MUTED
from galaxy_keras.plots.drawing.text import (
    clean_text,
    format_count,
    measure_width,
    shorten_text,
)
from galaxy_keras.plots.kinds.graph_layout import GraphLayout, Point, layout_graph
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.architecture.shapes import LayerShapes, infer_shapes
from galaxy_keras.schema.architecture.shapes.rule import LayerShape
from galaxy_keras.schema.requests.plots import FigureSettings

TITLE = "Model architecture"
# Inches at a font size of 10.
BOX = (3.3, 0.72)
ROW = 1.1
COLUMN = 3.6
GAP = ROW - BOX[1]
HEADER = 0.8
MIN_INCHES = 5.0
MAX_INCHES = 100.0

_FILLS = {"input": "#fdebd2", "weights": "#dcebf7", "frozen": "#e6e6e6", "none": "white"}


@dataclass(frozen=True)
class Box:
    """The box of one layer.

    Attributes
    ----------
    type, name
        Type and name of the layer.
    options
        Its non-default options, on one line.
    shape
        Its output shape, as text.
    parameters
        Its number of parameters, as text; empty for none.
    fill
        Fill colour, by whether it is an input, trained, frozen, or without weights.
    """

    type: str
    name: str
    options: str
    shape: str
    parameters: str
    fill: str


@dataclass(frozen=True)
class Diagram:
    """The boxes of a model and their layout.

    Attributes
    ----------
    boxes
        Boxes by the name of the layer.
    layout
        Positions of boxes and arrows.
    summary
        Kind of the model, number of layers and of parameters, as text.
    """

    boxes: dict[str, Box]
    layout: GraphLayout
    summary: str


def plot_model_architecture(*, model: Path, settings: FigureSettings) -> Drawing:
    """Read a model and draw its layers.

    Parameters
    ----------
    model
        The JSON of an architecture, a model builder or a fitted model.

    Raises
    ------
    ConfigurationError
        If its layers do not fit each other.
    ModelFileError
        If it is not a model, or is damaged or unsafe.
    """
    if identify_file_type(model) is FileType.JSON:
        architecture = read_architecture(model)
    else:
        architecture = read_model(model).architecture
    return draw_diagram(compute_diagram(architecture), settings=settings)


def compute_diagram(architecture: Architecture) -> Diagram:
    """Lay out the layers of a model.

    Raises
    ------
    ConfigurationError
        If its layers do not fit each other.
    """
    shapes = infer_shapes(architecture)
    boxes = {layer.name: _make_box(layer, shapes[layer.name]) for layer in architecture.layers}
    layout = layout_graph({layer.name: layer.inbound for layer in architecture.layers})
    return Diagram(boxes, layout, _summarize(architecture, shapes))


def draw_diagram(diagram: Diagram, *, settings: FigureSettings) -> Drawing:
    """Draw the boxes, from the inputs down, and an arrow for each connection."""
    width, height = diagram.layout.width * COLUMN, diagram.layout.rows * ROW
    scale = min(settings.font_size / 10, MAX_INCHES / max(width, height))
    size = (max(width * scale, MIN_INCHES), (height - GAP) * scale + HEADER)
    figure = create_figure(settings, size, title=TITLE, subtitle=diagram.summary)
    axes = figure.add_subplot()
    axes.set_axis_off()
    axes.set(xlim=(0, width), ylim=(height - GAP / 2, GAP / 2), aspect="equal")
    figure.draw_without_rendering()
    inches = axes.get_window_extent().width / figure.dpi / width
    for route in diagram.layout.routes.values():
        _draw_arrow(axes, route, inches)
    tooltips = {}
    for number, (name, box) in enumerate(diagram.boxes.items()):
        _draw_box(axes, box, diagram.layout.nodes[name], inches, f"layer-{number}")
        tooltips[f"layer-{number}"] = f"{box.type} {box.name}: {box.options} {box.shape}"
    layers = ", ".join(f"{box.type} {box.shape}" for box in diagram.boxes.values())
    description = f"{diagram.summary}. Layers and their output shapes: {layers}."
    return Drawing(figure, choose_title(settings, TITLE), description, tooltips)


def _make_box(layer: LayerNode, shape: LayerShape) -> Box:
    parameters = shape.trainable + shape.non_trainable
    return Box(
        layer.type,
        clean_text(layer.name),
        clean_text(_describe_options(layer)),
        str(shape.output),
        count_things(parameters, "parameter") if parameters else "",
        _choose_fill(layer, parameters),
    )


def _describe_options(layer: LayerNode) -> str:
    if layer.shared_with is not None:
        return f"shares the weights of {layer.shared_with}"
    if layer.model is not None:
        return f"model of {len(layer.model.layers)} layers"
    if layer.is_input:
        return ""
    return ", ".join(f"{name}={value}" for name, value in layer.options.items())


def _choose_fill(layer: LayerNode, parameters: int) -> str:
    if layer.is_input:
        return _FILLS["input"]
    if not parameters:
        return _FILLS["none"]
    return _FILLS["weights"] if layer.trainable else _FILLS["frozen"]


def _summarize(architecture: Architecture, shapes: LayerShapes) -> str:
    layers = sum(not layer.is_input for layer in architecture.layers)
    frozen = f", {format_count(shapes.non_trainable)} of them non-trainable"
    return (
        f"{architecture.kind.capitalize()} model, {count_things(layers, 'layer')}, "
        f"{count_things(shapes.parameters, 'parameter')}{frozen if shapes.non_trainable else ''}"
    )


def _draw_box(axes: Axes, box: Box, place: Point, inches: float, gid: str) -> None:
    x, y = place[0] * COLUMN, (place[1] + 0.5) * ROW
    outline = FancyBboxPatch(
        (x - BOX[0] / 2, y - BOX[1] / 2),
        *BOX,
        boxstyle="round,pad=0,rounding_size=0.08",
        facecolor=box.fill,
        edgecolor=MUTED,
        linewidth=inches,
        gid=gid,
        clip_on=False,
    )
    axes.add_patch(outline)
    left, right = x - BOX[0] / 2 + 0.1, x + BOX[0] / 2 - 0.1
    size = 10 * inches
    room = right - left
    used_width = measure_width(box.type, 10, bold=True)
    axes.text(left, y - 0.2, box.type, va="center", fontsize=size, weight="bold")
    _draw_text(axes, right, y - 0.2, box.name, room - used_width - 0.1, inches, ha="right")
    _draw_text(axes, left, y + 0.02, box.options, room, inches)
    used_width = measure_width(box.shape, 8.5)
    _draw_text(axes, left, y + 0.22, box.shape, room, inches, color=INK)
    _draw_text(axes, right, y + 0.22, box.parameters, room - used_width - 0.1, inches, ha="right")


def _draw_text(
    axes: Axes,
    x: float,
    y: float,
    text: str,
    room: float,
    inches: float,
    *,
    ha: str = "left",
    color: str = MUTED,
) -> None:
    """Write as much of a text as fits into `room`."""
    width = measure_width(text, 8.5)
    if width > room:
        text = shorten_text(text, max(int(len(text) * room / width), 1))
    axes.text(x, y, text, ha=ha, va="center", fontsize=8.5 * inches, color=color)


def _draw_arrow(axes: Axes, route: tuple[Point, ...], inches: float) -> None:
    """Draw a connection that leaves a box downwards and enters the next one from above."""
    points, codes = _bend(route)
    axes.add_patch(
        FancyArrowPatch(
            path=Outline(points, codes),
            arrowstyle="-|>",
            mutation_scale=9 * inches,
            color=MUTED,
            linewidth=1.2 * inches,
            shrinkA=0,
            shrinkB=0,
        )
    )


def _bend(route: tuple[Point, ...]) -> tuple[list[tuple[float, float]], list[int]]:
    """Return points and codes of a path that bends between rows and is straight beside boxes."""
    half = BOX[1] / 2
    x, y = route[0][0] * COLUMN, (route[0][1] + 0.5) * ROW + half
    points, codes = [(x, y)], [int(Outline.MOVETO)]
    for place, row in route[1:]:
        top = (row + 0.5) * ROW - half
        points += [(x, (y + top) / 2), (place * COLUMN, (y + top) / 2), (place * COLUMN, top)]
        codes += [int(Outline.CURVE4)] * 3
        x, y = place * COLUMN, top + 2 * half
        if (place, row) != route[-1]:
            points.append((x, y))
            codes.append(int(Outline.LINETO))
    return points, codes
