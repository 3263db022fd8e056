"""The fields of a form that say which windows of a genome are samples."""

from __future__ import annotations

from typing import Final

from galaxy_keras.catalogue.genome import BLACKLISTS
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.galaxy.columns import read_column_selector
from galaxy_keras.galaxy.form import Form

_INTERVALS: Final = "refseq_and_interval"
_VARIANTS: Final = "variant_effect"
_NO_LIST: Final = "none"


def takes_windows(inputs: Form) -> bool:
    """Return whether samples are windows of a genome."""
    return inputs.text("selected_input") in (_INTERVALS, _VARIANTS)


def read_training_windows(inputs: Form) -> dict[str, object]:
    """Return the values of options of windows to train on."""
    return {
        "target_bin": inputs.integer("target_bin"),
        "target_overlap": inputs.number("target_overlap"),
        "target_names_header": inputs.flag("header2"),
        "target_names_columns": read_column_selector(
            inputs.section("column_selector_options_2"), "selected_column_selector_option2", "col2"
        ),
        # The replaced tool drew positions, and forms of it have no such field.
        "position": inputs.text("position") or "random",
        "most_unknown": inputs.number("most_unknown"),
        "negatives": inputs.integer("negatives"),
        "negatives_by": inputs.text("negatives_by") if inputs.integer("negatives") else None,
        "blacklist": _read_blacklist(inputs),
    }


def read_prediction_windows(inputs: Form) -> dict[str, object]:
    """Return the values of options of windows, or of variants, to predict from."""
    # --output-reference and --allow-mismatches are flags: False would be taken as given.
    return {
        "blacklist": _read_blacklist(inputs),
        "output_reference": inputs.flag("output_reference") or None,
        "allow_mismatches": inputs.flag("allow_mismatches") or None,
    }


def read_held_out(split: Form, method: str | None, prefix: str) -> dict[str, object]:
    """Return what is held out by name: groups, or with the method chromosome, chromosomes.

    Parameters
    ----------
    split
        The section of the split.
    method
        How rows are held out.
    prefix
        ``test_`` or ``val_``.
    """
    names = split.text("group_names")
    groups = "group_names" if prefix == "test_" else f"{prefix}group_names"
    return {f"{prefix}chromosomes" if method == "chromosome" else groups: names}


def _read_blacklist(inputs: Form) -> str | None:
    name = inputs.text("blacklist_regions")
    if name in (None, _NO_LIST):
        return None
    if name not in BLACKLISTS:
        raise ConfigurationError(
            f'{inputs.describe("blacklist_regions")}: there is no list "{name}". Choose from: '
            f"{_NO_LIST}, {', '.join(BLACKLISTS)}"
        )
    return name
