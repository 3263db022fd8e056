"""The choices of optimizer, schedule, loss, metrics and callbacks in keras_model_builder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from galaxy_keras.catalogue.callbacks import CALLBACKS
from galaxy_keras.catalogue.losses import LOSSES
from galaxy_keras.catalogue.metrics import METRICS
from galaxy_keras.catalogue.optimizers import OPTIMIZERS
from galaxy_keras.catalogue.parameters import Entry, Parameter
from galaxy_keras.catalogue.registry import AnyEntry, Registry
from galaxy_keras.catalogue.schedules import SCHEDULES
from galaxy_keras.codegen import replaced_forms
from galaxy_keras.codegen.fields import add_field, add_options

_NONE: Final = "None"


def build_training_macros() -> Iterator[Element]:
    """Yield the macros of the form's choices."""
    yield _build_optimizers()
    yield _build_schedules()
    yield _build_losses()
    yield _build_metrics()
    yield _build_callbacks()


def _build_optimizers() -> Element:
    macro, conditional = _build_conditional(
        "optimizer_selection", "optimizer_type", "Select an optimizer"
    )
    entries = _list_entries(OPTIMIZERS, replaced_forms.OPTIMIZERS)
    titles = ((entry.name, f"{entry.name} - {entry.name} optimizer") for entry in entries)
    add_options(conditional[0], titles, selected="RMSprop")
    for entry in entries:
        when = SubElement(conditional, "when", value=entry.name)
        section = SubElement(
            when,
            "section",
            name="optimizer_options",
            title="Optimizer Advanced Options",
            expanded="false",
        )
        _add_fields(section, entry.parameters)
    return macro


def _build_schedules() -> Element:
    macro, conditional = _build_conditional(
        "schedule_selection", "schedule_type", "Change the learning rate during training"
    )
    titles = [(entry.name, f"{entry.name}: {entry.help}") for entry in SCHEDULES]
    add_options(conditional[0], [(_NONE, "No, keep it as it is"), *titles], selected=_NONE)
    SubElement(conditional, "when", value=_NONE)
    for entry in SCHEDULES:
        _add_fields(SubElement(conditional, "when", value=entry.name), entry.parameters)
    return macro


def _build_losses() -> Element:
    macro = Element("xml", name="loss_options")
    names = _list_names(LOSSES, replaced_forms.LOSSES)
    add_options(macro, ((name, name) for name in names), selected=replaced_forms.LOSSES[0])
    return macro


def _build_metrics() -> Element:
    """Build the choices of metrics without required options."""
    macro = Element("xml", name="metric_options")
    replaced = replaced_forms.METRICS
    names = _list_names(METRICS, [name for name in replaced if name != replaced_forms.NO_METRIC])
    ready = [
        name
        for name in names
        if name not in replaced and not any(each.required for each in METRICS.get(name).parameters)
    ]
    titles = {**replaced, **{name: name for name in ready}}
    add_options(macro, titles.items(), selected=next(iter(replaced)))
    return macro


def _build_callbacks() -> Element:
    macro, conditional = _build_conditional(
        "callback_selection", "callback_type", "Choose a callback"
    )
    entries = _list_entries(CALLBACKS, replaced_forms.CALLBACKS)
    titles = [(_NONE, _NONE), *((entry.name, entry.name) for entry in entries)]
    add_options(conditional[0], titles, selected=_NONE)
    SubElement(conditional, "when", value=_NONE)
    for entry in entries:
        when = SubElement(conditional, "when", value=entry.name)
        _add_fields(when, _sort_parameters(entry, replaced_forms.CALLBACKS.get(entry.name, ())))
    return macro


def _build_conditional(name: str, choice: str, label: str) -> tuple[Element, Element]:
    """Return a macro and the conditional of the same name in it, with its select field."""
    macro = Element("xml", name=name)
    conditional = SubElement(macro, "conditional", name=name)
    SubElement(conditional, "param", name=choice, type="select", label=label)
    return macro, conditional


def _add_fields(parent: Element, parameters: Iterable[Parameter]) -> None:
    for parameter in parameters:
        add_field(parent, parameter)


def _sort_parameters(entry: Entry, first: Iterable[str]) -> list[Parameter]:
    listed = [each for name in first if (each := entry.parameter(name)) is not None]
    return [*listed, *(each for each in entry.parameters if each not in listed)]


def _list_entries(registry: Registry[AnyEntry], first: Iterable[str]) -> list[AnyEntry]:
    """Return the entries of a registry, the replaced form's first and in its order."""
    listed = [registry.get(name) for name in first]
    return [*listed, *(entry for entry in registry if entry not in listed)]


def _list_names(registry: Registry[AnyEntry], first: Iterable[str]) -> list[str]:
    """Return a name for each entry, the replaced form's names first and in its order."""
    names = list(first)
    known = {registry.get(name).name for name in names}
    return [*names, *(entry.short_name for entry in registry if entry.name not in known)]
