"""Draw how a model was trained and how well it predicts, as PNG, SVG, PDF or HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from galaxy_keras import __version__
from galaxy_keras.catalogue.plots import PLOTS
from galaxy_keras.cli.plot_options import build_plot_command
from galaxy_keras.cli.report_options import build_report_command
from galaxy_keras.cli.runner import Group
from galaxy_keras.galaxy.ml_visualization_ex import read_options

if TYPE_CHECKING:
    from galaxy_keras.schema.requests.plots import PlotRequest


# click does not rewrap a paragraph that begins with \b.
EXAMPLE = """\b
Example:
  ml-visualization-ex training-history --history history.tsv --output history.png
"""


@click.group(cls=Group, epilog=EXAMPLE)
@click.version_option(__version__, prog_name="galaxy-keras")
def main() -> None:
    """Draw how a model was trained and how well it predicts.

    Each plot is a subcommand with its own --help.
    """


def compute_importances(request: PlotRequest) -> PlotRequest:
    """Replace the model and its tables with the permutation importances."""
    from galaxy_keras.learning.devices.backend import load_keras
    from galaxy_keras.preparation.importances import prepare_importances
    from galaxy_keras.schema.requests.plots import ImportanceRequest

    options = dict(request.options)
    shown = {name: options.pop(name) for name in ("threshold", "top")}
    run = ImportanceRequest(**request.inputs, **options)
    preparation = prepare_importances(run)
    # TensorFlow is imported only after all checks have passed.
    load_keras()
    from galaxy_keras.learning import importance

    importances = importance.compute_importances(preparation, run)
    return request.model_copy(update={"inputs": {"importances": importances}, "options": shown})


PRECOMPUTATIONS = {"permutation-importances": compute_importances}

for plot in PLOTS:
    main.add_command(build_plot_command(plot, read_options, PRECOMPUTATIONS.get(plot.name)))
main.add_command(build_report_command(read_options))

if __name__ == "__main__":
    main()
