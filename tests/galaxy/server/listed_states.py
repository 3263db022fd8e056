"""A workflow whose training chooses hyperparameters from the list in a builder as h5mlm.

Galaxy knows that list only when the builder is there, which is after the workflow was started.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SETTINGS = {"epochs": "2", "layers_1_Dense__config__units": "4"}


def write_listed_workflow(workflow: Path, folder: Path) -> Path:
    """Write a workflow with these choices; return its path."""
    document = json.loads(workflow.read_text())
    for step in document["steps"].values():
        if step["type"] == "tool":
            state = json.loads(step["tool_state"])
            choose_from_list(step["tool_id"], state)
            step["tool_state"] = json.dumps(state)
    path = folder / f"listed-{workflow.name}"
    path.write_text(json.dumps(document))
    return path


def choose_from_list(tool: str, state: dict[str, Any]) -> None:
    """Change the state of the builder or of the training; others stay."""
    if tool == "keras_model_builder":
        state["output_format"] = "h5mlm"
    elif tool == "keras_train_and_eval":
        state["experiment_schemes"]["hyperparams_swapping"]["param_set"] = [
            {
                "__index__": index,
                "sp_name": "",
                "sp_source": {"choose": "yes", "sp_choice": name},
                "sp_value": value,
            }
            for index, (name, value) in enumerate(SETTINGS.items())
        ]
