"""What a shape rule gets and gives.

A rule says, for one family of layers, what Keras would say on building one: the shape of the
output and the weights. Shapes include the batch dimension, which is None unless it is fixed;
None is a dimension of any size. Tests compare every rule with Keras.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Dimension = int | None
Shape = tuple[Dimension, ...]


@dataclass(frozen=True, slots=True)
class Weight:
    """A weight as Keras creates it.

    Attributes
    ----------
    name
        Keras's name of the variable, without the names of layers around it.
    shape
        Its dimensions; empty for a single number.
    trainable
        Whether training changes it.
    """

    name: str
    shape: tuple[int, ...]
    trainable: bool = True

    @property
    def size(self) -> int:
        """The number of parameters in it."""
        return math.prod(self.shape)


@dataclass(frozen=True, slots=True)
class LayerShape:
    """What a layer gives: its output shape and its weights, in Keras's order."""

    output: Shape
    weights: tuple[Weight, ...] = ()

    @property
    def trainable(self) -> int:
        """The number of parameters that training changes."""
        return sum(weight.size for weight in self.weights if weight.trainable)

    @property
    def non_trainable(self) -> int:
        """The number of parameters that training leaves alone."""
        return sum(weight.size for weight in self.weights if not weight.trainable)

    @property
    def parameters(self) -> int:
        """The number of all parameters."""
        return self.trainable + self.non_trainable


@dataclass(frozen=True, slots=True)
class LayerConfig:
    """A layer's type and its options, completed with the defaults."""

    type: str
    options: Mapping[str, Any]

    def __getitem__(self, option: str) -> Any:
        return self.options[option]

    @property
    def rank(self) -> int:
        """The number of spatial dimensions, which Keras writes into the name: 2 for Conv2D."""
        found = re.search(r"([123])D", self.type)
        if found is None:
            raise ValueError(f"{self.type} has no rank in its name")
        return int(found.group(1))

    def sizes(self, option: str) -> tuple[int, ...]:
        """Return an option that is one number for all spatial dimensions, or one for each."""
        value = self.options[option]
        return (value,) * self.rank if isinstance(value, int) else tuple(value)


Rule = Callable[[LayerConfig, Sequence[Shape]], LayerShape]


class ShapeMismatchError(Exception):
    """A layer cannot take its inputs.

    Attributes
    ----------
    reason
        What the layer gets and what it needs; the layers are named in front of it.
    advice
        What to do, as a sentence.
    expected
        The names of the dimensions that the layer needs, where their number is wrong.
    """

    def __init__(self, reason: str, advice: str = "", *, expected: Sequence[str] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.advice = advice
        self.expected = tuple(expected)


class ConflictError(Exception):
    """Options of one layer do not go together, whatever its inputs are."""


def format_shape(shape: Sequence[Dimension | str]) -> str:
    """Return a shape for a message, without the batch dimension: ``(28, 28, 1)``."""
    sizes = [str(size) for size in shape[1:]]
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"


def expect_dimensions(shape: Shape, *names: str) -> None:
    """Raise a `ShapeMismatchError` unless `shape` has the named dimensions after the batch."""
    if len(shape) != len(names) + 1:
        needed = format_shape(("batch", *names))
        raise ShapeMismatchError(
            f"it needs {needed} but gets {format_shape(shape)}", expected=names
        )


def expect_size(size: Dimension, what: str) -> int:
    """Return `size`, on which a weight depends; raise a `ShapeMismatchError` if it is not known."""
    if size is None:
        raise ShapeMismatchError(
            f"it needs a fixed number of {what}, but gets any number (None)",
            f"Give the number of {what} in the input shape",
        )
    return size


def resolve_axis(axis: int, shape: Shape) -> int:
    """Return `axis` counted from the front, the batch being 0."""
    if not -len(shape) <= axis < len(shape):
        raise ShapeMismatchError(
            f"it works on axis {axis}, but gets {format_shape(shape)}, "
            f"whose axes are 1 to {len(shape) - 1} (0 is the batch)"
        )
    return axis % len(shape)
