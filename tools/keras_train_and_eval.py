"""The command keras-train-and-eval: a model builder and tables to a fitted model and its scores."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from galaxy_keras.catalogue.fitting import MAX_SEED
from galaxy_keras.cli.messages import show_messages
from galaxy_keras.cli.options import (
    FilePath,
    accelerate_option,
    common_options,
    device_option,
    devices_option,
    features_format_option,
    galaxy_inputs_option,
    output_option,
    precision_option,
    require_signature_option,
    sign_key_option,
    table_options,
)
from galaxy_keras.cli.runner import Command
from galaxy_keras.galaxy.keras_train_and_eval import read_options

if TYPE_CHECKING:
    from galaxy_keras.preparation.training import Preparation
    from galaxy_keras.schema.requests.runs import TrainingRequest

SEED = click.IntRange(0, MAX_SEED)
METHODS = click.Choice(["none", "simple", "stratified", "group"])
NEEDED_OUTPUTS = ("output-model", "output-metrics")
SCHEMES = click.Choice(["train-val", "train-val-test"])


@click.command(cls=Command, name="keras-train-and-eval")
@click.option(
    "--model", type=FilePath, required=True, help="Model builder, or a fitted model to train on."
)
@click.option("--weights", type=FilePath, help="Weights (.h5) beside an architecture as --model.")
@table_options("features", "Table of features, one row a sample.")
@features_format_option
@table_options("target", "Table of labels or values, row by row beside the features.")
@click.option(
    "--scheme",
    type=SCHEMES,
    default="train-val",
    show_default=True,
    help="One hold-out for validation and scores, or one for each.",
)
@click.option(
    "--split", type=METHODS, default="simple", show_default=True, help="How rows are held out."
)
@click.option("--test-size", type=float, default=0.2, show_default=True, help="Fraction, or rows.")
@click.option("--split-seed", type=SEED, help="Seed of the shuffling.  [default: --seed]")
@click.option("--group-names", metavar="A,B", help="Groups to hold out, instead of a size.")
@click.option("--val-split", type=METHODS, help="--split for validation.  [default: --split]")
@click.option("--val-size", type=float, default=0.2, show_default=True, help="Of what is left.")
@click.option("--val-split-seed", type=SEED, help="--split-seed for validation.  [default: --seed]")
@click.option("--val-group-names", metavar="A,B", help="--group-names for validation.")
@table_options("groups", "Table with the group of each row.", required=False)
@table_options("sample-weights", "Table with how much each row counts.", required=False)
@click.option("--class-weight", help='"balanced", or a table of labels and weights.')
@click.option(
    "--scoring",
    multiple=True,
    help="A scikit-learn scorer; can be repeated.  [default: accuracy or r2]",
)
@click.option(
    "--set",
    "assignments",
    multiple=True,
    metavar="NAME=VALUE",
    help="Change a hyperparameter; can be repeated.",
)
@click.option("--seed", type=SEED, help="Make the run repeatable.  [default: the builder's]")
@click.option("--check", is_flag=True, help="Say what would be trained, and stop there.")
@click.option(
    "--checkpoint",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder that keeps the training after each epoch; the same command goes on from there.",
)
@click.option(
    "--stream",
    is_flag=True,
    help="Keep the features in a temporary file (in TMPDIR), not in memory; the results are the "
    "same. For all formats, but a sparse matrix itself is read whole.",
)
@sign_key_option
@require_signature_option
@device_option
@devices_option
@click.option(
    "--cluster",
    metavar="HOST:PORT,N,INDEX",
    help="Train with N processes, of which this is INDEX; auto with srun or mpirun.",
)
@accelerate_option
@precision_option
@output_option("--output-model", "The fitted model (.h5mlm).  [required without --check]")
@output_option("--output-metrics", "Scores on the hold-out.  [required without --check]")
@output_option("--output-history", "Loss and metrics of each epoch.")
@output_option("--output-true", "True labels or values of the hold-out.")
@output_option("--output-predictions", "Probabilities or values for the same rows.")
@galaxy_inputs_option(read_options)
@common_options
def main(**options: Any) -> None:
    """Train a network and measure it on rows that it has not seen."""
    from galaxy_keras.artefacts.files import check_writable
    from galaxy_keras.schema.requests.runs import TrainingRequest

    check_outputs(options)
    run = TrainingRequest.from_options(options)
    if run.is_coordinator:
        check_writable(run.outputs.values())
    from galaxy_keras.artefacts.models.signing import read_key
    from galaxy_keras.learning.devices.backend import check_jax
    from galaxy_keras.preparation.training import prepare_training

    if run.cluster is not None:
        check_jax()
    key = None if run.sign_key is None else read_key(run.sign_key)
    preparation = prepare_training(run)
    if options["check"]:
        from galaxy_keras.preparation.overview import describe_preparation

        click.echo(describe_preparation(preparation))
        return
    # Only a run that can go through pays for importing TensorFlow.
    load_backend(run, preparation)
    from galaxy_keras.learning.checkpointing import CheckpointFolder
    from galaxy_keras.learning.results import write_results
    from galaxy_keras.learning.training import train

    folder = run.checkpoint
    checkpoints = None if folder is None else CheckpointFolder.open(folder, preparation)
    result = train(preparation, run, checkpoints)
    if not run.is_coordinator:
        return
    write_results(result, run.outputs, key)
    if checkpoints is not None:
        checkpoints.remove()
    for name, value in sorted(result.fitted.metrics.items()):
        click.echo(f"{name}\t{value:.6g}")


def load_backend(run: TrainingRequest, preparation: Preparation) -> None:
    """Import Keras on what computes, after the processes of a cluster have met."""
    from galaxy_keras.learning.devices.backend import load_keras

    if run.cluster is None:
        load_keras()
        return
    from galaxy_keras.learning.devices.rendezvous import synchronize_processes
    from galaxy_keras.preparation.fingerprint import compute_fingerprint

    synchronize_processes(run.cluster, compute_fingerprint(preparation))
    if not run.is_coordinator:
        # The same would be told by all of them.
        show_messages(logging.WARNING)
    load_keras("jax")


def check_outputs(options: dict[str, Any]) -> None:
    """Raise a `click.UsageError` unless training has somewhere to write to."""
    missing = [name for name in NEEDED_OUTPUTS if options[name.replace("-", "_")] is None]
    if missing and not options["check"]:
        raise click.UsageError(f"Missing option '--{missing[0]}', which goes without --check only.")


if __name__ == "__main__":
    main()
