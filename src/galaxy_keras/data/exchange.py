"""What other programs must know of an exported network: what it takes and gives, as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from galaxy_keras import __version__
from galaxy_keras.artefacts.files import writing_atomically
from galaxy_keras.artefacts.models.encodings import StoredEncoding
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.data.predictions import find_output_kind
from galaxy_keras.schema.architecture.shapes import infer_shapes

FORMAT = "galaxy-keras encodings"
FORMAT_VERSION = 1


def write_description(path: Path, fitted: FittedModel) -> None:
    """Write `describe_exchange` as JSON; equal models give equal bytes.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    text = json.dumps(describe_exchange(fitted), allow_nan=False, indent=1, sort_keys=True)
    with writing_atomically(path) as temporary:
        temporary.write_text(f"{text}\n", encoding="utf-8")


def describe_exchange(fitted: FittedModel) -> dict[str, Any]:
    """Return what samples a network takes and what its outputs mean.

    Returns
    -------
    dict
        ``inputs``: the inputs of the network in order, with the shape of a sample (None is any
        size); ``features``: the columns that fill them, one input after the other, with the last
        axis running fastest; ``input_encodings``: how raw columns become these, empty where they
        are numbers already; ``target``: the kind and the labels, in the order of the outputs;
        ``outputs``: whether these are probabilities, their logits, margins, scores or values;
        ``target_encodings``: how values were scaled for the network.
    """
    shapes = infer_shapes(fitted.architecture)
    is_regression = fitted.target.kind == "regression"
    kind = "value" if is_regression else find_output_kind(fitted.architecture, fitted.training)
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "package_version": __version__,
        "inputs": [
            {"name": name, "shape": list(shapes[name].output[1:])}
            for name in fitted.architecture.inputs
        ],
        "features": fitted.features.model_dump(mode="json"),
        "input_encodings": _describe_encodings(fitted.inputs),
        "target": fitted.target.model_dump(mode="json"),
        "target_encodings": _describe_encodings(fitted.targets),
        "outputs": kind,
    }


def _describe_encodings(encodings: Sequence[StoredEncoding]) -> list[dict[str, Any]]:
    return [
        {
            "name": each.name,
            "encoding": each.encoding.model_dump(mode="json"),
            "columns": each.columns.model_dump(mode="json"),
            "settings": dict(each.settings),
            "arrays": {array.name: array.values.tolist() for array in each.arrays},
        }
        for each in encodings
    ]
