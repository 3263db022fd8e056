"""What is chosen on the validation rows after a training: a threshold, a temperature."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.data.calibration import (
    apply_temperature,
    compute_log_loss,
    fit_temperature,
)
from galaxy_keras.data.predictions import Predictions, explain_missing_probabilities
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
    _warn_of_scored_rows(preparation, "The threshold is chosen")


def check_calibration(preparation: Preparation) -> None:
    """Check before a training that its probabilities can be calibrated after it.

    Raises
    ------
    ConfigurationError
        If the network has several outputs, or gives no probabilities of classes.
    DataError
        If no rows are held out.
    """
    outputs, split = preparation.outputs, preparation.split
    learned = outputs[0]
    missing = explain_missing_probabilities(
        learned.output.layer, learned.output.settings, learned.description.kind
    )
    if len(outputs) > 1 or learned.description.kind == "regression" or missing is not None:
        raise ConfigurationError(
            "--calibrate is for a network with one output that gives probabilities of classes, and "
            "this one gives others. Leave the option out"
        )
    if not len(split.validation):
        raise DataError(
            "--calibrate takes the validation rows, and there are none. Hold out some "
            "(--test-size 0.2)"
        )
    _warn_of_scored_rows(preparation, "Probabilities are calibrated")


def _warn_of_scored_rows(preparation: Preparation, what: str) -> None:
    if preparation.split.test is preparation.split.validation:
        logger.warning(
            "%s on the held-out rows that are also scored, so the scores are better than those of "
            "new samples. --scheme train-val-test scores other rows.",
            what,
        )


def calibrate(preparation: Preparation, predictions: Predictions) -> Preparation:
    """Return the preparation with a temperature in its target, and say which one.

    Parameters
    ----------
    preparation
        One that `check_calibration` accepts.
    predictions
        For the validation rows.
    """
    (learned,) = preparation.outputs
    kind = learned.description.kind
    codes = learned.target.codes[preparation.split.validation]
    probabilities = predictions.probabilities
    if kind == "binary":
        probabilities = probabilities[:, 1:]
    temperature = fit_temperature(probabilities, codes, kind)
    scaled = apply_temperature(probabilities, kind, temperature)
    logger.info(
        "Probabilities are calibrated with the temperature %.3g: on %d validation rows, the log "
        "loss is %.4g instead of %.4g.",
        temperature,
        len(codes),
        compute_log_loss(scaled, codes, kind),
        compute_log_loss(probabilities, codes, kind),
    )
    return replace(preparation, outputs=(_change(learned, temperature=temperature),))


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
    return replace(preparation, outputs=(_change(learned, threshold=chosen.value),))


def _change(learned: OutputTarget, **choices: float) -> OutputTarget:
    description = learned.description.model_copy(update=choices)
    return replace(learned, target=replace(learned.target, description=description))
