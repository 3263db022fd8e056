"""What the catalogue knows about a metric."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from galaxy_keras.catalogue.constructors import flag, integer
from galaxy_keras.catalogue.losses import TargetFormat
from galaxy_keras.catalogue.parameters import Entry, Parameter

Direction = Literal["min", "max"]
_Output = Literal["any", "probability"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric(Entry):
    """A metric.

    Attributes
    ----------
    targets
        The target formats that it takes.
    direction
        Whether lower or higher is better.
    outputs
        `probability` if it takes outputs from 0 to 1 only, and no logits or margins.
    of_one_class
        Whether, of a network with one output, it is about the positive class.
    """

    module: str = "keras.metrics"
    targets: tuple[TargetFormat, ...]
    direction: Direction
    outputs: _Output = "any"
    of_one_class: bool = False


def make_metric(
    name: str,
    help_text: str,
    *parameters: Parameter,
    targets: tuple[TargetFormat, ...],
    direction: Direction,
    outputs: _Output = "any",
    of_one_class: bool = False,
    aliases: tuple[str, ...] = (),
) -> Metric:
    """Return a metric with its parameters in Keras's order."""
    return Metric(
        name=name,
        help=help_text,
        parameters=parameters,
        targets=targets,
        direction=direction,
        outputs=outputs,
        of_one_class=of_one_class,
        aliases=aliases,
    )


AXIS = integer("axis", "Axis of the outputs.", -1)
FROM_LOGITS = flag("from_logits", "The last layer has no activation; the metric applies it.")
IGNORED_CLASS = integer("ignore_class", "Index of a class to ignore; None to ignore none.", None)
