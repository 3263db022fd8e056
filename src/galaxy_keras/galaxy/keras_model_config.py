"""The form of the tool keras_model_config."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from galaxy_keras.catalogue.layers import LAYERS
from galaxy_keras.errors import ConfigurationError, Problems
from galaxy_keras.galaxy.form import Form
from galaxy_keras.schema.architecture.names import LayerNameGenerator
from galaxy_keras.schema.values.literals import parse_literal

_INPUT = "Input"
_FORM_FIELDS = ("layer_type", "kwargs", "name", "inbound_nodes", "merging_layers")
"""Fields of a block that are not parameters of its layer."""


def read_spec(document: Mapping[str, object]) -> dict[str, object]:
    """Return the architecture that the form describes, as a spec for `parse_spec`.

    Raises
    ------
    ConfigurationError
        If fields are invalid; the message names all of them.
    """
    model = Form(document).section("model_selection")
    kind = model.text("model_type") or "sequential"
    if kind == "sequential":
        return _read_sequential(model)
    if kind == "functional":
        return _read_functional(model)
    raise ConfigurationError(
        f'{model.describe("model_type")}: there is no kind of model "{kind}". '
        "Choose from: sequential, functional"
    )


def _read_sequential(model: Form) -> dict[str, object]:
    problems = Problems()
    shape = None
    with problems.collecting():
        shape = _read_literal(model, "input_shape")
    layers = _read_layers(model, problems)
    problems.raise_if_any()
    if shape is None and layers:
        shape = layers[0].input_shape
    given = {} if shape is None else {"input_shape": shape}
    return {**given, "layers": [layer.describe() for layer in layers]}


def _read_functional(model: Form) -> dict[str, object]:
    problems = Problems()
    layers = _read_layers(model, problems)
    problems.raise_if_any()
    _assign_names(layers)
    for number, layer in enumerate(layers, 1):
        with problems.collecting():
            layer.inputs = [layers[n - 1].name for n in _read_inbound(layer, number)]
    named: dict[str, list[str]] = {}
    for name in ("input_layers", "output_layers"):
        with problems.collecting():
            named[name] = [layers[n - 1].name for n in _read_numbers(model, name, len(layers))]
    problems.raise_if_any()
    spec = {"inputs": named["input_layers"], "outputs": named["output_layers"]}
    given = {name: names for name, names in spec.items() if names}
    return {"layers": [layer.describe() for layer in layers], **given}


@dataclass
class _Layer:
    """One block of the form."""

    section: Form
    type: str
    options: dict[str, object]
    name: str = ""
    input_shape: object = None
    inputs: list[str] = field(default_factory=list)

    def describe(self) -> dict[str, object]:
        """Return the layer in the form of a spec."""
        named = {"name": self.name} if self.name else {}
        linked = {"inputs": self.inputs} if self.inputs else {}
        return {"type": self.type, **named, **linked, **self.options}


def _read_layers(model: Form, problems: Problems) -> list[_Layer]:
    layers = []
    for block in model.blocks("layers"):
        with problems.collecting():
            layers.append(_read_layer(block.section("layer_selection")))
    return layers


def _read_layer(section: Form) -> _Layer:
    options = {**section.fields(*_FORM_FIELDS), **section.keywords("kwargs")}
    if isinstance(options.get("alpha_constraint"), Mapping):
        options["alpha_constraint"] = _read_constraint(section.section("alpha_constraint"))
    return _Layer(
        section=section,
        type=section.required_text("layer_type"),
        name=str(options.pop("name", None) or section.text("name") or ""),
        # Keras 2 used it in the first layer only; tutorials give it to others too.
        input_shape=options.pop("input_shape", None),
        options=options,
    )


def _read_constraint(section: Form) -> dict[str, object] | None:
    name = section.text("constraint_type")
    if name is None:
        return None
    return {"class_name": name, "config": section.section("constraint_options").fields()}


def _assign_names(layers: Sequence[_Layer]) -> None:
    names = LayerNameGenerator(layer.name for layer in layers)
    for layer in layers:
        entry = LAYERS.find(layer.type)
        layer.name = layer.name or names.next_name(entry.name if entry else layer.type)


# Graphs


def _read_inbound(layer: _Layer, number: int) -> list[int]:
    """Return the numbers of the input layers of layer `number` of the form."""
    if layer.type == _INPUT:
        return []
    if number == 1:
        raise ConfigurationError(
            f"{layer.section.describe('layer_type')}: the first layer of a functional model must "
            f"be an Input, not {layer.type}"
        )
    if "merging_layers" not in layer.section:
        # Default: the layer above. The replaced form had no field for it in some layers.
        return _read_numbers(layer.section, "inbound_nodes", number - 1) or [number - 1]
    numbers = _read_numbers(layer.section, "merging_layers", number - 1)
    if not numbers:
        raise ConfigurationError(
            f"{layer.section.describe('merging_layers')} is empty. "
            "Give the numbers of the layers to merge, for example [1, 2]"
        )
    return numbers


def _read_numbers(section: Form, name: str, last: int) -> list[int]:
    """Return the numbers of layers in a field; each is from 1 to `last`."""
    value = _read_literal(section, name)
    numbers = value if isinstance(value, list | tuple) else [value]
    return [_check_number(number, section, name, last) for number in numbers if number is not None]


def _check_number(number: object, section: Form, name: str, last: int) -> int:
    if isinstance(number, int) and 1 <= number <= last:
        return number
    numbers = "1" if last == 1 else f"numbers from 1 to {last}"
    raise ConfigurationError(
        f"{section.describe(name)}: {number} is not the number of a layer that can be used here. "
        f"Give {numbers}, counted from the top of the form"
    )


def _read_literal(section: Form, name: str) -> object:
    text = section.text(name)
    try:
        return None if text is None else parse_literal(text)
    except ConfigurationError as error:
        raise error.with_prefix(section.describe(name)) from None
