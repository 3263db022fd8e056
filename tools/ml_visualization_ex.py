"""Draw how a model was trained and how well it predicts, as PNG, SVG, PDF or HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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


def find_motifs(request: PlotRequest) -> PlotRequest:
    """Replace the model and its samples with what its filters respond to."""
    from galaxy_keras.preparation import motifs

    options, inputs = dict(request.options), dict[str, Any](request.inputs)
    found = motifs.find_motifs(
        inputs["model"],
        inputs["features"],
        inputs["intervals"],
        layer=options.pop("layer"),
        threshold=options.pop("threshold"),
    )
    return request.model_copy(update={"inputs": {"motifs": found}, "options": options})


def mutate_sequence(request: PlotRequest) -> PlotRequest:
    """Replace the model and its sample with the effects of single letters."""
    from galaxy_keras.learning.devices.backend import load_keras
    from galaxy_keras.preparation.prediction import read_fitted_model
    from galaxy_keras.preparation.sequences import find_sequence, make_sequence_model

    inputs, options = dict[str, Any](request.inputs), request.options
    path = inputs["model"]
    model = make_sequence_model(read_fitted_model(path), path)
    name, sequence = find_sequence(
        model, inputs["features"], options["sample"], options["interval"]
    )
    model.encode([sequence], [name])
    # TensorFlow is imported only after all checks have passed.
    load_keras()
    from galaxy_keras.learning import mutagenesis

    found = mutagenesis.mutate_sequence(model, path, name, sequence, options["label"])
    return request.model_copy(update={"inputs": {"mutagenesis": found}, "options": {}})


PRECOMPUTATIONS = {
    "permutation-importances": compute_importances,
    "in-silico-mutagenesis": mutate_sequence,
    "motifs": find_motifs,
}

for plot in PLOTS:
    main.add_command(build_plot_command(plot, read_options, PRECOMPUTATIONS.get(plot.name)))
main.add_command(build_report_command(read_options))

if __name__ == "__main__":
    main()
