"""Callbacks: what happens between epochs.

No callback takes a path or a verbosity: files and messages are those of the command. Left out are
the callbacks that run a user's code or talk to a server (`LambdaCallback`, `LearningRateScheduler`,
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

_callback = partial(make_entry, "keras.callbacks")

_MONITOR = text(
    "monitor",
    "Quantity to monitor: loss or a metric; with the prefix val_, on the validation rows.",
    "val_loss",
)
_MODE = choice(
    "mode",
    "Whether lower or higher is better; auto infers it from the metric.",
    ("auto", "min", "max"),
    "auto",
)


def _smallest_change(default: float) -> Parameter:
    return non_negative("min_delta", "Minimum change that counts as an improvement.", default)


CALLBACKS: Registry[Entry] = Registry(
    "callback",
    [
        _callback(
            "EarlyStopping",
            "Stops training when the monitored quantity has stopped improving.",
            _MONITOR,
            _smallest_change(0),
            integer("patience", "Epochs without improvement before training stops.", 0, minimum=0),
            _MODE,
            number(
                "baseline",
                "Baseline that the monitored quantity must beat; None for no baseline.",
                None,
            ),
            flag("restore_best_weights", "Restore the weights of the best epoch at the end."),
            integer("start_from_epoch", "Epochs before monitoring starts (warm-up).", 0, minimum=0),
            aliases=("early_stopping",),
            ignored=(Ignored("verbose"),),
        ),
        _callback(
            "ReduceLROnPlateau",
            "Reduces the learning rate when the monitored quantity has stopped improving.",
            _MONITOR,
            positive(
                "factor",
                "Factor by which the learning rate is multiplied.",
                0.1,
                exclusive_maximum=1.0,
            ),
            integer(
                "patience", "Epochs without improvement before the rate is reduced.", 10, minimum=0
            ),
            _MODE,
            _smallest_change(1e-4),
            integer("cooldown", "Epochs to wait after a reduction.", 0, minimum=0),
            non_negative("min_lr", "Lower bound on the learning rate.", 0.0),
            aliases=("reduce_lr_on_plateau",),
            ignored=(Ignored("verbose"),),
        ),
        _callback(
            "ModelCheckpoint",
            "Keeps the weights of the best epoch and restores them at the end.",
            _MONITOR,
            _MODE,
            number(
                "initial_value_threshold",
                "Only weights with a better value than this are kept; None for no threshold.",
                None,
            ),
            aliases=("model_checkpoint",),
            ignored=(Ignored("verbose"),),
        ),
        _callback(
            "TerminateOnNaN",
            "Stops training at the first batch whose loss is NaN.",
            aliases=("terminate_on_nan",),
        ),
        _callback("CSVLogger", "Writes the training history as a table.", aliases=("csv_logger",)),
    ],
)
