"""The numeric settings of training."""

from __future__ import annotations

from galaxy_keras.catalogue.constructors import count, integer, non_negative
from galaxy_keras.catalogue.parameters import Entry

MAX_SEED = 2**32 - 1

FIT_PARAMETERS = Entry(
    name="fit",
    module="keras.Model",
    help="How a network is trained.",
    parameters=(
        count("epochs", "Number of passes over the training rows.", 1),
        count("batch_size", "Rows per update of the weights.", 32),
        non_negative(
            "validation_split",
            "Has no effect: keras-train-and-eval always holds rows out for validation.",
            0.0,
            exclusive_maximum=1.0,
        ),
        count("steps_per_epoch", "Batches per epoch (default: all).", None),
        count("validation_steps", "Batches per validation (default: all).", None),
        integer(
            "seed",
            "Random seed for reproducible runs (default: a different one each time).",
            None,
            minimum=0,
            maximum=MAX_SEED,
        ),
    ),
)
