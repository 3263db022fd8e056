"""The precisions in which a run can compute."""

from __future__ import annotations

from typing import Literal, get_args

Precision = Literal["float32", "mixed_float16", "mixed_bfloat16"]
PRECISIONS: tuple[Precision, ...] = get_args(Precision)
