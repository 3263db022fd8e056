"""Named arrays in HDF5 files: ordered, and by layer.

"Arrays" is a group of datasets ``00000``, ``00001``, ... each with its name as an attribute;
"layers" is a group of such groups. See `artefacts.fitted` for why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import h5py
import numpy as np

from galaxy_keras.artefacts.arrays import LayerWeights, NamedArray
from galaxy_keras.artefacts.hdf5.reading import AuditedGroup


def write_layers(parent: h5py.Group, name: str, layers: Iterable[LayerWeights]) -> None:
    """Write the arrays of layers as the group `name` of `parent`.

    The order of layers and arrays goes into the names of groups and datasets (``00000``,
    ``00001``, ...), their names into attributes.
    """
    group = parent.create_group(name)
    for index, layer in enumerate(layers):
        arrays = map(NamedArray, layer.paths, layer.arrays)
        write_arrays(group, _format_index(index), arrays).attrs["name"] = layer.name


def write_arrays(parent: h5py.Group, name: str, arrays: Iterable[NamedArray]) -> h5py.Group:
    """Write arrays as the group `name` of `parent`, and return that group."""
    group = parent.create_group(name)
    for index, array in enumerate(arrays):
        dataset = group.create_dataset(_format_index(index), data=array.values, track_times=False)
        dataset.attrs["name"] = array.name
    return group


def name_columns(columns: Mapping[str, Any]) -> Iterable[NamedArray]:
    """Return lists of numbers, or single numbers, as float64 arrays, in the order of `columns`."""
    return (NamedArray(name, np.asarray(values, "float64")) for name, values in columns.items())


def _format_index(index: int) -> str:
    return f"{index:05}"


def read_layers(parent: AuditedGroup, name: str) -> tuple[LayerWeights, ...]:
    """Return what `write_layers` wrote.

    Raises
    ------
    ModelFileError
        If the group is missing or damaged.
    """
    group = parent.read_group(name)
    return tuple(_read_layer(group, number) for number in list_indices(group))


def _read_layer(group: AuditedGroup, number: str) -> LayerWeights:
    arrays = read_arrays(group, number)
    return LayerWeights(
        name=group.read_name(number),
        paths=tuple(array.name for array in arrays),
        arrays=tuple(array.values for array in arrays),
    )


def read_arrays(parent: AuditedGroup, name: str) -> tuple[NamedArray, ...]:
    """Return what `write_arrays` wrote.

    Raises
    ------
    ModelFileError
        If the group is missing or damaged.
    """
    group = parent.read_group(name)
    return tuple(
        NamedArray(group.read_name(number), group.read_array(number))
        for number in list_indices(group)
    )


def read_numbers(parent: AuditedGroup, name: str, ndim: int) -> dict[str, Any]:
    """Return what `name_columns` made, by name.

    Parameters
    ----------
    parent, name
        The group `name` of `parent` holds the arrays.
    ndim
        The number of dimensions that each must have: 1 for lists of numbers, 0 for numbers.

    Raises
    ------
    ModelFileError
        If the group is missing or damaged, or an array has another number of dimensions.
    """
    arrays = read_arrays(parent, name)
    for array in arrays:
        if array.values.ndim != ndim:
            parent.refuse(name, f'has "{array.name}" with the wrong shape. The file is damaged')
    return {array.name: array.values.astype(np.float64).tolist() for array in arrays}


def list_indices(group: AuditedGroup) -> list[str]:
    """Return the names of numbered entries: ``00000``, ``00001``, ...

    Raises
    ------
    ModelFileError
        If the group holds anything else.
    """
    numbers = [_format_index(index) for index in range(len(group.names))]
    if sorted(group.names) != numbers:
        group.refuse("", "does not hold entries numbered from 00000. The file is damaged")
    return numbers
