"""The command model-prediction: predict new rows with a fitted model."""

from __future__ import annotations

import logging
from typing import Any, get_args

import click

from galaxy_keras.catalogue.run_choices import PredictionMethod
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
@sample_options
@click.option(
    "--method",
    type=click.Choice(get_args(PredictionMethod)),
    default="predict",
    show_default=True,
    help="Labels or values, the probability of each class, the score of each class, or (encode) "
    "what the network sees of each row (.tsv without header, or .npz).",
)
@click.option(
    "--threshold",
    type=FiniteRange(0, 1),
    help="Probability above which a label, or of two classes the positive one, is predicted.  "
    "[default: 0.5]",
)
@click.option(
    "--pos-label",
    help="The class of two that --threshold is for.  [default: the positive one of the training]",
)
@click.option(
    "--batch-size", type=click.IntRange(min=1), help="Rows computed at once.  [default: by memory]"
)
@require_signature_option
@device_option
@accelerate_option
@precision_option
@output_option("--output", "Table of predictions, one row for each row of features.", required=True)
@galaxy_inputs_option(read_options)
@common_options
def main(**options: Any) -> None:
    """Predict with a fitted model."""
    from galaxy_keras.artefacts.files import check_writable
    from galaxy_keras.schema.requests.runs import PredictionRequest

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

    rows = predict_table(preparation, run)
    logger.info("%d rows were predicted.", rows)


if __name__ == "__main__":
    main()
