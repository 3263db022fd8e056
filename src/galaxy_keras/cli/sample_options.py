"""The options that say where the samples of a run come from, made from the catalogue."""

from __future__ import annotations

import click

from galaxy_keras.catalogue.sample_formats import SAMPLE_FORMATS
from galaxy_keras.cli.options import Decorator, FileOrFolderPath, Function, table_options
from galaxy_keras.cli.plot_options import parameter_option


def sample_options(*, required: bool = True) -> Decorator:
    """Add --features, its header, columns and format, and the options of single formats.

    Parameters
    ----------
    required
        Whether --features must be given.
    """

    def decorate(function: Function) -> Function:
        return _add_options(function, required=required)

    return decorate


def _add_options(function: Function, *, required: bool) -> Function:
    parameters = {each.name: each for entry in SAMPLE_FORMATS for each in entry.parameters}
    for parameter in reversed(parameters.values()):
        function = parameter_option(parameter)(function)
    function = click.option(
        "--features-format",
        type=click.Choice(SAMPLE_FORMATS.names),
        help="Format of the features.  [default: by the name: csv (.csv), fasta (.fa, .fasta "
        "...), pictures (.zip or a folder), else tabular]",
    )(function)
    function = click.option(
        "--id-columns",
        metavar="SPEC",
        help="Columns that name the rows in the outputs, and that the network does not see.",
    )(function)
    function = click.option(
        "--pictures",
        type=FileOrFolderPath,
        help="Folder or zip archive of the pictures whose names are a column of the features.",
    )(function)
    samples = table_options(
        "features",
        "Table of features, one row a sample; or a folder or a zip archive of pictures.",
        required=required,
        header=None,
        path_type=FileOrFolderPath,
    )
    return samples(function)
