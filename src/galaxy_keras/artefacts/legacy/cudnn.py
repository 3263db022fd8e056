"""Converts the weights of CuDNNLSTM and CuDNNGRU to those of LSTM and GRU.

cuDNN keeps the matrix of each gate transposed and has a bias for the input and one for the state.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def convert_lstm(arrays: Sequence[Array]) -> tuple[Array, ...]:
    """Return the weights of an LSTM; those of a CuDNNLSTM are recognized by their bias.

    Parameters
    ----------
    arrays
        Kernel (inputs, 4 units), recurrent kernel (units, 4 units) and bias: (8 units,) of a
        CuDNNLSTM, (4 units,) or none of an LSTM.

    Returns
    -------
    tuple of numpy.ndarray
        Kernel, recurrent kernel and bias (4 units,); `arrays` unless they are a CuDNNLSTM's.
    """
    if not _is_cudnn(arrays, gates=4):
        return tuple(arrays)
    kernel, recurrent_kernel = _transpose_gates(arrays, gates=4)
    # An LSTM has one bias, which is added where cuDNN adds both of its.
    return kernel, recurrent_kernel, arrays[2].reshape(2, -1).sum(axis=0)


def convert_gru(arrays: Sequence[Array]) -> tuple[Array, ...]:
    """Return the weights of a GRU; those of a CuDNNGRU are recognized by their bias.

    Parameters
    ----------
    arrays
        Kernel (inputs, 3 units), recurrent kernel (units, 3 units) and bias: (6 units,) of a
        CuDNNGRU, (2, 3 units), (3 units,) or none of a GRU.

    Returns
    -------
    tuple of numpy.ndarray
        Kernel, recurrent kernel and bias (2, 3 units); `arrays` unless they are a CuDNNGRU's.
    """
    if not _is_cudnn(arrays, gates=3):
        return tuple(arrays)
    return *_transpose_gates(arrays, gates=3), arrays[2].reshape(2, -1)


def _is_cudnn(arrays: Sequence[Array], *, gates: int) -> bool:
    if len(arrays) != 3 or arrays[0].ndim != 2 or arrays[1].ndim != 2:
        return False
    units = len(arrays[1])
    return arrays[1].shape == (units, gates * units) and arrays[2].shape == (2 * gates * units,)


def _transpose_gates(arrays: Sequence[Array], *, gates: int) -> tuple[Array, Array]:
    kernels = [
        # cuDNN's matrix (units, inputs) is stored in the shape (inputs, units).
        gate.T.reshape(gate.shape, order="F")
        for gate in np.split(arrays[0], gates, axis=1)
    ]
    recurrent_kernels = [gate.T for gate in np.split(arrays[1], gates, axis=1)]
    return np.concatenate(kernels, axis=1), np.concatenate(recurrent_kernels, axis=1)
