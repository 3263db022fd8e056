"""The JSON schema of specs, `docs/spec.schema.json`."""

from __future__ import annotations

import json
from pathlib import Path

from galaxy_keras.catalogue.layers import LAYERS
from galaxy_keras.schema.architecture.spec_document import ArchitectureSpec

SCHEMA = Path("docs/spec.schema.json")


def render_schema() -> str:
    """Return the JSON schema of `ArchitectureSpec`, with the names of the layers as examples."""
    schema = ArchitectureSpec.model_json_schema()
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    schema["$defs"]["LayerSpec"]["properties"]["type"]["examples"] = list(LAYERS.names)
    return json.dumps(schema, indent=2) + "\n"
