"""Draw how a model was trained and how well it predicts, as PNG, SVG, PDF or HTML."""

from __future__ import annotations

import click

from galaxy_keras import __version__
from galaxy_keras.catalogue.plots import PLOTS
from galaxy_keras.cli.plot_options import build_plot_command
from galaxy_keras.cli.runner import Group
from galaxy_keras.galaxy.ml_visualization_ex import read_options


@click.group(cls=Group)
@click.version_option(__version__, prog_name="galaxy-keras")
def main() -> None:
    """Draw how a model was trained and how well it predicts.

    Each plot is a subcommand with its own --help.
    """


for plot in PLOTS:
    main.add_command(build_plot_command(plot, read_options))

if __name__ == "__main__":
    main()
