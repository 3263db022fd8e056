"""Which scores and metrics are those of one class, so that they are shown with its label."""

from __future__ import annotations

from galaxy_keras.catalogue.metrics import METRICS
from galaxy_keras.catalogue.scorers import SCORERS
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.training.targets import TargetDescription


def find_class_of_score(
    name: str, description: TargetDescription, settings: TrainingSettings
) -> str | None:
    """Return the label of the class that a score is of; None for a score of all classes.

    Parameters
    ----------
    name
        A scorer, or a metric of Keras by the name that the user chose.
    description
        What the scored target is.
    settings
        The settings of the training, which say what the metrics are.
    """
    if description.positive_class is None:
        return None
    scorer = SCORERS.find(name)
    of_one_class = scorer is not None and scorer.of_one_class
    if description.kind == "binary" and not of_one_class:
        of_one_class = any(
            metric.label == name and METRICS.get(metric.component.name).of_one_class
            for metric in settings.metrics
        )
    return str(description.positive_class) if of_one_class else None


def name_score(name: str, description: TargetDescription, settings: TrainingSettings) -> str:
    """Return the name of a score with that of its class: `f1 of case`."""
    label = find_class_of_score(name, description, settings)
    return name if label is None else f"{name} of {label}"
