"""The interface of shape rules.

A rule computes, for one family of layers, what Keras computes when it builds one: the shape of
the output and the weights. All rules, ``infer_...`` and ``keep_...``, have the same parameters:

* `config`: the layer's options, completed with the defaults of the catalogue;
* `inputs`: one shape per input, with the batch dimension in front; None is a dimension of any
  size. Their number was checked before.

They return a `LayerShape`, and raise `ShapeMismatchError` if the layer cannot take the inputs
and `ConflictError` if its options cannot be combined. Tests compare every rule with Keras.
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
        Name of the variable in Keras, without the names of enclosing layers.
    shape
        Sizes of its dimensions; empty for a scalar.
    trainable
        Whether training changes it.
    """

    name: str
    shape: tuple[int, ...]
    trainable: bool = True

    @property
    def size(self) -> int:
        """The number of parameters."""
        return math.prod(self.shape)


@dataclass(frozen=True, slots=True)
class LayerShape:
    """The output shape of a layer, with the batch, and its weights in the order of Keras."""

    output: Shape
    weights: tuple[Weight, ...] = ()

    @property
    def trainable(self) -> int:
        """The number of trainable parameters."""
        return sum(weight.size for weight in self.weights if weight.trainable)

    @property
    def non_trainable(self) -> int:
        """The number of non-trainable parameters."""
        return sum(weight.size for weight in self.weights if not weight.trainable)

    @property
    def parameters(self) -> int:
        """The number of all parameters."""
        return self.trainable + self.non_trainable


@dataclass(frozen=True, slots=True)
class LayerConfig:
    """A layer's type and its options, completed with the defaults of the catalogue."""

    type: str
    options: Mapping[str, Any]

    def __getitem__(self, option: str) -> Any:
        return self.options[option]

    @property
    def rank(self) -> int:
        """The number of spatial dimensions, which is part of the name: 2 for Conv2D."""
        found = re.search(r"([123])D", self.type)
        if found is None:
            raise ValueError(f"{self.type} has no rank in its name")
        return int(found.group(1))

    def sizes(self, option: str) -> tuple[int, ...]:
        """Return the value of an option for each spatial dimension; one number is for all."""
        value = self.options[option]
        return (value,) * self.rank if isinstance(value, int) else tuple(value)


Rule = Callable[[LayerConfig, Sequence[Shape]], LayerShape]


class ShapeMismatchError(Exception):
    """A layer cannot take its inputs.

    Attributes
    ----------
    reason
        What the layer gets and what it needs; `inference` puts the layers before it.
    advice
        What to do, as a sentence; may be empty.
    expected
        The names of the dimensions that the layer needs if their number is wrong, else empty.
    """

    def __init__(self, reason: str, advice: str = "", *, expected: Sequence[str] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.advice = advice
        self.expected = tuple(expected)


class ConflictError(Exception):
    """Options of one layer cannot be combined, whatever its inputs are."""


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
    """Return `size`, on which a weight depends; raise a `ShapeMismatchError` if it is None."""
    if size is None:
        raise ShapeMismatchError(
            f"it needs a fixed number of {what}, but gets any number (None)",
            f"Give the number of {what} in the input shape",
        )
    return size


def resolve_axis(axis: int, shape: Shape) -> int:
    """Return `axis` as a non-negative index (0 is the batch).

    Raises
    ------
    ShapeMismatchError
        If `shape` has no such axis.
    """
    if not -len(shape) <= axis < len(shape):
        raise ShapeMismatchError(
            f"it acts on axis {axis}, but gets {format_shape(shape)}, "
            f"whose axes are 1 to {len(shape) - 1} (0 is the batch)"
        )
    return axis % len(shape)
