"""Saving and restoring the state of a Keras model exactly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.arrays import LayerWeights, NamedArray
from galaxy_keras.errors import ModelFileError, Problems
from galaxy_keras.learning.gradients import find_inner_optimizer

_DAMAGED = "The file is damaged, or was put together from two models"


def collect_weights(model: keras.Model) -> tuple[LayerWeights, ...]:
    """Return the weights of each layer of a built model, in order; layers without any too."""
    return tuple(
        _collect(layer.name, layer.weights, [weight.path for weight in layer.weights])
        for layer in model.layers
    )


def restore_weights(model: keras.Model, weights: Sequence[LayerWeights]) -> None:
    """Set the weights of a built model to those that `collect_weights` returned.

    Raises
    ------
    ModelFileError
        If layers, variables or shapes differ in any way; all differences are listed, and
        the model is left unchanged.
    """
    _restore(model, weights, [layer.weights for layer in model.layers])


def collect_random_states(model: keras.Model) -> tuple[LayerWeights, ...]:
    """Return the states of the random generators of each layer, in order."""
    # Names, not paths: paths contain a counter over all seed generators of the process.
    collected = []
    for layer in model.layers:
        variables = _random_variables(layer)
        collected.append(_collect(layer.name, variables, [each.name for each in variables]))
    return tuple(collected)


def restore_random_states(model: keras.Model, states: Sequence[LayerWeights]) -> None:
    """Set the random states of a built model to those that `collect_random_states` returned."""
    _restore(model, states, [_random_variables(layer) for layer in model.layers])


def collect_optimizer_state(model: keras.Model, *, scale: bool = False) -> tuple[NamedArray, ...]:
    """Return the variables of the optimizer of a compiled model, in order.

    Parameters
    ----------
    model
        Any compiled model.
    scale
        Whether to return those of `keras.optimizers.LossScaleOptimizer` too. Training in float16
        needs them to resume exactly; training continued in any other way starts without.
    """
    variables = _find_optimizer(model, scale).variables
    return tuple(NamedArray(variable.name, _to_array(variable)) for variable in variables)


def restore_optimizer_state(
    model: keras.Model, state: Sequence[NamedArray], *, scale: bool = False
) -> None:
    """Set the optimizer of a compiled model to what `collect_optimizer_state` returned.

    The learning rate is part of the state, where it is not a schedule.

    Raises
    ------
    ModelFileError
        If it is not the state of this optimizer for this model; the optimizer is left unchanged.
    """
    model.optimizer.build(model.trainable_variables)
    optimizer = _find_optimizer(model, scale)
    problems = Problems()
    with problems.collecting():
        stored = LayerWeights(
            "optimizer",
            tuple(each.name for each in state),
            tuple(each.values for each in state),
        )
        _check(f"the optimizer {type(optimizer).__name__}", optimizer.variables, stored)
    problems.raise_if_any()
    _assign(optimizer.variables, [each.values for each in state])


def _find_optimizer(model: keras.Model, scale: bool) -> keras.optimizers.Optimizer:
    """Return the optimizer, or the one inside that is the same in every precision."""
    return model.optimizer if scale else find_inner_optimizer(model.optimizer)


def _collect(name: str, variables: Iterable[keras.Variable], paths: Iterable[str]) -> LayerWeights:
    return LayerWeights(name, tuple(paths), tuple(_to_array(variable) for variable in variables))


def _to_array(variable: keras.Variable) -> NDArray[Any]:
    array = np.asarray(variable.numpy())
    # NumPy and HDF5 do not know bfloat16; float32 holds all its values.
    return array.astype("float32") if array.dtype.kind == "V" else array


def _random_variables(layer: keras.Layer) -> list[keras.Variable]:
    weights = {id(variable) for variable in layer.weights}
    return [variable for variable in layer.variables if id(variable) not in weights]


def _restore(
    model: keras.Model, stored: Sequence[LayerWeights], variables: Sequence[list[keras.Variable]]
) -> None:
    expected = {
        layer.name: (_describe(model, layer), variables_of_layer)
        for layer, variables_of_layer in zip(model.layers, variables, strict=True)
        if variables_of_layer
    }
    restored = [layer for layer in stored if layer.arrays]
    _check_names(list(expected), [layer.name for layer in restored])
    problems = Problems()
    for layer in restored:
        with problems.collecting():
            _check(*expected[layer.name], layer)
    problems.raise_if_any()
    for layer in restored:
        _assign(expected[layer.name][1], layer.arrays)


def _check_names(expected: list[str], found: list[str]) -> None:
    if sorted(expected) != sorted(found):
        raise ModelFileError(
            f"the weights are those of the layers {', '.join(found) or '(none)'}, but the layers "
            "of the architecture that have weights are "
            f"{', '.join(expected) or '(none)'}. {_DAMAGED}"
        )


def _describe(model: keras.Model, layer: keras.Layer) -> str:
    number = model.layers.index(layer) + 1
    return f'layer {number} ({type(layer).__name__} "{layer.name}")'


def _check(where: str, variables: Sequence[keras.Variable], stored: LayerWeights) -> None:
    if len(variables) != len(stored.arrays):
        raise ModelFileError(
            f"{where} has {len(variables)} arrays of weights, but the file holds "
            f"{len(stored.arrays)}. {_DAMAGED}"
        )
    problems = list(_compare(where, variables, stored))
    if problems:
        raise ModelFileError(*problems)


def _compare(
    where: str, variables: Sequence[keras.Variable], stored: LayerWeights
) -> Iterator[str]:
    for variable, path, array in zip(variables, stored.paths, stored.arrays, strict=True):
        name, stored_name = variable.path.split("/")[-1], path.split("/")[-1]
        if name != stored_name:
            yield f'{where} has "{name}" where the file holds "{stored_name}". {_DAMAGED}'
        elif tuple(variable.shape) != array.shape:
            yield (
                f'{where} takes "{name}" with the shape {tuple(variable.shape)}, but the file '
                f"holds {array.shape}. {_DAMAGED}"
            )


def _assign(variables: Sequence[keras.Variable], arrays: Sequence[NDArray[Any]]) -> None:
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
