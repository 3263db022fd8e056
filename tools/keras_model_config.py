"""The command keras-model-config: write the architecture of a network from its layers."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import click

from galaxy_keras.cli.messages import show_text
from galaxy_keras.cli.options import FilePath, common_options, output_option
from galaxy_keras.cli.runner import Command
from galaxy_keras.errors import ConfigurationError

if TYPE_CHECKING:
    from galaxy_keras.schema.architecture.graph import Architecture

logger = logging.getLogger("galaxy_keras.tools.keras_model_config")

# click does not rewrap a paragraph that begins with \b.
EXAMPLE = """\b
Example:
  keras-model-config --input-shape 500 --summary --output model.json
      --layer 'Embedding input_dim=10000 output_dim=32'
      --layer 'LSTM units=100'
      --layer 'Dense units=1 activation=sigmoid'
"""


@click.command(cls=Command, name="keras-model-config", epilog=EXAMPLE)
@click.option(
    "--input-shape",
    metavar="SIZES",
    help="Shape of one sample: 500 for 500 columns, 28,28,1 for images; None is any size.",
)
@click.option(
    "--layer",
    "layers",
    multiple=True,
    metavar="CALL",
    help="A layer with its options: 'Dense units=1 activation=sigmoid', or 'TimeDistributed "
    "layer=Dense(units=1)'; repeat for each layer.",
)
@click.option(
    "--spec", type=FilePath, help="Sequential layers or a graph of layers, as YAML or JSON."
)
@click.option("--name", help="Name of the model.  [default: sequential or functional]")
@click.option("--summary", is_flag=True, help="Print layers, output shapes and parameter counts.")
@click.option("--galaxy-inputs", type=FilePath, help="JSON of a Galaxy tool form.")
@output_option("--output", "The architecture (JSON), which Keras 3 can read.", required=True)
@common_options
def main(**options: Any) -> None:
    """Write the architecture of a network from its layers, after checking their shapes."""
    check_sources(options)
    from galaxy_keras.artefacts.architecture.architecture_file import write_architecture
    from galaxy_keras.schema.architecture.memory import check_network_size

    architecture = read_layers(options)
    check_network_size(architecture)
    write_architecture(options["output"], architecture)
    if options["summary"]:
        from galaxy_keras.schema.architecture.summary import format_summary

        show_text(format_summary(architecture))
    count = sum(not layer.is_input for layer in architecture.layers)
    logger.debug('Wrote "%s" with %d layers to %s', architecture.name, count, options["output"])


def check_sources(options: dict[str, Any]) -> None:
    """Raise a `click.UsageError` unless the layers come from exactly one source."""
    given = [
        source
        for source, used in (
            ("--layer", options["layers"] or options["input_shape"]),
            ("--spec", options["spec"]),
            ("--galaxy-inputs", options["galaxy_inputs"]),
        )
        if used
    ]
    if not given:
        raise click.UsageError("Give layers: --input-shape and --layer, or --spec.")
    if len(given) > 1:
        raise click.UsageError(f"Give only one of {' and '.join(given)}.")


def read_layers(options: dict[str, Any]) -> Architecture:
    """Return the architecture that the options, a spec or the form of Galaxy describe."""
    from galaxy_keras.schema.architecture.shapes import infer_shapes
    from galaxy_keras.schema.architecture.spec import parse_spec

    document = _read_document(options)
    if options["name"]:
        document = {**document, "name": options["name"]}
    try:
        architecture = parse_spec(document)
        infer_shapes(architecture)
    except ConfigurationError as error:
        if options["spec"] is None:
            raise
        raise error.with_prefix(str(options["spec"])) from error
    return architecture


def _read_document(options: dict[str, Any]) -> dict[str, Any]:
    if options["spec"]:
        from galaxy_keras.artefacts.architecture.spec_file import read_spec_file

        return read_spec_file(options["spec"])
    if options["galaxy_inputs"]:
        from galaxy_keras.artefacts.json_text import read_json
        from galaxy_keras.galaxy.keras_model_config import read_spec

        return read_spec(read_json(options["galaxy_inputs"]))
    return {"input_shape": options["input_shape"], "layers": options["layers"]}


if __name__ == "__main__":
    main()
