"""What the catalogue says of a metric."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from galaxy_keras.catalogue.losses import TargetFormat
from galaxy_keras.catalogue.parameters import Entry, Kind, Parameter

Direction = Literal["min", "max"]
Output = Literal["any", "probability"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric(Entry):
    """A metric.

    Attributes
    ----------
    targets
        The forms of target that it takes.
    direction
        Whether lower or higher is better.
    outputs
        `probability` if it takes outputs from 0 to 1 only, and no logits or margins.
    """

    module: str = "keras.metrics"
    targets: tuple[TargetFormat, ...]
    direction: Direction
    outputs: Output = "any"


AXIS = Parameter(name="axis", kind=Kind.INTEGER, default=-1, help="Axis of the outputs.")
FROM_LOGITS = Parameter(
    name="from_logits",
    kind=Kind.BOOLEAN,
    default=False,
    help="The last layer has no activation; the metric applies it.",
)
IGNORED_CLASS = Parameter(
    name="ignore_class",
    kind=Kind.INTEGER,
    default=None,
    help="Number of a class that does not count; None to count all.",
)
