"""The command keras-model-export: write a fitted network for Keras, TensorFlow or ONNX."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, get_args

import click

from galaxy_keras.catalogue.run_choices import ExportFormat
from galaxy_keras.cli.options import (
    FilePath,
    common_options,
    output_option,
    require_signature_option,
)
from galaxy_keras.cli.runner import Command

logger = logging.getLogger("galaxy_keras.tools.keras_model_export")

# click does not rewrap a paragraph that begins with \b.
EXAMPLE = """\b
Example:
  keras-model-export --model fitted.h5mlm --format onnx --output network.onnx
"""


@click.command(cls=Command, name="keras-model-export", epilog=EXAMPLE)
@click.option(
    "--model",
    type=FilePath,
    required=True,
    help="Fitted model (.h5mlm), or one that Keras saved (.keras, .h5).",
)
@click.option(
    "--weights", type=FilePath, help="Weights (.weights.h5, .h5) beside an architecture as --model."
)
@click.option(
    "--format",
    type=click.Choice(get_args(ExportFormat)),
    required=True,
    help="keras: one file for keras.saving.load_model. saved-model: a folder for "
    "tf.saved_model.load. onnx: one file for ONNX Runtime. weights: one file for "
    "Model.load_weights.",
)
@require_signature_option
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="The network; for saved-model a folder that does not exist yet.",
)
@output_option(
    "--output-encodings",
    "What the network takes and gives (JSON): columns, encodings, labels.  "
    "[default: --output with .json behind]",
)
@common_options
def main(**options: Any) -> None:
    """Write the network of a fitted model as other programs open it."""
    from galaxy_keras.schema.requests.export import ExportRequest

    run = ExportRequest.from_options(options)
    from galaxy_keras.learning.devices.backend import load_keras
    from galaxy_keras.preparation.exporting import prepare_export

    fitted = prepare_export(run)
    # Imported late: TensorFlow takes seconds, and all checks have passed by now.
    load_keras()
    from galaxy_keras.data.exchange import write_description
    from galaxy_keras.learning.exporting import export_model

    export_model(fitted, run.format, run.output)
    write_description(run.encodings, fitted)
    logger.info("The network is in %s, what it takes and gives in %s.", run.output, run.encodings)


if __name__ == "__main__":
    main()
