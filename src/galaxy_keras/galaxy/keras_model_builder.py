"""The form of the tool keras_model_builder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from galaxy_keras.catalogue.encodings import ENCODINGS
from galaxy_keras.catalogue.fitting import FIT_PARAMETERS
from galaxy_keras.catalogue.losses import Task
from galaxy_keras.catalogue.parameters import Entry, Kind, Parameter
from galaxy_keras.catalogue.registry import AnyEntry, Registry
from galaxy_keras.catalogue.target_encodings import TARGET_ENCODINGS
from galaxy_keras.errors import ConfigurationError, Problems
from galaxy_keras.galaxy.calls import format_choice, format_option
from galaxy_keras.galaxy.form import Form, drop_missing
from galaxy_keras.schema.values.literals import format_call

_TASKS: dict[str, Task] = {
    "KerasGClassifier": "classifier",
    "KerasGRegressor": "regressor",
    "KerasGBatchClassifier": "classifier",
}


def read_options(document: Mapping[str, object]) -> dict[str, object]:
    """Return values for options of `keras-model-builder`, by name.

    Raises
    ------
    ConfigurationError
        If fields are invalid; the message names all of them.
    """
    mode = Form(document).section("mode_selection")
    options: dict[str, object] = {}
    problems = Problems()
    for read, section in (
        (_read_mode, mode),
        (_read_loss, mode.section("compile_params")),
        (_read_optimizer, mode.section("compile_params")),
        (_read_metrics, mode.section("compile_params")),
        (_read_fit, mode.section("fit_params")),
        (_read_encodings, mode),
    ):
        with problems.collecting():
            options |= read(section)
    with problems.collecting():
        options = _add_outputs(options, mode.blocks("outputs"))
    problems.raise_if_any()
    return drop_missing(options)


def _add_outputs(options: Mapping[str, object], blocks: Sequence[Form]) -> dict[str, object]:
    """Return the options with those of several outputs, whose metrics are then the only ones."""
    if not blocks:
        return dict(options)
    found: dict[str, list[str]] = {"loss": [], "targets": [], "metrics": [], "loss_weights": []}
    for block in blocks:
        for option, texts in _read_output(block).items():
            found[option] += texts
    losses, targets = (_as_list(options.get(name)) for name in ("loss", "targets"))
    return {
        **options,
        **found,
        "loss": [*losses, *found["loss"]],
        "targets": [*targets, *found["targets"]],
    }


def _read_output(block: Form) -> dict[str, list[str]]:
    name = block.required_text("output_name")
    loss, weight = block.text("output_loss"), block.number("loss_weight")
    target = _read_encoding(block, TARGET_ENCODINGS)
    found = {
        "loss": [] if loss is None else [loss],
        "targets": [] if target is None else [target],
        "metrics": _split_calls(block.text("output_metrics")),
        "loss_weights": [] if weight is None else [f"{weight:g}"],
    }
    return {option: [f"{name}: {text}" for text in texts] for option, texts in found.items()}


def _as_list(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


def _split_calls(text: str | None) -> list[str]:
    return list(filter(None, (each.strip() for each in (text or "").split(";"))))


def _read_mode(mode: Form) -> dict[str, object]:
    task = mode.text("learning_type")
    if task is not None and task not in _TASKS:
        raise ConfigurationError(
            f'{mode.describe("learning_type")}: there is no "{task}". '
            f"Choose from: {', '.join(_TASKS)}"
        )
    return {"task": _TASKS.get(task or ""), "seed": mode.integer("random_seed")}


def _read_loss(settings: Form) -> dict[str, object]:
    name = settings.text("loss")
    if name is None:
        return {}
    return {"loss": [format_choice(name, settings.keywords("loss_options"))]}


def _read_optimizer(settings: Form) -> dict[str, object]:
    selection = settings.section("optimizer_selection")
    options = selection.section("optimizer_options").fields()
    schedule = settings.section("schedule_selection")
    schedule_type = schedule.text("schedule_type")
    if schedule_type is not None:
        options["learning_rate"] = format_choice(schedule_type, schedule.fields("schedule_type"))
    return {
        "optimizer": selection.text("optimizer_type"),
        "optimizer_options": [format_option(name, value) for name, value in options.items()],
    }


def _read_metrics(settings: Form) -> dict[str, object]:
    calls = _split_calls(settings.text("more_metrics"))
    # "none" is a choice of this field, which older versions of the form kept besides others.
    names = [name for name in settings.texts("metrics") if name != "none"]
    return {"metrics": [*names, *calls]}


def _read_fit(settings: Form) -> dict[str, object]:
    return {
        **{
            each.name: settings.integer(each.name)
            if each.kind is Kind.INTEGER
            else settings.number(each.name)
            for each in FIT_PARAMETERS.parameters
            if each.name != "seed"
        },
        "callbacks": list(filter(None, map(_read_callback, settings.blocks("callbacks")))),
    }


def _read_encodings(mode: Form) -> dict[str, object]:
    inputs = [_read_input(block) for block in mode.blocks("input_encodings")]
    target = _read_encoding(mode.section("target_encoding"), TARGET_ENCODINGS)
    return {
        "inputs": [each for each in inputs if each is not None],
        "targets": [] if target is None else [target],
    }


def _read_input(block: Form) -> str | None:
    encoding, name = _read_encoding(block, ENCODINGS), block.text("input_name")
    return encoding if encoding is None or name is None else f"{name}: {encoding}"


def _read_encoding(block: Form, registry: Registry[AnyEntry]) -> str | None:
    selection = block.section("encoding_selection")
    name = selection.text("encoding")
    if name is None:
        return None
    try:
        entry: Entry = registry.get(name)
    except ConfigurationError as error:
        raise error.with_prefix(selection.describe("encoding")) from None
    options = {each.name: _read_parameter(selection, each) for each in entry.parameters}
    return format_call(entry.name, drop_missing(options))


def _read_parameter(selection: Form, parameter: Parameter) -> object:
    """Return the value of a field; text stays as it is, since a comma may be all of it."""
    match parameter.kind:
        case Kind.BOOLEAN:
            return selection.flag(parameter.name)
        case Kind.INTEGER:
            return selection.integer(parameter.name)
        case Kind.NUMBER:
            return selection.number(parameter.name)
        case Kind.TEXT if parameter.default and selection.is_emptied(parameter.name):
            return ""
        case _:
            return selection.text(parameter.name)


def _read_callback(block: Form) -> str | None:
    selection = block.section("callback_selection")
    name = selection.text("callback_type")
    return None if name is None else format_choice(name, selection.fields("callback_type"))
