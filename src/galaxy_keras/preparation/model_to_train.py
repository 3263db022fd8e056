"""Reads what a training run trains, and checks it in itself."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.fitted import FittedModel, FittedOutput
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.architecture.memory import check_network_size
from galaxy_keras.schema.requests.runs import TrainingRequest
from galaxy_keras.schema.training.compatibility import check_compatibility
from galaxy_keras.schema.training.encodings import InputEncoding, resolve_input_encodings
from galaxy_keras.schema.training.hyperparameters import set_hyperparameters
from galaxy_keras.schema.training.outputs import Output, list_outputs
from galaxy_keras.schema.training.settings import TrainingSettings

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ModelToTrain:
    """What is trained: read, with its hyperparameters replaced, and checked in itself.

    Attributes
    ----------
    architecture, settings
        The network and how to train it.
    initial_model
        The fitted model that training continues, or None.
    """

    architecture: Architecture
    settings: TrainingSettings
    initial_model: FittedModel | None

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The outputs, with their settings."""
        return list_outputs(self.architecture, self.settings)

    @property
    def trained_outputs(self) -> tuple[FittedOutput, ...]:
        """What the initial model knows of the outputs; empty without one."""
        return () if self.initial_model is None else self.initial_model.list_outputs()

    @property
    def encodings(self) -> tuple[InputEncoding, ...]:
        """The encodings of the inputs."""
        return resolve_input_encodings(self.architecture, self.settings)


def read_model_to_train(run: TrainingRequest) -> ModelToTrain:
    """Read a model builder or a fitted model, and replace the hyperparameters that `run` sets.

    Raises
    ------
    GalaxyKerasError
        If it cannot be read, or architecture and settings do not fit each other.
    """
    model = read_model(run.model, weights=run.weights, key=run.require_signature)
    architecture, settings = set_hyperparameters(
        model.architecture, model.training, run.assignments
    )
    check_network_size(architecture)
    for warning in check_compatibility(architecture, settings):
        logger.warning("%s", warning)
    return ModelToTrain(architecture, settings, model if isinstance(model, FittedModel) else None)
