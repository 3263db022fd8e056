"""The settings of a fit that are plain numbers."""

from __future__ import annotations

from galaxy_keras.catalogue.constructors import count, integer, non_negative
from galaxy_keras.catalogue.parameters import Entry

MAX_SEED = 2**32 - 1

FIT_PARAMETERS = Entry(
    name="fit",
    module="keras.Model",
    help="How a network is fitted.",
    parameters=(
        count("epochs", "How many times all training rows are gone through.", 1),
        count("batch_size", "Rows for one update of the weights.", 32),
        non_negative(
            "validation_split",
            "Share of the training rows for validation where no other rows are held out.",
            0.0,
            exclusive_maximum=1.0,
        ),
        count("steps_per_epoch", "Batches of an epoch; None for all.", None),
        count("validation_steps", "Batches of a validation; None for all.", None),
        integer(
            "seed",
            "Makes runs repeatable; None for other numbers each time.",
            None,
            minimum=0,
            maximum=MAX_SEED,
        ),
    ),
)
