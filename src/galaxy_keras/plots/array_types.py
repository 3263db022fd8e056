"""The types of arrays that plots are computed from."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
IntegerArray = npt.NDArray[np.intp]
LabelArray = npt.NDArray[np.generic]
"""Integers, floats or text."""
