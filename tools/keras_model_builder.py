"""The command keras-model-builder: combine an architecture and training settings in one file."""

from __future__ import annotations

import logging
from typing import Any, get_args

import click

from galaxy_keras.catalogue.fitting import FIT_PARAMETERS
from galaxy_keras.catalogue.losses import Task
from galaxy_keras.catalogue.parameters import Kind
from galaxy_keras.cli.options import (
    FilePath,
    Function,
    common_options,
    galaxy_inputs_option,
    output_option,
    sign_key_option,
)
from galaxy_keras.cli.runner import Command
from galaxy_keras.galaxy.keras_model_builder import read_options

logger = logging.getLogger("galaxy_keras.tools.keras_model_builder")


def fit_options(function: Function) -> Function:
    """Add --epochs, --batch-size and the other options of `FIT_PARAMETERS`, unchecked."""
    for parameter in reversed(FIT_PARAMETERS.parameters):
        function = click.option(
            f"--{parameter.name.replace('_', '-')}",
            type=int if parameter.kind is Kind.INTEGER else float,
            default=parameter.default,
            show_default=True,
            help=parameter.help,
        )(function)
    return function


# click does not rewrap a paragraph that begins with \b.
EXAMPLE = """\b
Example:
  keras-model-builder --model-config model.json --task classifier
      --loss binary_crossentropy --optimizer adam --metric accuracy
      --epochs 5 --seed 7 --output builder.zip
"""


@click.command(cls=Command, name="keras-model-builder", epilog=EXAMPLE)
@click.option(
    "--model-config", type=FilePath, required=True, help="Architecture (JSON) of the network."
)
@click.option(
    "--task",
    type=click.Choice(get_args(Task)),
    help="Classification or regression; where --target is given, that says it.",
)
@click.option(
    "--loss",
    "loss",
    required=True,
    multiple=True,
    metavar="CALL",
    help="Loss to minimize: mse, or 'Huber delta=2'; of one of several outputs: 'NAME: mse'.",
)
@click.option(
    "--loss-weight",
    "loss_weights",
    multiple=True,
    metavar="NAME: NUMBER",
    help="What the loss of one of several outputs counts in their sum: 'NAME: 0.5'; can be "
    "repeated.  [default: 1 for each]",
)
@click.option("--optimizer", required=True, metavar="NAME", help="Optimizer: adam, sgd ...")
@click.option(
    "--optimizer-option",
    "optimizer_options",
    multiple=True,
    metavar="NAME=VALUE",
    help="An option of the optimizer, such as learning_rate=0.001; can be repeated. "
    "learning_rate also takes a schedule: "
    "\"learning_rate='CosineDecay initial_learning_rate=0.01 decay_steps=1000'\".",
)
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    metavar="CALL",
    help="Metric to report besides the loss: accuracy, or 'AUC curve=PR name=pr_auc'; of one of "
    "several outputs: 'NAME: accuracy'; can be repeated.",
)
@click.option(
    "--callback",
    "callbacks",
    multiple=True,
    metavar="CALL",
    help="Callback, such as 'EarlyStopping monitor=val_loss patience=3'; can be repeated.",
)
@click.option(
    "--input",
    "inputs",
    multiple=True,
    metavar="CALL",
    help="How raw samples become the network's input: 'words columns=review', 'numbers "
    "scale=standard'; of one of several inputs: 'NAME: words columns=review'. What is left out "
    "(length, size) follows from the network.",
)
@click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="CALL",
    help="How the target is encoded: 'labels', 'values scale=standard'; of one of several outputs: "
    "'NAME: labels columns=response'.",
)
@fit_options
@sign_key_option
@output_option("--output", "The model builder (.zip, or .h5mlm by its suffix).", required=True)
@galaxy_inputs_option(read_options)
@common_options
def main(**options: Any) -> None:
    """Combine an architecture with loss, optimizer and other training settings, and check them."""
    from galaxy_keras.artefacts.architecture.architecture_file import read_architecture
    from galaxy_keras.artefacts.files import writing_atomically
    from galaxy_keras.artefacts.models.builder import Builder
    from galaxy_keras.artefacts.models.builder_file import write_model_builder
    from galaxy_keras.errors import Problems
    from galaxy_keras.schema.architecture.memory import check_network_size
    from galaxy_keras.schema.training.compatibility import check_compatibility
    from galaxy_keras.schema.training.outputs import read_settings

    if options["task"] is None and not options["targets"]:
        raise click.UsageError("Missing option '--task' (or give --target).")
    problems = Problems()
    architecture = problems.attempt(lambda: read_architecture(options["model_config"]))
    settings = problems.attempt(lambda: read_settings(architecture, options))
    problems.raise_if_any()
    if architecture is None or settings is None:
        problems.fail()
    check_network_size(architecture)
    for warning in check_compatibility(architecture, settings):
        logger.warning("%s", warning)
    with writing_atomically(options["output"]) as path:
        write_model_builder(path, Builder(architecture=architecture, training=settings))
        if options["sign_key"] is not None:
            # Imported late, because it imports h5py.
            from galaxy_keras.artefacts.models.signing import read_key, sign_file

            sign_file(path, read_key(options["sign_key"]))


if __name__ == "__main__":
    main()
