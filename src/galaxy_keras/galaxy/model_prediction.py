"""The form of the tool model_prediction."""

from __future__ import annotations

from collections.abc import Mapping

from galaxy_keras.galaxy.form import Form, drop_missing
from galaxy_keras.galaxy.samples import read_samples
from galaxy_keras.galaxy.windows import read_prediction_windows, takes_windows


def read_options(document: Mapping[str, object]) -> dict[str, object]:
    """Return values for options of `model-prediction`, by name.

    Raises
    ------
    ConfigurationError
        If a field is invalid; the message names it.
    """
    form = Form(document)
    advanced = form.section("advanced")
    method = form.text("method")
    return drop_missing(
        {
            "method": method,
            "threshold": advanced.number("threshold"),
            "pos_label": advanced.text("pos_label"),
            "batch_size": advanced.integer("batch_size"),
            "part": advanced.text("part"),
            "header": advanced.text("header"),
            "precision": advanced.text("precision"),
            **_read_inputs(form.section("input_options")),
            **(_read_generation(form.section("generation")) if method == "generate" else {}),
        }
    )


def _read_inputs(inputs: Form) -> dict[str, object]:
    if inputs.text("selected_input") == "prompt":
        return {"prompts": [inputs.required_text("prompt")]}
    return read_prediction_windows(inputs) if takes_windows(inputs) else read_samples(inputs)


def _read_generation(generation: Form) -> dict[str, object]:
    return {
        "length": generation.integer("length"),
        "temperature": generation.number("temperature"),
        "top_k": generation.integer("top_k"),
        "top_p": generation.number("top_p"),
        "samples": generation.integer("samples"),
        "seed": generation.integer("seed"),
        # --compare is a flag: False would be taken as given.
        "compare": generation.flag("compare") or None,
    }
