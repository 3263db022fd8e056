"""The positive class of a target of two classes: the one that scores of one class are of.

It is the second of the stored classes, so that a network with one output gives its probability. By
default that is the second label in the order of labels; choosing the other one swaps both.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from galaxy_keras.data.labels import spell_alike
from galaxy_keras.data.targets import Target
from galaxy_keras.errors import ConfigurationError, list_names, suggest
from galaxy_keras.schema.training.targets import Label, TargetDescription


def find_class(classes: Sequence[Label], name: str) -> int | None:
    """Return the position of the class that an option names, or None.

    Parameters
    ----------
    classes
        The labels of the classes.
    name
        A label as it is written in the table; or, where only one class is this number, a number
        that is written differently, such as `1` for `+1` or `1.0` (`data.labels.spell_alike`).
    """
    texts = list(map(str, classes))
    label = spell_alike([name], texts)[0]
    return texts.index(label) if label in texts else None


def find_positive_class(description: TargetDescription, name: str) -> int:
    """Return the position of the class that --pos-label names.

    Raises
    ------
    ConfigurationError
        If the target has not two classes that exclude each other, or none of them has this label.
    """
    classes = list(map(str, description.labels))
    if description.positive_class is None:
        what = {"regression": "is a regression", "multilabel": "has several labels per row"}.get(
            description.kind, f"has {len(classes)} classes"
        )
        raise ConfigurationError(
            f"--pos-label is for a target of two classes, and this one {what}. Leave the option out"
        )
    position = find_class(description.labels, name)
    if position is None:
        raise ConfigurationError(
            f'--pos-label: there is no class "{name}".{suggest(name, classes)} '
            f"The classes are: {list_names(classes)}"
        )
    return position


def choose_positive_class(target: Target, name: str) -> Target:
    """Return the target with the class that --pos-label names as the positive one.

    Raises
    ------
    ConfigurationError
        If there is no such class, or the columns of a one-hot target are in another order.
    """
    description = target.description
    if find_positive_class(description, name) == 1:
        return target
    if description.one_hot:
        raise ConfigurationError(
            f'--pos-label {name}: the second column of a one-hot target, "{description.labels[1]}" '
            "here, is the positive class. Give the target as one column of labels to choose another"
        )
    classes = description.labels[::-1]
    return Target(description.model_copy(update={"classes": classes}), 1 - target.codes)


def check_positive_class(description: TargetDescription, name: str) -> None:
    """Check that --pos-label names the class that a trained network has learned as positive.

    Raises
    ------
    ConfigurationError
        If it names none, or the other one.
    """
    if find_positive_class(description, name) != 1:
        raise ConfigurationError(
            f'--pos-label {name}: the model was trained with "{description.positive_class}" as the '
            "positive class, and its outputs mean that class. Leave the option out, or train a "
            "model builder from the beginning"
        )


def describe_positive_class(target: Target, *, chosen: bool) -> str:
    """Return which of two classes is the positive one, how many rows it has, and why it is.

    Parameters
    ----------
    target
        A target of two classes that exclude each other.
    chosen
        Whether the user chose it.
    """
    reason = "as chosen" if chosen else "the second of the two labels"
    return (
        f'The positive class is "{target.description.positive_class}" '
        f"({_count_positive(target):,} of {len(target.codes):,} rows), {reason}"
    )


def is_more_frequent(target: Target) -> bool:
    """Return whether more than half of the rows belong to the positive class."""
    return 2 * _count_positive(target) > len(target.codes)


def _count_positive(target: Target) -> int:
    return int(np.count_nonzero(target.codes == 1))
