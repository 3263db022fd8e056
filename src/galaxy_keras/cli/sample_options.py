"""The options that say where the samples of a run come from, made from the catalogue."""

from __future__ import annotations

import click

from galaxy_keras.catalogue.sample_formats import SAMPLE_FORMATS
from galaxy_keras.cli.options import Function, table_options
from galaxy_keras.cli.plot_options import parameter_option


def sample_options(function: Function) -> Function:
    """Add --features, its header, columns and format, and the options of single formats."""
    parameters = {each.name: each for entry in SAMPLE_FORMATS for each in entry.parameters}
    for parameter in reversed(parameters.values()):
        function = parameter_option(parameter)(function)
    function = click.option(
        "--features-format",
        type=click.Choice(SAMPLE_FORMATS.names),
        help="Format of the file of features.  [default: csv for a file .csv, else tabular]",
    )(function)
    function = click.option(
        "--id-columns",
        metavar="SPEC",
        help="Columns that name the rows in the outputs, and that the network does not see.",
    )(function)
    return table_options("features", "Table of features, one row a sample.", header=None)(function)
