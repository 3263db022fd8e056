"""How a target is encoded for a network, stored with the fitted model."""

from __future__ import annotations

from typing import Any

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from galaxy_keras.catalogue.scorers import TargetKind
from galaxy_keras.schema.values.component import FrozenModel

Label = int | float | str


class TargetDescription(FrozenModel):
    """How target columns are represented in the network's outputs.

    Attributes
    ----------
    kind
        Kind of the target: two classes, several classes, several labels per row, or values.
    columns
        Number of columns in the target table.
    names
        Names of these columns; None if the table had no header.
    classes
        Class labels as given, in the order of the network's outputs; for `multilabel` the name
        of each output; None for a regression.
    one_hot
        Whether a `multiclass` target was given one-hot encoded, with one column per class.
    assumed
        Whether `classes` are consecutive numbers because the file of the model does not hold the
        labels; further training then takes them from its own target.
    threshold
        Of two classes, the probability of the positive one above which it is predicted; None for
        0.5, as where nobody chose one.
    """

    kind: TargetKind
    columns: int = 1
    names: tuple[str, ...] | None = None
    classes: tuple[Label, ...] | None = None
    one_hot: bool = False
    assumed: bool = False
    threshold: float | None = Field(default=None, ge=0, le=1)

    @model_serializer(mode="wrap")
    def _leave_out_no_threshold(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Write what has no threshold as it was written before there were any."""
        document: dict[str, Any] = serialize(self)
        if self.threshold is None:
            document.pop("threshold", None)
        return document

    @property
    def labels(self) -> tuple[Label, ...]:
        """The class labels; empty for a regression."""
        return self.classes or ()

    @property
    def positive_class(self) -> Label | None:
        """Of two classes that exclude each other the positive one, the second; else None."""
        exclusive = self.kind in ("binary", "multiclass")
        return self.labels[1] if exclusive and len(self.labels) == 2 else None
