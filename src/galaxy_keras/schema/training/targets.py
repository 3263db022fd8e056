"""How a target table is coded for a network, stored with the fitted model."""

from __future__ import annotations

from typing import Literal

from galaxy_keras.schema.values.component import FrozenModel

Label = int | float | str
TargetKind = Literal["binary", "multiclass", "multilabel", "regression"]


class TargetDescription(FrozenModel):
    """How target columns and network outputs stand for each other.

    Attributes
    ----------
    kind
        What is learnt.
    columns
        The number of columns in the target table.
    names
        The names of these columns, where the table had a header.
    classes
        The class labels as they were given, in the order of the network's outputs;
        for `multilabel` the name of each output; None for a regression.
    one_hot
        Whether a `multiclass` target was given as one column of 0 and 1 for each class.
    assumed
        Whether `classes` are only numbers because the model's file does not say what they were;
        training that goes on takes them from its own target then.
    """

    kind: TargetKind
    columns: int = 1
    names: tuple[str, ...] | None = None
    classes: tuple[Label, ...] | None = None
    one_hot: bool = False
    assumed: bool = False

    @property
    def labels(self) -> tuple[Label, ...]:
        """The classes; empty for a regression."""
        return self.classes or ()
