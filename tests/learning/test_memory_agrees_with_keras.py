"""The numbers that optimizers keep for each parameter, counted in Keras."""

from __future__ import annotations

import math

import keras
import numpy as np
import pytest

from galaxy_keras.catalogue.optimizers import OPTIMIZERS
from galaxy_keras.learning.compiling import build_optimizer
from galaxy_keras.schema.architecture.memory import count_slots
from galaxy_keras.schema.values.component import Component

SIZE = 40 * 50
VARIANTS = [
    *((entry.name, {}) for entry in OPTIMIZERS),
    ("SGD", {"momentum": 0.9}),
    ("RMSprop", {"momentum": 0.9, "centered": True}),
    ("Adam", {"amsgrad": True, "use_ema": True}),
    ("Adagrad", {"gradient_accumulation_steps": 3}),
]


@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_slots(name: str, options: dict[str, object]) -> None:
    component = Component(name=name, options=options)
    optimizer = build_optimizer(component)
    optimizer.build([keras.Variable(np.zeros((40, 50), "float32"))])
    numbers = sum(math.prod(variable.shape) for variable in optimizer.variables)
    # Counters, and the sums of rows and columns of Adafactor, are less than a tenth.
    assert round(numbers / SIZE) == count_slots(component)
