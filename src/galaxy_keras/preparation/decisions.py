"""The threshold between two classes: whether one can be chosen, and what it is chosen for."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.data.thresholds import choose_threshold
from galaxy_keras.errors import ConfigurationError, DataError, escape_name
from galaxy_keras.preparation.targets import OutputTarget
from galaxy_keras.preparation.training import Preparation
from galaxy_keras.schema.requests.thresholds import ThresholdRule

logger = logging.getLogger(__name__)


def check_decision(preparation: Preparation) -> None:
    """Check before a training that a threshold can be chosen after it.

    Raises
    ------
    ConfigurationError
        If the network has several outputs, or none for two classes.
    DataError
        If no rows of both classes are held out.
    """
    outputs, split = preparation.outputs, preparation.split
    if len(outputs) > 1 or outputs[0].description.positive_class is None:
        raise ConfigurationError(
            "--choose-threshold is for a network with one output for two classes, and this one has "
            "another target. Leave the option out"
        )
    if not len(split.validation) or len(np.unique(outputs[0].target.codes[split.validation])) < 2:
        raise DataError(
            "--choose-threshold takes the validation rows, and there are none of both classes. "
            "Hold out more rows, or use --split stratified"
        )
    if split.test is split.validation:
        logger.warning(
            "The threshold is chosen on the held-out rows that are also scored, so the scores are "
            "better than those of new samples. --scheme train-val-test scores other rows."
        )


def choose_decision(
    preparation: Preparation, rule: ThresholdRule, probabilities: NDArray[Any]
) -> Preparation:
    """Return the preparation with a threshold in its target, and say which one.

    Parameters
    ----------
    preparation
        One that `check_decision` accepts.
    rule
        What the threshold is for.
    probabilities
        Those of the positive class for the validation rows, shape (rows,).
    """
    (learned,) = preparation.outputs
    codes = learned.target.codes[preparation.split.validation]
    chosen = choose_threshold(rule, codes == 1, probabilities)
    logger.info(
        "%s is predicted above the probability %.4g: on %d validation rows, F1 is %.3f, "
        "sensitivity %.3f and specificity %.3f. Plots mark it with --threshold.",
        escape_name(str(learned.description.positive_class)),
        chosen.value,
        chosen.rows,
        chosen.f1,
        chosen.sensitivity,
        chosen.specificity,
    )
    return replace(preparation, outputs=(_set_threshold(learned, chosen.value),))


def _set_threshold(learned: OutputTarget, threshold: float) -> OutputTarget:
    description = learned.description.model_copy(update={"threshold": threshold})
    return replace(learned, target=replace(learned.target, description=description))
