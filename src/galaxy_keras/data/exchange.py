"""What other programs must know of an exported network: what it takes and gives, as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from galaxy_keras import __version__
from galaxy_keras.artefacts.files import writing_atomically
from galaxy_keras.artefacts.models.encodings import StoredEncoding
from galaxy_keras.artefacts.models.fitted import FittedModel, FittedOutput
from galaxy_keras.data.predictions import find_output_kind
from galaxy_keras.schema.architecture.shapes import infer_shapes

FORMAT = "galaxy-keras encodings"
FORMAT_VERSION = 1
_VERSION_OF_SEVERAL_OUTPUTS = 2


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
        ``target_encodings``: how values were scaled for the network. Of several outputs
        (``format_version`` 2), ``target`` and ``outputs`` have one entry for each, by name.
    """
    shapes = infer_shapes(fitted.architecture)
    outputs = fitted.list_outputs()
    targets = {each.output.name: each.target.model_dump(mode="json") for each in outputs}
    kinds = {each.output.name: _find_kind(each) for each in outputs}
    several = len(outputs) > 1
    return {
        "format": FORMAT,
        "format_version": _VERSION_OF_SEVERAL_OUTPUTS if several else FORMAT_VERSION,
        "package_version": __version__,
        "inputs": [
            {"name": name, "shape": list(shapes[name].output[1:])}
            for name in fitted.architecture.inputs
        ],
        "features": fitted.features.model_dump(mode="json"),
        "input_encodings": _describe_encodings(fitted.inputs),
        "target": targets if several else targets[outputs[0].output.name],
        "target_encodings": _describe_encodings(fitted.targets),
        "outputs": kinds if several else kinds[outputs[0].output.name],
    }


def _find_kind(fitted: FittedOutput) -> str:
    if fitted.target.kind == "regression":
        return "value"
    return find_output_kind(fitted.output.layer, fitted.output.settings)


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
