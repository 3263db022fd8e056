"""Arrays with names in HDF5 files, in an order, and layer by layer.

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
    """Write the arrays of layers as the group `name`."""
    group = parent.create_group(name)
    for index, layer in enumerate(layers):
        arrays = map(NamedArray, layer.paths, layer.arrays)
        write_arrays(group, _number(index), arrays).attrs["name"] = layer.name


def write_arrays(parent: h5py.Group, name: str, arrays: Iterable[NamedArray]) -> h5py.Group:
    """Write arrays as the group `name`, which is returned."""
    group = parent.create_group(name)
    for index, array in enumerate(arrays):
        dataset = group.create_dataset(_number(index), data=array.values, track_times=False)
        dataset.attrs["name"] = array.name
    return group


def name_columns(columns: Mapping[str, Any]) -> Iterable[NamedArray]:
    """Return lists of numbers, or single ones, as arrays."""
    return (NamedArray(name, np.asarray(values, "float64")) for name, values in columns.items())


def _number(index: int) -> str:
    return f"{index:05}"


def read_layers(parent: AuditedGroup, name: str) -> tuple[LayerWeights, ...]:
    """Return what `write_layers` wrote."""
    group = parent.read_group(name)
    return tuple(_read_layer(group, number) for number in _read_numbers(group))


def _read_layer(group: AuditedGroup, number: str) -> LayerWeights:
    arrays = read_arrays(group, number)
    return LayerWeights(
        name=group.read_name(number),
        paths=tuple(array.name for array in arrays),
        arrays=tuple(array.values for array in arrays),
    )


def read_arrays(parent: AuditedGroup, name: str) -> tuple[NamedArray, ...]:
    """Return what `write_arrays` wrote."""
    group = parent.read_group(name)
    return tuple(
        NamedArray(group.read_name(number), group.read_array(number))
        for number in _read_numbers(group)
    )


def read_columns(parent: AuditedGroup, name: str, axes: int) -> tuple[NamedArray, ...]:
    """Return arrays of `axes` axes; others are refused."""
    columns = read_arrays(parent, name)
    for column in columns:
        if column.values.ndim != axes:
            parent.refuse(name, f'has "{column.name}" in a wrong shape. The file is damaged')
    return columns


def _read_numbers(group: AuditedGroup) -> list[str]:
    numbers = [_number(index) for index in range(len(group.names))]
    if sorted(group.names) != numbers:
        group.refuse("", "does not hold what is numbered from 00000 on. The file is damaged")
    return numbers
