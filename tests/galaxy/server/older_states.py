"""A workflow as an older wrapper saved it: hyperparameters named for a builder that lists none."""

from __future__ import annotations

import json
from pathlib import Path

TRAINING = "keras_train_and_eval"
SETTINGS = {"epochs": "2", "layers_2_LSTM__config__units": "4", "optimizer": "'adamax'"}


def write_swapping_workflow(workflow: Path, folder: Path) -> Path:
    """Write a copy of a workflow whose training step swaps hyperparameters; return its path."""
    document = json.loads(workflow.read_text())
    for step in document["steps"].values():
        if step["tool_id"] == TRAINING:
            state = json.loads(step["tool_state"])
            state["experiment_schemes"]["hyperparams_swapping"] = {
                "param_set": [
                    {"__index__": index, "sp_name": name, "sp_value": value}
                    for index, (name, value) in enumerate(SETTINGS.items())
                ]
            }
            step["tool_state"] = json.dumps(state)
    path = folder / f"swapping-{workflow.name}"
    path.write_text(json.dumps(document))
    return path
