"""Callbacks: what happens between epochs.

None takes a path or a verbosity: files and messages are those of the command. Left out are the
callbacks that run a user's code or talk to a server (`LambdaCallback`, `LearningRateScheduler`,
`RemoteMonitor`) and those whose part the commands play (`BackupAndRestore`, `History`,
`OrbaxCheckpoint`, `ProgbarLogger`, `TensorBoard`); instead of `LearningRateScheduler` the learning
rate can be a schedule. `SwapEMAWeights` is not needed: an optimizer with `use_ema` ends with the
averaged weights.
"""

from __future__ import annotations

from galaxy_keras.catalogue.parameters import Entry, Ignored, Kind, Parameter
from galaxy_keras.catalogue.registry import Registry

MODULE = "keras.callbacks"

_MONITOR = Parameter(
    name="monitor",
    kind=Kind.TEXT,
    default="val_loss",
    help="Value watched: loss or a metric; with val_ in front, on the validation rows.",
)
_MODE = Parameter(
    name="mode",
    kind=Kind.CHOICE,
    default="auto",
    choices=("auto", "min", "max"),
    help="Whether lower or higher is better; auto knows it for each metric.",
)


def _epochs(name: str, default: int, help_text: str) -> Parameter:
    return Parameter(name=name, kind=Kind.INTEGER, default=default, minimum=0, help=help_text)


def _smallest_change(default: float) -> Parameter:
    return Parameter(
        name="min_delta",
        kind=Kind.NUMBER,
        default=default,
        minimum=0.0,
        help="Smallest change that counts as better.",
    )


CALLBACKS: Registry[Entry] = Registry(
    "callback",
    [
        Entry(
            name="EarlyStopping",
            module=MODULE,
            help="Stops when a value does not get better any more.",
            aliases=("early_stopping",),
            ignored=(Ignored("verbose"),),
            parameters=(
                _MONITOR,
                _smallest_change(0),
                _epochs("patience", 0, "Epochs without a better value before it stops."),
                _MODE,
                Parameter(
                    name="baseline",
                    kind=Kind.NUMBER,
                    default=None,
                    help="Value that must be beaten; None for none.",
                ),
                Parameter(
                    name="restore_best_weights",
                    kind=Kind.BOOLEAN,
                    default=False,
                    help="End with the weights of the best epoch.",
                ),
                _epochs("start_from_epoch", 0, "Epochs before it begins to watch."),
            ),
        ),
        Entry(
            name="ReduceLROnPlateau",
            module=MODULE,
            help="Lowers the learning rate when a value does not get better any more.",
            aliases=("reduce_lr_on_plateau",),
            ignored=(Ignored("verbose"),),
            parameters=(
                _MONITOR,
                Parameter(
                    name="factor",
                    kind=Kind.NUMBER,
                    default=0.1,
                    above=0.0,
                    below=1.0,
                    help="What the learning rate is multiplied by.",
                ),
                _epochs("patience", 10, "Epochs without a better value before it acts."),
                _MODE,
                _smallest_change(1e-4),
                _epochs("cooldown", 0, "Epochs of rest after it has acted."),
                Parameter(
                    name="min_lr",
                    kind=Kind.NUMBER,
                    default=0.0,
                    minimum=0.0,
                    help="Lowest learning rate.",
                ),
            ),
        ),
        Entry(
            name="ModelCheckpoint",
            module=MODULE,
            help="Keeps the weights of the best epoch and ends with them.",
            aliases=("model_checkpoint",),
            ignored=(Ignored("verbose"),),
            parameters=(
                _MONITOR,
                _MODE,
                Parameter(
                    name="initial_value_threshold",
                    kind=Kind.NUMBER,
                    default=None,
                    help="Only weights with a better value than this are kept; None for all.",
                ),
            ),
        ),
        Entry(
            name="TerminateOnNaN",
            module=MODULE,
            help="Stops at the first batch whose loss is not a number.",
            aliases=("terminate_on_nan",),
        ),
        Entry(
            name="CSVLogger",
            module=MODULE,
            help="Asks for the history of the epochs as a table.",
            aliases=("csv_logger",),
        ),
    ],
)
