"""A workflow as the replaced tools would have saved it: without any parameter that is newer.

Galaxy fills in what is missing. That goes wrong for some kinds of parameters, so it is tried.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

NEW_OPTIONS = {
    "keras_model_builder": {
        "loss_options",
        "schedule_selection",
        "more_metrics",
        "output_format",
        "input_encodings",
        "target_encoding",
        "outputs",
        "start_from_epoch",
        "weight_decay",
        "clipnorm",
        "clipvalue",
        "global_clipnorm",
        "use_ema",
        "ema_momentum",
        "ema_overwrite_frequency",
        "loss_scale_factor",
        "gradient_accumulation_steps",
    },
    "keras_train_and_eval": {"sp_source", "advanced", "pos_label", "choose_threshold"},
    "model_prediction": {"advanced", "generation"},
    "ml_visualization_ex": {
        "normalize",
        "class_names",
        "class_order",
        "figure",
        "mode",
        "output_name",
    },
}
WITHOUT_KEYWORDS = ("Activation", "Flatten", "Reshape", "LeakyReLU")
SETTINGS = {"epochs": "2", "optimizer": "'adamax'"}
# What versions of Galaxy left in a saved state, and a key that no form has.
LEFTOVERS = {"__page__": 0, "__rerun_remap_job_id__": None, "chromInfo": "?", "gone": "1"}


def can_be_older(workflow: Path) -> bool:
    """Whether the replaced tools could have saved a workflow: they had no encodings."""
    states = [
        json.loads(step["tool_state"])
        for step in json.loads(workflow.read_text())["steps"].values()
        if step["type"] == "tool"
    ]
    return not any(state.get("mode_selection", {}).get("input_encodings") for state in states)


def write_older_workflow(workflow: Path, folder: Path) -> Path:
    """Write a workflow as an older one, which swaps hyperparameters too; return its path."""
    document = json.loads(workflow.read_text())
    for step in document["steps"].values():
        if step["type"] == "tool":
            state = json.loads(step["tool_state"])
            step["tool_state"] = json.dumps(make_older(step["tool_id"], state))
    path = folder / f"older-{workflow.name}"
    path.write_text(json.dumps(document))
    return path


def make_older(tool: str, state: dict[str, Any]) -> dict[str, Any]:
    """Return the state of a tool without parameters that the replaced one did not have."""
    older: dict[str, Any] = _strip(state, NEW_OPTIONS.get(tool, set()))
    for block in older.get("model_selection", {}).get("layers", []):
        if block["layer_selection"]["layer_type"] in WITHOUT_KEYWORDS:
            block["layer_selection"].pop("kwargs", None)
    if tool == "keras_train_and_eval":
        older["experiment_schemes"]["hyperparams_swapping"]["param_set"] = [
            {"__index__": index, "sp_name": name, "sp_value": value}
            for index, (name, value) in enumerate(SETTINGS.items())
        ]
    return {**older, **LEFTOVERS}


def _strip(value: Any, names: set[str]) -> Any:
    if isinstance(value, Mapping):
        return {name: _strip(each, names) for name, each in value.items() if name not in names}
    return [_strip(each, names) for each in value] if isinstance(value, list) else value
