"""The allowed content of a spec, before its layers are looked up in the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema

from galaxy_keras.errors import ConfigurationError, Problems, suggest
from galaxy_keras.schema.values.component import FrozenModel
from galaxy_keras.schema.values.literals import parse_call
from galaxy_keras.schema.values.values import lower_first


def _split_names(value: object) -> object:
    return [name.strip() for name in value.split(",")] if isinstance(value, str) else value


_LIST_OR_TEXT = {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]}
LayerNameList = Annotated[
    tuple[str, ...], BeforeValidator(_split_names), WithJsonSchema(_LIST_OR_TEXT)
]


class LayerSpec(BaseModel):
    """One layer. Keys that are not named here are options of the layer."""

    model_config = ConfigDict(frozen=True, extra="allow")

    type: str = Field("", description="Name of the layer: Dense, LSTM, Input ...")
    name: str | None = Field(None, description="A name for other layers to refer to.")
    inputs: LayerNameList = Field((), description="Names of the layers whose outputs it takes.")
    shared_with: str | None = Field(
        None, description="Name of an earlier layer to call again; instead of a type."
    )
    trainable: bool = Field(True, description="Whether training changes its weights.")
    dtype: str | None = Field(
        None, description="Data type of an Input; dtype policy of any other layer."
    )
    use_causal_mask: bool = Field(
        False, description="For attention: whether positions attend to earlier ones only."
    )

    @property
    def options(self) -> dict[str, Any]:
        """The options of the layer."""
        return dict(self.model_extra or {})


class ArchitectureSpec(FrozenModel):
    """A network: sequential layers, or a graph of layers that name their inputs."""

    name: str | None = Field(None, description="Name of the model.")
    input_shape: str | int | tuple[int | None, ...] | None = Field(
        None, description="Shape of one sample, for sequential layers: 500 or [28, 28, 1]."
    )
    layers: tuple[str | LayerSpec, ...] = Field(
        description='Each a text ("Dense units=1") or an object.'
    )
    inputs: LayerNameList = Field((), description="The order of several inputs.")
    outputs: LayerNameList = Field((), description="Layers whose outputs are the model's.")


def validate_spec(document: Mapping[str, Any]) -> ArchitectureSpec:
    """Return the content of a spec, checked except for the layers' options.

    Raises
    ------
    ConfigurationError
        With all keys that are unknown, missing or of the wrong type.
    """
    try:
        return ArchitectureSpec.model_validate(document)
    except ValidationError as error:
        raise ConfigurationError(*_explain(error, ArchitectureSpec)) from None


def parse_layers(spec: ArchitectureSpec) -> list[LayerSpec]:
    """Return the layers of a spec, those written as text parsed.

    Raises
    ------
    ConfigurationError
        With all texts that cannot be parsed, by layer number.
    """
    problems = Problems()
    layers = []
    for number, layer in enumerate(spec.layers, 1):
        with problems.collecting():
            layers.append(_parse_layer(layer, number) if isinstance(layer, str) else layer)
    problems.raise_if_any()
    return layers


def _parse_layer(text: str, number: int) -> LayerSpec:
    try:
        type_name, options = parse_call(text)
        return LayerSpec.model_validate({"type": type_name, **options})
    except ConfigurationError as error:
        raise error.with_prefix(f"layer {number}") from error
    except ValidationError as error:
        problems = _explain(error, LayerSpec)
        raise ConfigurationError(*(f"layer {number}: {each}" for each in problems)) from None


def _explain(error: ValidationError, model: type[BaseModel]) -> list[str]:
    return list(dict.fromkeys(_explain_each(error, model)))


def _explain_each(error: ValidationError, model: type[BaseModel]) -> Iterator[str]:
    for problem in error.errors():
        location, kind = problem["loc"], problem["type"]
        if location[:1] == ("input_shape",):
            yield "input_shape must be whole numbers, such as 500 or [28, 28, 1]"
        elif location[:1] == ("layers",) and len(location) > 2 and location[2] == "str":
            if not isinstance(problem["input"], Mapping):
                yield f"layer {int(location[1]) + 1} must be text or an object"
        elif kind == "extra_forbidden":
            key = str(location[-1])
            yield f'there is no key "{key}".{suggest(key, model.model_fields)}'
        elif kind == "missing":
            yield f"{_describe_location(location)} is missing"
        elif kind == "tuple_type":
            yield f"{_describe_location(location)} must be a list"
        elif kind != "model_type":
            yield f"{_describe_location(location)}: {lower_first(problem['msg'])}"


def _describe_location(location: tuple[int | str, ...]) -> str:
    if location[:1] == ("layers",) and len(location) > 1:
        return ", ".join([f"layer {int(location[1]) + 1}", *map(str, location[3:4])])
    return str(location[0]) if location else "the spec"
