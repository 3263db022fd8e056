"""The choice of a layer in the form of keras_model_config."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element, SubElement

from galaxy_keras.catalogue.layers import LAYERS, InputKind, Layer
from galaxy_keras.codegen.fields import add_field, add_options, add_text_field
from galaxy_keras.codegen.replaced_forms import (
    INPUT_LAYERS,
    LAYERS_AFTER_MERGING,
    LAYERS_BEFORE_MERGING,
    MERGING_LAYERS,
    Fields,
)

_INPUT: Final = "Input"
_FUNCTIONAL: Final = "functional_layer"
_SEVERAL: Final = (InputKind.TWO, InputKind.MANY, InputKind.ATTENTION, InputKind.QUERY_VALUE)

_SECTIONS: Final = {
    "convolution": "Convolutional",
    "merging": "Merge",
    "regularization": "Noise",
    "activation": "Advanced Activation",
}
"""Titles of sections, where they are not the capitalized name of the group in the catalogue."""

_FIELDS_BESIDE_REQUIRED: Final[Fields] = {
    "EinsumDense": ("activation", "bias_axes"),
    "DepthwiseConv1D": ("activation",),
    "Conv1DTranspose": ("activation",),
    "Bidirectional": ("merge_mode",),
    "Attention": ("use_scale", "score_mode", "dropout"),
    "AdditiveAttention": ("use_scale", "dropout"),
    "MultiHeadAttention": ("dropout",),
    "GroupQueryAttention": ("dropout",),
    "LayerNormalization": ("axis", "epsilon"),
    "GroupNormalization": ("groups", "axis", "epsilon"),
    "RMSNormalization": ("axis", "epsilon"),
    "UnitNormalization": ("axis",),
    "Rescaling": ("offset",),
    "CategoryEncoding": ("output_mode",),
    "RandomFlip": ("mode",),
    "RandomZoom": ("width_factor",),
}
"""Fields of layers that the replaced form did not have."""


class FormLayer(NamedTuple):
    """A layer as the form offers it: its name there, its section and its fields."""

    name: str
    section: str
    fields: tuple[str, ...]

    @property
    def layer(self) -> Layer:
        """The entry of the catalogue."""
        return LAYERS.get(self.name)


def build_layer_macros() -> Iterator[Element]:
    """Yield the macros: the fields of each layer, then the choice for both kinds of model."""
    sequential, functional = list_sequential(), list_functional()
    yield from (_build_fields(form_layer) for form_layer in functional)
    yield _build_selection("sequential_layer", sequential)
    yield _build_selection(_FUNCTIONAL, functional)


def list_sequential() -> list[FormLayer]:
    """Return the layers of a sequential model: those with one input."""
    replaced = _list_replaced(LAYERS_BEFORE_MERGING, LAYERS_AFTER_MERGING)
    new = _list_new(replaced)
    return [*replaced, *(each for each in new if each.layer.inputs is InputKind.ONE)]


def list_functional() -> list[FormLayer]:
    """Return the layers of a functional model."""
    replaced = _list_replaced(
        INPUT_LAYERS, LAYERS_BEFORE_MERGING, MERGING_LAYERS, LAYERS_AFTER_MERGING
    )
    return [*replaced, *_list_new(replaced)]


def _list_replaced(*sections: dict[str, Fields]) -> list[FormLayer]:
    return [
        FormLayer(name, section, fields)
        for layers_by_section in sections
        for section, layers in layers_by_section.items()
        for name, fields in layers.items()
    ]


def _list_new(replaced: list[FormLayer]) -> list[FormLayer]:
    known = {form_layer.layer.name for form_layer in replaced} | {LAYERS.get(_INPUT).name}
    return [
        FormLayer(layer.name, _name_section(layer), _choose_fields(layer))
        for layer in LAYERS
        if layer.name not in known
    ]


def _name_section(layer: Layer) -> str:
    return _SECTIONS.get(layer.group, layer.group.capitalize())


def _choose_fields(layer: Layer) -> tuple[str, ...]:
    required = [parameter.name for parameter in layer.parameters if parameter.required]
    return (*required, *_FIELDS_BESIDE_REQUIRED.get(layer.name, ()))


def _build_fields(form_layer: FormLayer) -> Element:
    macro = Element("xml", name=f"layer_{form_layer.name}")
    layer = form_layer.layer
    for field in form_layer.fields:
        parameter = layer.parameter(field)
        if parameter is None:
            raise ValueError(f"{layer.name} has no parameter {field}")
        add_field(macro, parameter, field)
    if form_layer.name == _INPUT:
        add_text_field(macro, "name", "name", "A name for the layer.")
        return macro
    SubElement(macro, "expand", macro="keywords", defaults=_describe_keywords(form_layer))
    return macro


def _describe_keywords(form_layer: FormLayer) -> str:
    """List the parameters that have no field, with their defaults."""
    shown = [form_layer.layer.parameter(field) for field in form_layer.fields]
    rest = [
        f"{parameter.name}={parameter.default}"
        for parameter in form_layer.layer.parameters
        if parameter not in shown
    ]
    return ", ".join([*rest, "name=None"])


def _build_selection(macro_name: str, form_layers: list[FormLayer]) -> Element:
    macro = Element("xml", name=macro_name)
    conditional = SubElement(macro, "conditional", name="layer_selection")
    field = SubElement(
        conditional, "param", name="layer_type", type="select", label="Choose the type of layer"
    )
    titles = (
        (form_layer.name, f"{form_layer.section} -- {form_layer.name}")
        for form_layer in form_layers
    )
    add_options(field, titles)
    for form_layer in form_layers:
        when = SubElement(conditional, "when", value=form_layer.name)
        is_linked = macro_name == _FUNCTIONAL and form_layer.name != _INPUT
        is_merging = is_linked and form_layer.layer.inputs in _SEVERAL
        if is_merging:
            SubElement(when, "expand", macro="merging_layers")
        SubElement(when, "expand", macro=f"layer_{form_layer.name}")
        if is_linked and not is_merging:
            SubElement(when, "expand", macro="inbound_nodes")
    return macro
