"""The command model-prediction: predict new rows with a fitted model."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any, get_args

import click

from galaxy_keras.catalogue.fitting import MAX_SEED
from galaxy_keras.catalogue.run_choices import PartHeader, PredictionMethod
from galaxy_keras.cli.genome_options import window_prediction_options
from galaxy_keras.cli.options import (
    FilePath,
    FiniteRange,
    accelerate_option,
    common_options,
    device_option,
    galaxy_inputs_option,
    output_option,
    precision_option,
    require_signature_option,
)
from galaxy_keras.cli.runner import Command
from galaxy_keras.cli.sample_options import sample_options
from galaxy_keras.galaxy.model_prediction import read_options

logger = logging.getLogger("galaxy_keras.tools.model_prediction")


# click does not rewrap a paragraph that begins with \b.
EXAMPLE = """\b
Example:
  model-prediction --model fitted.h5mlm --features new.tsv
      --method predict_proba --output probabilities.tsv
"""


@click.command(cls=Command, name="model-prediction", epilog=EXAMPLE)
@click.option(
    "--model",
    type=FilePath,
    required=True,
    help="Fitted model (.h5mlm), or one that Keras saved (.keras, .h5).",
)
@click.option(
    "--weights", type=FilePath, help="Weights (.weights.h5, .h5) beside an architecture as --model."
)
@sample_options(required=False)
@window_prediction_options
@click.option(
    "--method",
    type=click.Choice(get_args(PredictionMethod)),
    default="predict",
    show_default=True,
    help="Labels or values, the probability of each class, the score of each class, (encode) "
    "what the network sees of each row (.tsv without header, or .npz), (generate) texts that a "
    "language model goes on with, or (variant-effect) the outputs for both alleles of --variants, "
    "their difference and the logarithm of their ratio of odds.",
)
@click.option(
    "--prompt",
    "prompts",
    multiple=True,
    metavar="TEXT",
    help="generate: what to go on with, instead of a file as --features; can be repeated.",
)
@click.option(
    "--length",
    type=click.IntRange(min=1),
    help="generate: number of characters, words, letters or k-mers.  [default: 100]",
)
@click.option(
    "--temperature",
    type=FiniteRange(0),
    help="generate: below 1 probable tokens become more probable; 0 takes the most probable one.  "
    "[default: 1]",
)
@click.option(
    "--top-k",
    type=click.IntRange(min=0),
    help="generate: draw of so many of the most probable tokens only; 0 of all.  [default: 0]",
)
@click.option(
    "--top-p",
    type=FiniteRange(0, 1, min_open=True),
    help="generate: draw of the fewest tokens only that have this probability together.  "
    "[default: 1]",
)
@click.option(
    "--samples",
    type=click.IntRange(min=1),
    help="generate: number of texts that go on from each prompt.  [default: 1]",
)
@click.option(
    "--seed",
    type=click.IntRange(0, MAX_SEED),
    help="generate: random seed of the texts.  [default: another one each time]",
)
@click.option(
    "--compare",
    is_flag=True,
    help="generate: go on from the first tokens of each row of features, beside what follows there "
    "(column following).",
)
@click.option(
    "--threshold",
    type=FiniteRange(0, 1),
    help="Probability above which a label, or of two classes the positive one, is predicted.  "
    "[default: that of the training, or 0.5]",
)
@click.option(
    "--pos-label",
    help="The class of two that --threshold is for.  [default: the positive one of the training]",
)
@click.option(
    "--batch-size", type=click.IntRange(min=1), help="Rows computed at once.  [default: by memory]"
)
@click.option(
    "--part",
    metavar="I/N",
    help="Predict the I-th of N parts of the rows, such as 3/8; put together in their order, they "
    "are the table of one run.",
)
@click.option(
    "--header",
    type=click.Choice(get_args(PartHeader)),
    default="first",
    show_default=True,
    help="Whether the first part alone begins with a header, or each does.",
)
@require_signature_option
@device_option
@accelerate_option
@precision_option
@output_option(
    "--output",
    "Table of predictions, one row for each row of features, or of generated texts.",
    required=True,
)
@galaxy_inputs_option(read_options)
@common_options
def main(**options: Any) -> None:
    """Predict with a fitted model."""
    from galaxy_keras.artefacts.files import check_writable
    from galaxy_keras.schema.requests.generation import refuse_generation_options
    from galaxy_keras.schema.requests.runs import PredictionRequest

    if options["method"] == "generate":
        generate(options)
        return
    if options["features"] is None:
        raise click.UsageError("Missing option '--features'.")
    refuse_generation_options(options)
    run = PredictionRequest.from_options(options)
    check_writable([run.output])
    from galaxy_keras.learning.devices.backend import load_keras
    from galaxy_keras.preparation.prediction import prepare_prediction, write_encoded

    preparation = prepare_prediction(run)
    if run.method == "encode":
        logger.info("%d rows were encoded.", write_encoded(preparation, run.output))
        return
    # Imported late: TensorFlow takes seconds, and all checks have passed by now.
    load_keras()
    from galaxy_keras.learning.prediction import predict_table

    windows = preparation.genome
    if windows is None:
        rows = predict_table(preparation, run)
    else:
        from galaxy_keras.learning.genome_prediction import predict_windows

        rows = predict_table(preparation, run, partial(predict_windows, rows=windows))
    logger.info("%d rows were predicted.", rows)


def generate(options: dict[str, Any]) -> None:
    """Go on with texts by a language model."""
    from galaxy_keras.artefacts.files import check_writable
    from galaxy_keras.schema.requests.generation import GenerationRequest

    run = GenerationRequest.from_options(options)
    check_writable([run.output])
    from galaxy_keras.learning.devices.backend import load_keras
    from galaxy_keras.preparation.generation import prepare_generation

    preparation = prepare_generation(run)
    load_keras()
    from galaxy_keras.learning.generation import generate_table

    logger.info("%d texts were generated.", generate_table(preparation, run))


if __name__ == "__main__":
    main()
