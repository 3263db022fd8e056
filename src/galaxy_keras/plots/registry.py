"""Finds the function that draws a plot by the name of the plot."""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib import import_module

from galaxy_keras.catalogue.plots import PLOTS
from galaxy_keras.plots.drawing.figures import Drawing
from galaxy_keras.plots.drawing.output import write_drawing
from galaxy_keras.plots.drawing.style import plot_style
from galaxy_keras.schema.requests.plots import PlotRequest, choose_format

logger = logging.getLogger(__name__)


def find_drawing_function(plot: str) -> Callable[..., Drawing]:
    """Return the function that reads the inputs of `plot` and draws it.

    It takes the inputs and the options of the catalogue by name, and `settings`. Its module is
    imported here, so that a plot imports only what it needs itself.

    Raises
    ------
    ConfigurationError
        If there is no such plot.
    """
    entry = PLOTS.get(plot)
    function: Callable[..., Drawing] = getattr(
        import_module(entry.module), "plot_" + entry.name.replace("-", "_")
    )
    return function


def write_plot(request: PlotRequest) -> None:
    """Draw the requested plot and write it.

    Raises
    ------
    ConfigurationError
        If there is no such plot, or its options cannot be used.
    DataError
        If an input cannot be used, or the output cannot be written.
    """
    figure_format = choose_format(request.output, request.format)
    draw = find_drawing_function(request.plot)
    with plot_style(request.settings.font_size):
        drawing = draw(**request.inputs, **request.options, settings=request.settings)
        write_drawing(drawing, request.output, figure_format)
    for name, path in request.files.items():
        drawing.files[name](path)
    logger.info("%s: %s", request.output, drawing.description)
