"""The command keras-train-and-eval: train a model builder on tables and score the fitted model."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from galaxy_keras.catalogue.fitting import MAX_SEED
from galaxy_keras.catalogue.run_choices import Calibration, SplitMethod, SplitScheme
from galaxy_keras.cli.genome_options import window_training_options
from galaxy_keras.cli.messages import show_messages, show_text
from galaxy_keras.cli.options import (
    FilePath,
    accelerate_option,
    common_options,
    device_option,
    devices_option,
    galaxy_inputs_option,
    output_option,
    precision_option,
    require_signature_option,
    sign_key_option,
    table_options,
)
from galaxy_keras.cli.runner import Command
from galaxy_keras.cli.sample_options import sample_options
from galaxy_keras.errors import escape_name
from galaxy_keras.galaxy.keras_train_and_eval import read_options

if TYPE_CHECKING:
    from galaxy_keras.preparation.training import Preparation
    from galaxy_keras.schema.requests.runs import TrainingRequest

SEED = click.IntRange(0, MAX_SEED)
METHODS = click.Choice(get_args(SplitMethod))
REQUIRED_OUTPUTS = ("output-model", "output-metrics")
SCHEMES = click.Choice(get_args(SplitScheme))


# click does not rewrap a paragraph that begins with \b.
EXAMPLE = """\b
Example:
  keras-train-and-eval --model builder.zip --features X.tsv --target y.tsv
      --test-size 0.2 --scoring f1 --output-model fitted.h5mlm
      --output-metrics metrics.tsv --output-history history.tsv
