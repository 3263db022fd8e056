"""The table of layers, output shapes and parameter counts, as plain text."""

from __future__ import annotations

from collections.abc import Sequence

from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.architecture.shapes import LayerShapes, infer_shapes

Row = tuple[str, ...]


def format_summary(architecture: Architecture) -> str:
    """Return a table of the layers and the counts of parameters, as text that ends with a newline.

    Shapes include the batch dimension (None), as in Keras. For a functional model a column names
    the input layers of each layer.

    Raises
    ------
    ConfigurationError
        If the layers do not fit each other.
    """
    shapes = infer_shapes(architecture)
    header = ("#", "Layer", "Type", "Output shape", "Parameters", "Connected to")
    rows = [_describe(architecture, layer, shapes) for layer in architecture.layers]
    columns = len(header) if architecture.kind == "functional" else len(header) - 1
    lines = _align([row[:columns] for row in (header, *rows)], right={0, 4})
    totals = _align(
        [
            ("Parameters", f"{shapes.parameters:,}"),
            ("Trainable", f"{shapes.trainable:,}"),
            ("Non-trainable", f"{shapes.non_trainable:,}"),
        ],
        right={1},
    )
    rule = "-" * max(map(len, lines))
    title = f'Model "{architecture.name}" ({architecture.kind})'
    return "\n".join([title, rule, lines[0], rule, *lines[1:], rule, *totals, ""])


def _describe(architecture: Architecture, layer: LayerNode, shapes: LayerShapes) -> Row:
    found = shapes[layer.name]
    return (
        str(architecture.number(layer.name)),
        layer.name,
        layer.type,
        str(found.output),
        f"{found.parameters:,}",
        ", ".join(layer.inbound),
    )


def _align(rows: Sequence[Row], right: set[int]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if index in right else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
