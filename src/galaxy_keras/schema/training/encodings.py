"""Encodings against the network: which input each is for, and what follows from its shape.

What an encoding leaves out (`length`, `size`) is taken from the network; what it gives must fit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from galaxy_keras.catalogue.encodings import ENCODINGS, LETTERS, EncodingEntry
from galaxy_keras.catalogue.parameters import Kind
from galaxy_keras.errors import ConfigurationError, Problems, list_names, suggest
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.architecture.shapes import format_shape, infer_shapes
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.values.component import Component
from galaxy_keras.schema.values.encodings import NamedEncoding
from galaxy_keras.schema.values.values import complete_options, omit_defaults

SIZE = "size"
_COLUMNS, _OUTPUT = "columns", "output"
_NAMES = {"kmers": "k-mers"}
_TAKE_INDICES = ("Embedding", "CategoryEncoding", "IntegerLookup", "Hashing", "Masking")


@dataclass(frozen=True, slots=True)
class InputEncoding:
    """An encoding of an input, with what the network says of it.

    Attributes
    ----------
    name
        The name of the input.
    shape
        The shape of one sample; None for a dimension of any size.
    encoding
        The encoding; `length` and `size` are those of the network where they were left out.
    """

    name: str
    shape: tuple[int | None, ...]
    encoding: Component

    @property
    def entry(self) -> EncodingEntry:
        """The encoding in the catalogue."""
        return ENCODINGS.get(self.encoding.name)


def resolve_input_encodings(
    architecture: Architecture, settings: TrainingSettings
) -> tuple[InputEncoding, ...]:
    """Return the encodings of the inputs of the network; empty where there are none.

    They come in the order of the inputs. Several stand side by side in an input of one dimension;
    their sizes then do not follow from the network.

    Raises
    ------
    ConfigurationError
        With all that does not fit the network.
    """
    if not settings.inputs:
        return ()
    problems = Problems()
    by_input: dict[str, list[Component]] = {name: [] for name in architecture.inputs}
    for named in settings.inputs:
        with problems.collecting():
            by_input[_find_input(architecture, named)].append(named.encoding)
    problems.raise_if_any()
    _check_all_inputs(by_input)
    resolved = []
    for name, encodings in by_input.items():
        for encoding in encodings:
            with problems.collecting():
                resolved.append(
                    _resolve(architecture, name, encoding, side_by_side=len(encodings) > 1)
                )
    problems.raise_if_any()
    _check_columns(settings)
    return tuple(resolved)


def check_target_encodings(architecture: Architecture, settings: TrainingSettings) -> None:
    """Check that each encoding of targets is for an output, and none has two.

    Raises
    ------
    ConfigurationError
        If not.
    """
    outputs = architecture.outputs
    problems = Problems()
    for each in settings.targets:
        if each.name is not None and each.name not in outputs:
            problems.add(
                ConfigurationError(
                    f'--target: the network has no output "{each.name}".'
                    f"{suggest(each.name, outputs)} It has: {list_names(outputs)}"
                )
            )
        if each.name is None and len(outputs) > 1:
            problems.add(
                ConfigurationError(
                    f"--target '{each.encoding}' does not say for which of the {len(outputs)} "
                    f"outputs it is ({list_names(outputs)}). Write the name before it: --target "
                    f"'{outputs[0]}: {each.encoding}'"
                )
            )
    problems.raise_if_any()
    counts = Counter(each.name or outputs[0] for each in settings.targets)
    for name, count in counts.items():
        if count > 1:
            raise ConfigurationError(
                f'there are {count} encodings of targets for the output "{name}", which has one. '
                "Give --target once for each output"
            )


def find_encoding_warnings(architecture: Architecture, settings: TrainingSettings) -> Iterator[str]:
    """Yield what works but is unusual in the encodings."""
    for each in resolve_input_encodings(architecture, settings):
        consumers = [layer for layer in architecture.layers if each.name in layer.inbound]
        if _gives_indices(each.entry, each.encoding) and not any(
            layer.type in _TAKE_INDICES or layer.model is not None for layer in consumers
        ):
            shown = list_names([architecture.describe(layer.name) for layer in consumers])
            yield (
                f"the encoding {each.entry.name} gives indices, whose size means nothing, to "
                f"{shown}. Begin the network with an Embedding, or choose another output"
            )


def _find_input(architecture: Architecture, named: NamedEncoding) -> str:
    inputs = architecture.inputs
    if named.name in inputs:
        return named.name
    if named.name is None and len(inputs) == 1:
        return inputs[0]
    if named.name is None:
        raise ConfigurationError(
            f"--input '{named.encoding}' does not say for which of the {len(inputs)} inputs it is "
            f"({list_names(inputs)}). Write the name before it: --input '{inputs[0]}: "
            f"{named.encoding}'"
        )
    raise ConfigurationError(
        f'--input: the network has no input "{named.name}".{suggest(named.name, inputs)} '
        f"It has: {list_names(inputs)}"
    )


def _check_all_inputs(by_input: Mapping[str, Sequence[Component]]) -> None:
    missing = [name for name, encodings in by_input.items() if not encodings]
    if missing:
        raise ConfigurationError(
            f"no encoding is given for {list_names(missing)}, but other inputs have one. Give each "
            f"input its own: --input '{missing[0]}: numbers columns=...'"
        )


def _check_columns(settings: TrainingSettings) -> None:
    """Check that at most one encoding takes the columns that no other one takes."""
    greedy = [
        each.encoding.name
        for each in settings.inputs
        if each.encoding.options.get(_COLUMNS) is None
    ]
    if len(greedy) > 1:
        raise ConfigurationError(
            f"{len(greedy)} encodings ({', '.join(greedy)}) take all columns that no other one "
            "takes. Give columns to all but one: --input 'numbers columns=[age, weight]'"
        )


def _resolve(
    architecture: Architecture, name: str, encoding: Component, *, side_by_side: bool
) -> InputEncoding:
    entry = ENCODINGS.get(encoding.name)
    shape = infer_shapes(architecture)[name].output[1:]
    options = complete_options(entry, encoding.options)
    several = len(architecture.inputs) > 1
    where = f"--input {name}: {entry.name}" if several else f"--input {entry.name}"
    axes = entry.axes[str(options.get(_OUTPUT, ""))]
    if side_by_side:
        _check_flat(architecture, name, axes, shape, where)
        return InputEncoding(name, shape, encoding)
    sizes = _match_axes(entry, axes, options, shape, where)
    sizes |= _match_vocabulary(architecture, name, entry, options, where)
    chosen = {**encoding.options, **sizes}
    complete = Component(name=entry.name, options=omit_defaults(entry, chosen))
    return InputEncoding(name, shape, complete)


def _check_flat(
    architecture: Architecture,
    name: str,
    axes: tuple[str, ...],
    shape: tuple[int | None, ...],
    where: str,
) -> None:
    """Check that an encoding can stand beside others."""
    if len(shape) != 1 or len(axes) != 1:
        raise ConfigurationError(
            f"{where}: several encodings stand side by side in an input of one dimension, but "
            f"this one has ({', '.join(axes)}) and the input {format_shape((None, *shape))}. Give "
            "one encoding, or build the network with --input-shape and one number"
        )
    embeddings = _find_embeddings(architecture, name)
    if embeddings:
        raise ConfigurationError(
            f"{where}: several encodings stand side by side in an input of numbers, but "
            f"{architecture.describe(embeddings[0].name)} takes indices. Give one encoding"
        )


def _find_embeddings(architecture: Architecture, name: str) -> list[LayerNode]:
    return [
        layer
        for layer in architecture.layers
        if layer.type == "Embedding" and name in layer.inbound
    ]


def _gives_indices(entry: EncodingEntry, encoding: Component) -> bool:
    return complete_options(entry, encoding.options).get(_OUTPUT, "") in entry.index_outputs


def _match_axes(
    entry: EncodingEntry,
    axes: tuple[str, ...],
    options: Mapping[str, Any],
    shape: tuple[int | None, ...],
    where: str,
) -> dict[str, int]:
    """Return the options that give the size of an axis, as the shape of the input has them."""
    given = [axis for axis in axes if _is_size(entry, axis)]
    fixed = _find_fixed_sizes(axes, options)
    if not given and not fixed and len(axes) == 1:
        # The columns of a table fill any shape.
        return {}
    if len(axes) != len(shape):
        raise ConfigurationError(
            f"{where} gives samples of the shape ({', '.join(axes)}), but the input of the network "
            f"has the shape {format_shape((None, *shape))}. Build the network with "
            f"{_count(len(axes), 'dimension')} for each sample, or choose another encoding"
        )
    sizes = {}
    for axis, size in zip(axes, shape, strict=True):
        if size is not None and fixed.get(axis, size) != size:
            raise ConfigurationError(
                f"{where} gives {fixed[axis]:,} {_NAMES.get(axis, axis)} (alphabet="
                f"{options['alphabet']}), but the input of the network has {size:,} there. Choose "
                "another alphabet, or build the network with --input-shape "
                f"{_format_sizes(shape, size, fixed[axis])}"
            )
        if axis not in given or size is None:
            continue
        if options[axis] not in (None, size):
            raise ConfigurationError(
                f"{where} {axis}={options[axis]} does not fit the network, whose input has "
                f"{size} there. Leave {axis} out, or build the network with --input-shape "
                f"{_format_sizes(shape, size, options[axis])}"
            )
        sizes[axis] = size
    return sizes


def _find_fixed_sizes(axes: tuple[str, ...], options: Mapping[str, Any]) -> dict[str, int]:
    """Return the sizes of the axes that follow from the alphabet of sequences."""
    if "alphabet" not in options:
        return {}
    letters = LETTERS[options["alphabet"]]
    sizes = {"letters": letters, "kmers": letters ** options.get("k", 1)}
    return {axis: sizes[axis] for axis in axes if axis in sizes}


def _is_size(entry: EncodingEntry, axis: str) -> bool:
    """Whether an axis is an option; that of columns is their choice, not their number."""
    parameter = entry.parameter(axis)
    return parameter is not None and parameter.kind is Kind.INTEGER


def _match_vocabulary(
    architecture: Architecture,
    name: str,
    entry: EncodingEntry,
    options: Mapping[str, Any],
    where: str,
) -> dict[str, int]:
    """Return the number of indices that the Embedding behind an input takes."""
    embeddings = _find_embeddings(architecture, name)
    if not embeddings or not entry.index_outputs:
        return {}
    output = options[_OUTPUT]
    if output not in entry.index_outputs:
        raise ConfigurationError(
            f"{architecture.describe(embeddings[0].name)} takes indices, but {where} "
            f"output={output} gives none. Leave output out, or begin the network with another layer"
        )
    if entry.parameter(SIZE) is None:
        return {}
    smallest = min(embeddings, key=lambda layer: int(layer.options["input_dim"]))
    count = int(smallest.options["input_dim"])
    if options[SIZE] is None:
        return {SIZE: count}
    if options[SIZE] > count:
        raise ConfigurationError(
            f"{where} size={options[SIZE]} gives more indices than "
            f"{architecture.describe(smallest.name)} takes (input_dim={count}). Leave size out, "
            f"or give the layer input_dim={options[SIZE]}"
        )
    return {}


def _format_sizes(shape: tuple[int | None, ...], size: int, instead: int) -> str:
    return ",".join(str(instead if each == size else each) for each in shape)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