"""


@click.command(cls=Command, name="keras-train-and-eval", epilog=EXAMPLE)
@click.option(
    "--model",
    type=FilePath,
    required=True,
    help="Model builder, or a fitted model (also of Keras: .keras, .h5) to train on.",
)
@click.option(
    "--weights", type=FilePath, help="Weights (.weights.h5, .h5) beside an architecture as --model."
)
@sample_options()
@table_options(
    "target",
    "Table of labels or values, one row for each row of features; without it, --target-columns are "
    "columns of the features.",
    required=False,
)
@window_training_options
@click.option(
    "--scheme",
    type=SCHEMES,
    default="train-val",
    show_default=True,
    help="One hold-out for validation and scores, or one hold-out for each.",
)
@click.option(
    "--split",
    type=METHODS,
    help="How rows are held out: simple shuffles them, last (or none) takes the last ones, unique "
    "keeps rows of equal features together, chromosome holds whole chromosomes out.  [default: "
    "simple; last for windows over rows]",
)
@click.option(
    "--test-size",
    type=float,
    default=0.2,
    show_default=True,
    help="Fraction (below 1) or number of rows held out.",
)
@click.option("--split-seed", type=SEED, help="Random seed of the split.  [default: --seed, or 0]")
@click.option("--group-names", metavar="A,B", help="Groups to hold out, instead of a size.")
@click.option("--val-split", type=METHODS, help="--split for validation.  [default: --split]")
@click.option(
    "--val-size",
    type=float,
    default=0.2,
    show_default=True,
    help="Fraction or number of the remaining rows.",
)
@click.option(
    "--val-split-seed", type=SEED, help="--split-seed for validation.  [default: --seed, or 0]"
)
@click.option("--val-group-names", metavar="A,B", help="--group-names for validation.")
@click.option(
    "--cross-validate",
    type=click.IntRange(min=2),
    metavar="K",
    help="Score K trainings first, each on one of K parts of the rows (by --split), for mean and "
    "spread; encodings are fitted anew each time.",
)
@click.option(
    "--repeats",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="How often --cross-validate divides the rows anew.",
)
@table_options("groups", "Table with the group of each row.", required=False)
@table_options("sample-weights", "Table of sample weights.", required=False)
@click.option(
    "--class-weight",
    type=click.Path(readable=False),
    metavar="TEXT",
    help='"balanced", or a table of labels and weights.',
)
@click.option(
    "--class-weight-header/--no-class-weight-header",
    default=False,
    help="Whether the first row contains column names.",
)
@click.option(
    "--scoring",
    multiple=True,
    help="A scikit-learn scorer; can be repeated.  [default: accuracy or r2]",
)
@click.option(
    "--pos-label",
    help="Of two labels the positive class, which f1, recall and such are scores of.  "
    "[default: the second in sorted order]",
)
@click.option(
    "--calibrate",
    type=click.Choice(get_args(Calibration)),
    help="Calibrate the probabilities of classes on the validation rows, by temperature scaling.",
)
@click.option(
    "--choose-threshold",
    metavar="AIM",
    help="Choose the probability above which the positive one of two classes is predicted, on the "
    "validation rows: f1, cost=1,5 (of false positives and negatives), sensitivity=0.95 or "
    "specificity=0.9.  [default: 0.5]",
)
@click.option(
    "--set",
    "assignments",
    multiple=True,
    metavar="NAME=VALUE",
    help="Change a hyperparameter; can be repeated.",
)
@click.option(
    "--search",
    multiple=True,
    metavar="NAME=RANGE",
    help="Search for a hyperparameter first: learning_rate=log(1e-4,1e-1), NAME=uniform(0,0.5), "
    "NAME=int(16,128) or NAME=16,32,64; can be repeated.",
)
@click.option("--trials", type=click.IntRange(min=1), help="Trainings of --search.  [default: 20]")
@click.option(
    "--search-monitor",
    metavar="NAME",
    help="What --search compares, best over the epochs.  [default: val_loss]",
)
@click.option(
    "--search-storage",
    type=FilePath,
    help="File that keeps the trials; the same search goes on from there.",
)
@click.option("--seed", type=SEED, help="Random seed of the run.  [default: the builder's]")
@click.option("--check", is_flag=True, help="Report what would be trained, and exit (dry run).")
@click.option(
    "--checkpoint",
    type=click.Path(path_type=Path, file_okay=False),
    help="Checkpoint folder, written after each epoch and when SIGTERM or SIGUSR1 comes; the same "
    "command resumes from there.",
)
@click.option(
    "--stream",
    is_flag=True,
    help="Keep the features in a memory-mapped temporary file (in TMPDIR), not in memory; the "
    "results are the same. For all formats, but a sparse matrix is loaded into memory.",
)
@click.option(
    "--vectors",
    multiple=True,
    metavar="LAYER: FILE",
    help="Word vectors (text of GloVe or word2vec, plain or gzip) that an Embedding layer begins "
    "with; can be repeated. With trainable=false in the layer they stay as they are.",
)
@click.option(
    "--sample-prompt",
    metavar="TEXT",
    help="Log after each epoch what a language model goes on with from here.",
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
@output_option(
    "--output-keras",
    "The network for keras.saving.load_model (.keras); labels and encodings in a .json beside it.",
)
@output_option("--output-metrics", "Scores on the hold-out.  [required without --check]")
@output_option("--output-history", "Loss and metrics of each epoch.")
@output_option("--output-true", "True labels or values of the hold-out.")
@output_option("--output-predictions", "Probabilities or values for the same rows.")
@output_option("--output-labels", "Predicted labels or values for the same rows.")
@output_option(
    "--output-examples",
    "The same rows as they were given, in 80 letters, beside their true and predicted labels.",
)
@output_option(
    "--output-inputs",
    "What the network sees of all rows (.tsv without header, or .npz); with --check too.",
)
@output_option("--output-folds", "Scores of each fold.  [required with --cross-validate]")
@output_option("--output-search", "Table of the trials, best first.  [required with --search]")
@galaxy_inputs_option(read_options)
@common_options
def main(**options: Any) -> None:
    """Train a network and evaluate it on held-out rows."""
    from galaxy_keras.artefacts.files import check_writable
    from galaxy_keras.schema.requests.runs import TrainingRequest

    check_outputs(options)
    run = TrainingRequest.from_options(options)
    check_readable_again(run)
    if run.is_coordinator:
        check_writable(run.outputs.values())
    from galaxy_keras.artefacts.models.signing import read_key
    from galaxy_keras.preparation.training import prepare_training

    check_packages(run)
    key = None if run.sign_key is None else read_key(run.sign_key)
    preparation = prepare_training(run)
    check_choices(run, preparation)
    if "inputs" in run.outputs and run.is_coordinator:
        from galaxy_keras.preparation.encoding import write_inputs

        write_inputs(run.outputs["inputs"], preparation.iterate_rows(), preparation.inputs)
    if options["check"]:
        from galaxy_keras.preparation.overview import describe_preparation

        show_text(describe_preparation(preparation))
        return
    # Imported late: TensorFlow takes seconds, and all checks have passed by now.
    load_backend(run, preparation)
    from galaxy_keras.learning.checkpointing import CheckpointFolder
    from galaxy_keras.learning.results import rescue_model, write_results
    from galaxy_keras.learning.training import train

    if run.is_compared:
        run = compare_trainings(run, preparation)
        if "model" not in run.outputs:
            return
        preparation = prepare_training(run)
    folder = run.checkpoint
    checkpoints = None if folder is None else CheckpointFolder.open(folder, preparation)
    rescue = partial(rescue_model, outputs=run.outputs, key=key) if run.is_coordinator else None
    result = train(preparation, run, checkpoints, rescue)
    if not run.is_coordinator:
        return
    write_results(result, run.outputs, key)
    if checkpoints is not None:
        checkpoints.remove()
    for name, value in sorted(result.fitted.metrics.items()):
        label = result.fitted.find_class_of_score(name)
        of_class = "" if label is None else f"\tof {escape_name(label)}"
        click.echo(f"{name}\t{value:.6g}{of_class}")


def check_choices(run: TrainingRequest, preparation: Preparation) -> None:
    """Check that what is to be chosen after the training can be chosen then."""
    from galaxy_keras.preparation.decisions import check_calibration, check_decision

    if run.calibrate is not None:
        check_calibration(preparation)
    if run.threshold is not None:
        check_decision(preparation)


def check_packages(run: TrainingRequest) -> None:
    """Raise a `ConfigurationError` if a package is missing that only some runs need."""
    from galaxy_keras.learning.devices.backend import check_jax, check_optuna

    if run.cluster is not None:
        check_jax()
    if run.search is not None:
        check_optuna()


def compare_trainings(run: TrainingRequest, preparation: Preparation) -> TrainingRequest:
    """Cross-validate or search, and return the request with the hyperparameters that were found."""
    from galaxy_keras.schema.requests.splits import DEFAULT_SPLIT_SEED

    if run.cross_validation is not None:
        score_folds(run.with_seeds(preparation.seed, DEFAULT_SPLIT_SEED))
    if run.search is not None:
        return search_hyperparameters(run, preparation)
    return run


def check_readable_again(run: TrainingRequest) -> None:
    """Raise a `click.UsageError` if each of several trainings would read a pipe."""
    from galaxy_keras.artefacts.files import is_stream

    several = {"--cross-validate": run.cross_validation, "--search": run.search}
    for option, wanted in several.items():
        if wanted is not None and is_stream(run.features.path):
            raise click.UsageError(
                f"{option} reads the features for each training, and a pipe can be read only once. "
                "Write them to a file first."
            )


def score_folds(run: TrainingRequest) -> None:
    """Cross-validate, write the scores of each fold and print their mean and spread."""
    from galaxy_keras.artefacts.tables import write_table
    from galaxy_keras.learning.cross_validation import (
        cross_validate,
        summarize_folds,
        tabulate_folds,
    )

    scores = cross_validate(run)
    table = tabulate_folds(scores)
    write_table(run.outputs["folds"], table.names, table.columns)
    for name, (mean, deviation) in summarize_folds(scores).items():
        click.echo(f"{name}\t{mean:.6g}\tsd {deviation:.6g} over {len(scores)} folds")


def search_hyperparameters(run: TrainingRequest, preparation: Preparation) -> TrainingRequest:
    """Search, write the trials, print the best, and return the request with its values."""
    from galaxy_keras.artefacts.tables import write_table
    from galaxy_keras.learning.search import search

    result = search(run, preparation)
    table = result.leaderboard
    write_table(run.outputs["search"], table.names, table.columns)
    for name, value in result.best.items():
        click.echo(f"best {name}\t{value}")
    return run.model_copy(update={"assignments": {**run.assignments, **result.best}})


def load_backend(run: TrainingRequest, preparation: Preparation) -> None:
    """Import Keras with its backend, after the processes of a cluster are synchronized."""
    from galaxy_keras.learning.devices.backend import load_keras

    if run.cluster is None:
        load_keras()
        return
    from galaxy_keras.learning.devices.rendezvous import synchronize_processes
    from galaxy_keras.preparation.fingerprint import compute_fingerprint

    synchronize_processes(run.cluster, compute_fingerprint(preparation))
    if not run.is_coordinator:
        # Only process 0 logs; the others would repeat it.
        show_messages(logging.WARNING)
    load_keras("jax")


def check_outputs(options: dict[str, Any]) -> None:
    """Raise a `click.UsageError` if training has no file to write its model or metrics to."""
    extras = {"cross_validate": "output-folds", "search": "output-search"}
    asked = [name for name in extras if options[name]]
    for name in asked if not options["check"] else ():
        if options[extras[name].replace("-", "_")] is None:
            raise click.UsageError(
                f"Missing option '--{extras[name]}' (required with --{name.replace('_', '-')})."
            )
    if asked and options["output_model"] is None:
        return
    missing = [name for name in REQUIRED_OUTPUTS if options[name.replace("-", "_")] is None]
    if missing and not options["check"]:
        raise click.UsageError(f"Missing option '--{missing[0]}' (required without --check).")


if __name__ == "__main__":
    main()
