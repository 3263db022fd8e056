"""The features and the raw columns that a model expects, stored with the fitted model."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from galaxy_keras.schema.values.component import FrozenModel


class FeatureDescription(FrozenModel):
    """The features that a network was trained on, in order.

    Attributes
    ----------
    count
        Number of columns.
    names
        Column names; None if the table had no header.
    dtype
        NumPy data type of the values in training (`float32`, `int32`, ...).
    """

    count: int = Field(ge=1)
    names: tuple[str, ...] | None = None
    dtype: str = "float32"

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        if self.names is not None and len(self.names) != self.count:
            raise ValueError(f"{self.count} columns have {len(self.names)} names")
        return self


class EncodedColumns(FrozenModel):
    """The columns of a table that an encoding was fitted on, in order.

    Attributes
    ----------
    names
        Their names; None if the table had no header.
    numeric
        Whether each of them holds numbers, and not text.
    """

    names: tuple[str, ...] | None = None
    numeric: tuple[bool, ...] = Field(min_length=1)

    @property
    def count(self) -> int:
        """The number of columns."""
        return len(self.numeric)

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        if self.names is not None and len(self.names) != self.count:
            raise ValueError(f"{self.count} columns have {len(self.names)} names")
        return self
