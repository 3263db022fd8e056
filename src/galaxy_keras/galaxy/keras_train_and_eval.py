"""The form of the tool keras_train_and_eval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from galaxy_keras.catalogue.run_choices import SplitMethod, SplitScheme
from galaxy_keras.errors import ConfigurationError, Problems
from galaxy_keras.galaxy.columns import read_column_selector
from galaxy_keras.galaxy.form import Form, drop_missing
from galaxy_keras.galaxy.samples import read_samples
from galaxy_keras.galaxy.windows import read_held_out, read_training_windows, takes_windows
from galaxy_keras.schema.values.literals import parse_assignment

_SCHEMES = {name.replace("-", "_"): name for name in get_args(SplitScheme)}
_METHODS = get_args(SplitMethod)


def read_options(document: Mapping[str, object]) -> dict[str, object]:
    """Return values for options of `keras-train-and-eval`, by name.

    Raises
    ------
    ConfigurationError
        If fields are invalid; the message names all of them.
    """
    form = Form(document)
    schemes = form.section("experiment_schemes")
    inputs = form.section("input_options")
    options: dict[str, object] = {}
    problems = Problems()
    for read, section in (
        (_read_scheme, schemes),
        (_read_test_split, schemes.section("test_split").section("split_algos")),
        (_read_validation_split, schemes.section("val_split").section("split_algos")),
        (_read_metrics, schemes.section("metrics")),
        (_read_assignments, schemes.section("hyperparams_swapping")),
        *(
            [(read_training_windows, inputs)]
            if takes_windows(inputs)
            else [(read_samples, inputs), (_read_target, inputs)]
        ),
        (_read_advanced, form.section("advanced")),
    ):
        with problems.collecting():
            options |= read(section)
    problems.raise_if_any()
    return drop_missing(options)


def _read_scheme(schemes: Form) -> dict[str, object]:
    name = schemes.text("selected_exp_scheme")
    if name is not None and name not in _SCHEMES:
        raise ConfigurationError(
            f'{schemes.describe("selected_exp_scheme")}: there is no scheme "{name}". '
            f"Choose from: {', '.join(_SCHEMES)}"
        )
    return {"scheme": _SCHEMES.get(name or "")}


def _read_test_split(split: Form) -> dict[str, object]:
    groups = split.section("groups_selector")
    return {
        "split": _read_split_method(split),
        "test_size": split.number("test_size"),
        "split_seed": split.integer("random_state"),
        **read_held_out(split, _read_split_method(split), "test_"),
        "groups_header": groups.flag("header_g"),
        "groups_columns": read_column_selector(
            groups.section("column_selector_options_g"),
            "selected_column_selector_option_g",
            "col_g",
        ),
    }


def _read_validation_split(split: Form) -> dict[str, object]:
    return {
        "val_split": _read_split_method(split),
        "val_size": split.number("test_size"),
        "val_split_seed": split.integer("random_state"),
        **read_held_out(split, _read_split_method(split), "val_"),
    }


def _read_split_method(split: Form) -> str | None:
    if "shuffle" not in split:
        return None
    # "None" is a choice of this field: the last rows are held out, without shuffling.
    name = split.text("shuffle") or "none"
    if name not in _METHODS:
        raise ConfigurationError(
            f'{split.describe("shuffle")}: there is no splitting method "{name}". '
            f"Choose from: {', '.join(_METHODS).capitalize()}"
        )
    return name


def _read_metrics(metrics: Form) -> dict[str, object]:
    scoring = metrics.section("scoring")
    names = [scoring.text("primary_scoring") or "default", *scoring.texts("secondary_scoring")]
    return {
        "scoring": list(dict.fromkeys(name for name in names if name != "default")),
        "pos_label": metrics.text("pos_label"),
        "choose_threshold": metrics.text("choose_threshold"),
    }


def _read_assignments(swapping: Form) -> dict[str, object]:
    problems = Problems()
    texts = []
    for block in swapping.blocks("param_set"):
        with problems.collecting():
            texts.append(_read_assignment(block))
    problems.raise_if_any()
    return {"assignments": [text for text in texts if text is not None]}


def _read_assignment(block: Form) -> str | None:
    """Return one assignment as ``name=value``; None if it is not filled in."""
    chosen = block.section("sp_source").text("sp_choice")
    typed, value = block.text("sp_name"), block.typed_text("sp_value")
    if chosen and typed and chosen != typed:
        raise ConfigurationError(
            f"{block.describe('sp_name')} names {typed}, but {chosen} was chosen. "
            "Choose a parameter or type its name"
        )
    name = chosen or typed
    if name is None or value is None:
        return None
    text = f"{name}={value}"
    try:
        parse_assignment(text)
    except ConfigurationError as error:
        raise error.with_prefix(block.describe("sp_value")) from None
    return text


def _read_target(inputs: Form) -> dict[str, object]:
    if "class_source" in inputs:
        # Classes that are the names of folders are no table.
        inputs = inputs.section("class_source")
    return {
        "target_header": inputs.flag("header2"),
        "target_columns": read_column_selector(
            inputs.section("column_selector_options_2"), "selected_column_selector_option2", "col2"
        ),
    }


def _read_advanced(advanced: Form) -> dict[str, object]:
    return {
        "seed": advanced.integer("seed"),
        "class_weight": advanced.text("class_weight"),
        "sample_weights_header": advanced.flag("sample_weights_header"),
        # --stream is a flag: False would be taken as given.
        "stream": advanced.flag("stream") or None,
        "sample_prompt": advanced.text("sample_prompt"),
        "precision": advanced.text("precision"),
    }
