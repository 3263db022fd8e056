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
    temperature
        What the logits of the outputs are divided by for calibrated probabilities
        (`data.calibration`); None for probabilities as they are.
    """

    kind: TargetKind
    columns: int = 1
    names: tuple[str, ...] | None = None
    classes: tuple[Label, ...] | None = None
    one_hot: bool = False
    assumed: bool = False
    threshold: float | None = Field(default=None, ge=0, le=1)
    temperature: float | None = Field(default=None, gt=0)

    @model_serializer(mode="wrap")
    def _leave_out_no_choices(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Write what has neither threshold nor temperature as it was before there were any."""
        document: dict[str, Any] = serialize(self)
        for name in ("threshold", "temperature"):
            if document.get(name) is None:
                document.pop(name, None)
        return document

    @property
    def has_choices(self) -> bool:
        """Whether outputs are read in another way than without `threshold` and `temperature`."""
        return self.threshold is not None or self.temperature is not None

    @property
    def labels(self) -> tuple[Label, ...]:
        """The class labels; empty for a regression."""
        return self.classes or ()

    @property
    def positive_class(self) -> Label | None:
        """Of two classes that exclude each other the positive one, the second; else None."""
        exclusive = self.kind in ("binary", "multiclass")
        return self.labels[1] if exclusive and len(self.labels) == 2 else None
