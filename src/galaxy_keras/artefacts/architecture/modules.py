"""Modules of classes that a model JSON names without them, as Keras 3 does in ``.h5`` files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from galaxy_keras.artefacts.architecture.audit import MODELS
from galaxy_keras.catalogue.layers import LAYERS


def complete_modules(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a model JSON in which each model and layer of the catalogue has its module.

    Everything else is left as it is, for the audit to find what is wrong with it.
    """
    completed = {key: _complete(value) for key, value in document.items()}
    name = document.get("class_name")
    if not isinstance(name, str) or "config" not in document or "module" in document:
        return completed
    if name in MODELS:
        return {**completed, "module": MODELS[name][0]}
    entry = LAYERS.find(name)
    return completed if entry is None else {**completed, "module": entry.module}


def _complete(value: Any) -> Any:
    if isinstance(value, Mapping):
        return complete_modules(value)
    return list(map(_complete, value)) if isinstance(value, list) else value
