"""What the catalogue knows about a thing that can be chosen, and about each of its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

PACKAGE: Final = "galaxy_keras"
OWN_MODULE: Final = "galaxy_keras.learning.layers"
"""The module of this project's layers and activations, as it is stored in the JSON of models."""


class Kind(StrEnum):
    """What values a parameter takes."""

    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TEXT = "text"
    CHOICE = "choice"
    SIZES = "sizes"
    """An integer, or a tuple with one for each dimension (`rank` of the parameter)."""
    SHAPE = "shape"
    """A tuple of integers; None is a dimension of any size, -1 the one inferred from the others."""
    PAIRS = "pairs"
    """Cropping or padding: a number, a tuple of numbers or of pairs of numbers."""
    INTEGERS = "integers"
    """An integer or a list of integers."""
    NUMBERS = "numbers"
    """A number or a (nested) list of numbers."""
    RANGE = "range"
    """A number, or a pair (lower, upper) of numbers."""
    AXES = "axes"
    """An integer or a tuple of integers, negative ones counted from the last axis."""
    ACTIVATION = "activation"
    INITIALIZER = "initializer"
    REGULARIZER = "regularizer"
    CONSTRAINT = "constraint"
    LAYER = "layer"
    """A layer inside a layer (Bidirectional, TimeDistributed)."""
    SCHEDULE = "schedule"
    """A number, or a learning-rate schedule."""
    DTYPE = "dtype"
    COLUMNS = "columns"
    """A number, a range or a name of columns, or several in brackets."""


class _Required:
    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED: Final = _Required()
"""The default of a parameter that the user must give."""

DTYPES: Final = (
    "float16",
    "bfloat16",
    "float32",
    "float64",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "bool",
)
"""The values of a `Kind.DTYPE` whose parameter has no `choices`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a layer, an optimizer, a loss, a metric or a callback.

    Attributes
    ----------
    name
        The keyword of the Keras constructor.
    kind
        What values it takes.
    default
        Keras's default (compared with Keras in a test), or `REQUIRED`.
    help
        One line for forms, option tables and messages.
    minimum, maximum
        Bounds for numbers, and for each number of sizes, shapes and pairs.
    exclusive_minimum, exclusive_maximum
        Bounds that are not allowed themselves.
    choices
        The values of a `Kind.CHOICE`, the data types of a `Kind.DTYPE`, the layers that a
        `Kind.LAYER` may be (any where empty).
    rank
        How many numbers `Kind.SIZES` and `Kind.PAIRS` take when not given as one number.
        2 for `Kind.AXES` of at most two axes, and for a `Kind.RANGE` that must be a pair.
    optional
        Whether None is a value. Always true where the default is None.
    aliases
        Names that the parameter had in other versions of Keras or in the replaced tool.
    always_stored
        Whether Keras cannot read the entry without the parameter although it has a default.
    """

    name: str
    kind: Kind
    default: object = REQUIRED
    help: str = ""
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: float | None = None
    exclusive_maximum: float | None = None
    choices: tuple[str, ...] = ()
    rank: int = 1
    optional: bool = False
    aliases: tuple[str, ...] = ()
    always_stored: bool = False

    @property
    def required(self) -> bool:
        """Whether the user must give a value."""
        return self.default is REQUIRED

    @property
    def allows_none(self) -> bool:
        """Whether None is a value."""
        return self.optional or self.default is None


@dataclass(frozen=True, slots=True)
class Ignored:
    """A parameter that is accepted and dropped: one of another Keras version.

    Attributes
    ----------
    name
        The keyword.
    values
        The values that do not affect the result; any value where empty.
    """

    name: str
    values: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that can be chosen by name.

    Attributes
    ----------
    name
        Keras's class name (or function name, for activations).
    module
        The public Keras module that holds it, as Keras 3 writes it into its JSON.
    parameters
        All constructor parameters that can be stored as data, in Keras's order.
    help
        One line.
    aliases
        Other names under which it is found: Keras's snake-case and short names, names of
        older Keras versions. The first is the short name.
    ignored
        Parameters that are accepted and dropped.
    """

    name: str
    module: str
    parameters: tuple[Parameter, ...] = ()
    help: str = ""
    aliases: tuple[str, ...] = ()
    ignored: tuple[Ignored, ...] = ()

    @property
    def short_name(self) -> str:
        """How the entry is written where it is chosen without options."""
        return self.aliases[0] if self.aliases else self.name

    @property
    def registered_name(self) -> str | None:
        """The name under which Keras finds a class of this project; None for Keras's own."""
        return f"{PACKAGE}>{self.name}" if self.module == OWN_MODULE else None

    def parameter(self, name: str) -> Parameter | None:
        """Return the parameter called `name` now or under one of its aliases, or None."""
        return next((each for each in self.parameters if name in (each.name, *each.aliases)), None)
