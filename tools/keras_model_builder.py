"""The command keras-model-builder: an architecture and how to train it, to one file."""

from __future__ import annotations

import logging
from typing import Any

import click

from galaxy_keras.cli.options import (
    FilePath,
    common_options,
    galaxy_inputs_option,
    output_option,
    sign_key_option,
)
from galaxy_keras.cli.runner import Command
from galaxy_keras.galaxy.keras_model_builder import read_options

logger = logging.getLogger("galaxy_keras.tools.keras_model_builder")

TASKS = click.Choice(["classifier", "regressor"])


@click.command(cls=Command, name="keras-model-builder")
@click.option(
    "--model-config", type=FilePath, required=True, help="Architecture (JSON) of the network."
)
@click.option("--task", type=TASKS, required=True, help="Learn classes or values.")
@click.option(
    "--loss",
    required=True,
    metavar="CALL",
    help="What training makes small: mse, or 'Huber delta=2'.",
)
@click.option(
    "--optimizer", required=True, metavar="NAME", help="How weights are changed: adam, sgd ..."
)
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
    help="What is measured beside the loss: accuracy, or 'AUC curve=PR name=pr_auc'; "
    "can be repeated.",
)
@click.option(
    "--callback",
    "callbacks",
    multiple=True,
    metavar="CALL",
    help="What happens between epochs: 'EarlyStopping monitor=val_loss patience=3'; "
    "can be repeated.",
)
@click.option("--epochs", type=int, default=1, show_default=True, help="Rounds over all rows.")
@click.option(
    "--batch-size", type=int, default=32, show_default=True, help="Rows for one update of weights."
)
@click.option(
    "--validation-split",
    type=float,
    default=0.0,
    show_default=True,
    help="Share of rows for validation where no others are held out.",
)
@click.option("--steps-per-epoch", type=int, help="Batches of an epoch.  [default: all]")
@click.option("--validation-steps", type=int, help="Batches of a validation.  [default: all]")
@click.option("--seed", type=int, help="Make training repeatable.")
@sign_key_option
@output_option("--output", "The model builder (.zip, or .h5mlm by its suffix).", required=True)
@galaxy_inputs_option(read_options)
@common_options
def main(**options: Any) -> None:
    """Join an architecture with loss, optimizer and settings of training, and check them."""
    from galaxy_keras.artefacts.architecture.architecture_file import read_architecture
    from galaxy_keras.artefacts.files import writing_atomically
    from galaxy_keras.artefacts.models.builder import Builder
    from galaxy_keras.artefacts.models.builder_file import write_model_builder
    from galaxy_keras.errors import Problems
    from galaxy_keras.schema.architecture.memory import check_network_size
    from galaxy_keras.schema.training.compatibility import check_compatibility
    from galaxy_keras.schema.training.settings import TrainingSettings

    problems = Problems()
    with problems.collecting():
        architecture = read_architecture(options["model_config"])
    with problems.collecting():
        settings = TrainingSettings.from_options(options)
    problems.raise_if_any()
    check_network_size(architecture)
    for warning in check_compatibility(architecture, settings):
        logger.warning("%s", warning)
    with writing_atomically(options["output"]) as path:
        write_model_builder(path, Builder(architecture=architecture, training=settings))
        if options["sign_key"] is not None:
            # Only here, because it imports what reads HDF5.
            from galaxy_keras.artefacts.models.signing import read_key, sign_file

            sign_file(path, read_key(options["sign_key"]))


if __name__ == "__main__":
    main()
