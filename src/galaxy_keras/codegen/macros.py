"""The Galaxy macros that follow from the catalogue, `galaxy_xml/macros_catalogue.xml`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree.ElementTree import Comment, Element, indent, tostring

from galaxy_keras.codegen.encoding_macros import build_encoding_macros
from galaxy_keras.codegen.fields import add_options, list_activations
from galaxy_keras.codegen.layer_macros import build_layer_macros
from galaxy_keras.codegen.replaced_forms import DEFAULTS
from galaxy_keras.codegen.scorer_macros import build_scorer_macros
from galaxy_keras.codegen.training_macros import build_training_macros

MACROS = Path("galaxy_xml", "macros_catalogue.xml")

_NOTE = " Generated from the catalogue by `make generated`; edit the catalogue, not this file. "


def render_macros() -> str:
    """Return the text of the file of macros."""
    root = Element("macros")
    root.append(Comment(_NOTE))
    builders: tuple[Callable[[], Iterator[Element]], ...] = (
        _build_activations,
        build_layer_macros,
        build_training_macros,
        build_encoding_macros,
        build_scorer_macros,
    )
    for build in builders:
        root.extend(build())
    indent(root, "    ")
    return tostring(root, encoding="unicode") + "\n"


def _build_activations() -> Iterator[Element]:
    macro = Element("xml", name="activation_options")
    add_options(macro, list_activations(), selected=DEFAULTS["activation"])
    yield macro
