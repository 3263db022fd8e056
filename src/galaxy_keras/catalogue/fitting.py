"""The settings of a fit that are plain numbers."""

from __future__ import annotations

from galaxy_keras.catalogue.parameters import Entry, Kind, Parameter

MAX_SEED = 2**32 - 1

FIT_PARAMETERS = Entry(
    name="fit",
    module="keras.Model",
    help="How a network is fitted.",
    parameters=(
        Parameter(
            name="epochs",
            kind=Kind.INTEGER,
            default=1,
            minimum=1,
            help="How many times all training rows are gone through.",
        ),
        Parameter(
            name="batch_size",
            kind=Kind.INTEGER,
            default=32,
            minimum=1,
            help="Rows for one update of the weights.",
        ),
        Parameter(
            name="validation_split",
            kind=Kind.NUMBER,
            default=0.0,
            minimum=0.0,
            below=1.0,
            help="Share of the training rows for validation where no other rows are held out.",
        ),
        Parameter(
            name="steps_per_epoch",
            kind=Kind.INTEGER,
            default=None,
            minimum=1,
            help="Batches of an epoch; None for all.",
        ),
        Parameter(
            name="validation_steps",
            kind=Kind.INTEGER,
            default=None,
            minimum=1,
            help="Batches of a validation; None for all.",
        ),
        Parameter(
            name="seed",
            kind=Kind.INTEGER,
            default=None,
            minimum=0,
            maximum=MAX_SEED,
            help="Makes runs repeatable; None for other numbers each time.",
        ),
    ),
)
