"""The choices of encodings of inputs and targets in the form of keras_model_builder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from galaxy_keras.catalogue.encodings import ENCODINGS
from galaxy_keras.catalogue.parameters import Entry
from galaxy_keras.catalogue.target_encodings import TARGET_ENCODINGS
from galaxy_keras.codegen.fields import add_field, add_options

_NONE: Final = "None"


def build_encoding_macros() -> Iterator[Element]:
    """Yield the macros: the encoding of an input, then that of a target, which may be left out."""
    macro, conditional = _build_conditional("input_encoding", "How the input is made")
    add_options(conditional[0], _list_titles(ENCODINGS))
    _add_branches(conditional, ENCODINGS)
    yield macro
    macro, conditional = _build_conditional("target_encoding", "How the target is encoded")
    nothing = (_NONE, "As it is in the table, for classification or regression as chosen above")
    add_options(conditional[0], [nothing, *_list_titles(TARGET_ENCODINGS)], selected=_NONE)
    SubElement(conditional, "when", value=_NONE)
    _add_branches(conditional, TARGET_ENCODINGS)
    yield macro


def _build_conditional(name: str, label: str) -> tuple[Element, Element]:
    macro = Element("xml", name=name)
    conditional = SubElement(macro, "conditional", name="encoding_selection")
    SubElement(conditional, "param", name="encoding", type="select", label=label)
    return macro, conditional


def _list_titles(entries: Iterable[Entry]) -> list[tuple[str, str]]:
    return [(entry.name, f"{entry.name}: {entry.help}") for entry in entries]


def _add_branches(conditional: Element, entries: Iterable[Entry]) -> None:
    for entry in entries:
        when = SubElement(conditional, "when", value=entry.name)
        for parameter in entry.parameters:
            add_field(when, parameter)
