"""Keeps the state after each epoch, so that Ctrl-C loses only the epoch that it ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import keras

from galaxy_keras.artefacts.arrays import LayerWeights, NamedArray
from galaxy_keras.learning.weights import (
    collect_optimizer_state,
    collect_random_states,
    collect_weights,
)


@dataclass(frozen=True)
class EpochState:
    """What a model was after an epoch.

    Attributes
    ----------
    epoch
        The number of the epoch, from 1.
    weights, random_states, optimizer_state
        As in `artefacts.models.fitted.FittedModel`.
    history
        The values of this and all epochs before it since training began or resumed.
    """

    epoch: int
    weights: tuple[LayerWeights, ...]
    random_states: tuple[LayerWeights, ...]
    optimizer_state: tuple[NamedArray, ...]
    history: Mapping[str, list[float]]


class LastEpoch(keras.callbacks.Callback):  # type: ignore[misc]
    """Keeps the state of the model after the last epoch that was finished.

    Attributes
    ----------
    state
        None until an epoch is finished.
    """

    def __init__(self) -> None:
        super().__init__()
        self.state: EpochState | None = None

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Copy the state; an interruption in the middle leaves the one before."""
        past = {} if self.state is None else self.state.history
        history = {name: [*past.get(name, []), value] for name, value in (logs or {}).items()}
        self.state = EpochState(
            epoch + 1,
            collect_weights(self.model),
            collect_random_states(self.model),
            collect_optimizer_state(self.model),
            history,
        )
