"""The kinds of samples that a form offers: the formats of the catalogue, and genomes."""

from __future__ import annotations

from galaxy_keras.catalogue.sample_formats import SAMPLE_FORMATS, SampleFormat
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.galaxy.columns import read_column_selector
from galaxy_keras.galaxy.form import Form

_WITHOUT_TARGET = {"language": "text"}
"""Kinds of samples that the training form offers beside the same ones with a target."""


def read_samples(inputs: Form) -> dict[str, object]:
    """Return the values of --features-format and of the options that belong to the format.

    Raises
    ------
    ConfigurationError
        If the kind of samples is unknown.
    """
    entry = _find_format(inputs)
    own = {each.name: inputs.text(each.name) for each in entry.parameters}
    columns = _read_columns(inputs) if entry.has_columns else {}
    name = None if entry.name == SAMPLE_FORMATS.names[0] else entry.name
    return {"features_format": name, **own, **columns}


def _find_format(inputs: Form) -> SampleFormat:
    kind = inputs.text("selected_input") or SAMPLE_FORMATS.names[0]
    kind = _WITHOUT_TARGET.get(kind, kind)
    by_type: dict[str, SampleFormat] = {}
    for entry in SAMPLE_FORMATS:
        if kind == (entry.form_kind or entry.name):
            # The first counts: what a table is shows in its data type.
            by_type.setdefault(entry.form_type, entry)
    if not by_type:
        raise ConfigurationError(
            f'{inputs.describe("selected_input")}: there is no kind of samples "{kind}"'
        )
    chosen = inputs.text("seq_type") or next(iter(by_type))
    if chosen not in by_type:
        raise ConfigurationError(
            f'{inputs.describe("seq_type")}: there is no kind of sequence "{chosen}". '
            f"Choose from: {', '.join(by_type)}"
        )
    return by_type[chosen]


def _read_columns(inputs: Form) -> dict[str, object]:
    return {
        "features_header": inputs.flag("header1"),
        "features_columns": read_column_selector(
            inputs.section("column_selector_options_1"), "selected_column_selector_option", "col1"
        ),
        "id_columns": read_column_selector(
            inputs.section("column_selector_options_id"),
            "selected_column_selector_option_id",
            "col_id",
        ),
    }
