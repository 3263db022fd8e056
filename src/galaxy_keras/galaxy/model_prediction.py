"""The form of the tool model_prediction."""

from __future__ import annotations

from collections.abc import Mapping

from galaxy_keras.galaxy.form import Form, drop_missing
from galaxy_keras.galaxy.samples import read_samples


def read_options(document: Mapping[str, object]) -> dict[str, object]:
    """Return values for options of `model-prediction`, by name.

    Raises
    ------
    ConfigurationError
        If a field is invalid; the message names it.
    """
    form = Form(document)
    advanced = form.section("advanced")
    return drop_missing(
        {
            "method": form.text("method"),
            "threshold": advanced.number("threshold"),
            "pos_label": advanced.text("pos_label"),
            "batch_size": advanced.integer("batch_size"),
            "precision": advanced.text("precision"),
            **read_samples(form.section("input_options")),
        }
    )
