"""Callbacks: what happens between epochs.

None takes a path or a verbosity: files and messages are those of the command. Left out are the
callbacks that run a user's code or talk to a server (`LambdaCallback`, `LearningRateScheduler`,
`RemoteMonitor`) and those whose part the commands play (`BackupAndRestore`, `History`,
`OrbaxCheckpoint`, `ProgbarLogger`, `TensorBoard`); instead of `LearningRateScheduler` the learning
rate can be a schedule. `SwapEMAWeights` is not needed: an optimizer with `use_ema` ends with the
averaged weights.
"""

from __future__ import annotations

from functools import partial

from galaxy_keras.catalogue.constructors import (
    choice,
    flag,
    integer,
    make_entry,
    non_negative,
    number,
    positive,
    text,
)
from galaxy_keras.catalogue.parameters import Entry, Ignored, Parameter
from galaxy_keras.catalogue.registry import Registry

MODULE = "keras.callbacks"

_callback = partial(make_entry, MODULE)

_MONITOR = text(
    "monitor",
    "Value watched: loss or a metric; with val_ in front, on the validation rows.",
    "val_loss",
)
_MODE = choice(
    "mode",
    "Whether lower or higher is better; auto knows it for each metric.",
    ("auto", "min", "max"),
    "auto",
)


def _smallest_change(default: float) -> Parameter:
    return non_negative("min_delta", "Smallest change that counts as better.", default)


CALLBACKS: Registry[Entry] = Registry(
    "callback",
    [
        _callback(
            "EarlyStopping",
            "Stops when a value does not get better any more.",
            _MONITOR,
            _smallest_change(0),
            integer("patience", "Epochs without a better value before it stops.", 0, minimum=0),
            _MODE,
            number("baseline", "Value that must be beaten; None for none.", None),
            flag("restore_best_weights", "End with the weights of the best epoch."),
            integer("start_from_epoch", "Epochs before it begins to watch.", 0, minimum=0),
            aliases=("early_stopping",),
            ignored=(Ignored("verbose"),),
        ),
        _callback(
            "ReduceLROnPlateau",
            "Lowers the learning rate when a value does not get better any more.",
            _MONITOR,
            positive(
                "factor", "What the learning rate is multiplied by.", 0.1, exclusive_maximum=1.0
            ),
            integer("patience", "Epochs without a better value before it acts.", 10, minimum=0),
            _MODE,
            _smallest_change(1e-4),
            integer("cooldown", "Epochs of rest after it has acted.", 0, minimum=0),
            non_negative("min_lr", "Lowest learning rate.", 0.0),
            aliases=("reduce_lr_on_plateau",),
            ignored=(Ignored("verbose"),),
        ),
        _callback(
            "ModelCheckpoint",
            "Keeps the weights of the best epoch and ends with them.",
            _MONITOR,
            _MODE,
            number(
                "initial_value_threshold",
                "Only weights with a better value than this are kept; None for all.",
                None,
            ),
            aliases=("model_checkpoint",),
            ignored=(Ignored("verbose"),),
        ),
        _callback(
            "TerminateOnNaN",
            "Stops at the first batch whose loss is not a number.",
            aliases=("terminate_on_nan",),
        ),
        _callback(
            "CSVLogger", "Asks for the history of the epochs as a table.", aliases=("csv_logger",)
        ),
    ],
)
