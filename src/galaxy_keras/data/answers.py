"""What a network answers for rows whose truth is known, of each of its outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from galaxy_keras.data.predictions import Predictions
from galaxy_keras.data.tabulation import (
    OutputTable,
    join_outputs,
    tabulate_predicted,
    tabulate_probabilities,
    tabulate_true,
)
from galaxy_keras.data.targets import Target


@dataclass(frozen=True, eq=False)
class Answers:
    """The true target of some rows, and the predictions for them.

    Attributes
    ----------
    output
        The name of the output of the network.
    true
        The encoded target.
    predictions
        The predictions for the same rows.
    """

    output: str
    true: Target
    predictions: Predictions


def tabulate_all_true(answers: Sequence[Answers]) -> OutputTable:
    """Return the true labels or values of all outputs (`tabulation.join_outputs`)."""
    return join_outputs({each.output: tabulate_true(each.true) for each in answers})


def tabulate_all_predicted(answers: Sequence[Answers]) -> OutputTable:
    """Return the predicted labels or values of all outputs (`tabulation.join_outputs`)."""
    return join_outputs(
        {
            each.output: tabulate_predicted(each.true.description, each.predictions)
            for each in answers
        }
    )


def tabulate_all_probabilities(answers: Sequence[Answers]) -> OutputTable:
    """Return probabilities or values of all outputs (`tabulation.join_outputs`)."""
    return join_outputs(
        {
            each.output: tabulate_probabilities(each.true.description, each.predictions)
            for each in answers
        }
    )
