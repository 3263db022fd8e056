"""Requests for exporting a fitted model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from galaxy_keras.catalogue.run_choices import ExportFormat
from galaxy_keras.schema.values.component import FrozenModel


class ExportRequest(FrozenModel):
    """A request to keras-model-export.

    Attributes
    ----------
    model, weights
        The fitted model; weights only beside a bare architecture.
    format
        The format to write.
    output
        The file to write; for ``saved-model`` a new folder.
    output_encodings
        The JSON file that says what the network takes and gives; None for `output` with ``.json``
        added to its name.
    require_signature
        The key that the model must be signed with, or None.
    """

    model: Path
    weights: Path | None = None
    format: ExportFormat
    output: Path
    output_encodings: Path | None = None
    require_signature: Path | None = None

    @property
    def encodings(self) -> Path:
        """The path of the JSON file."""
        return self.output_encodings or name_encodings(self.output)

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Self:
        """Return the request that the command's options make."""
        return cls(**{name: options[name] for name in cls.model_fields})


def name_encodings(output: Path) -> Path:
    """Return the file of encodings that belongs beside an exported network."""
    return output.with_name(f"{output.name}.json")
