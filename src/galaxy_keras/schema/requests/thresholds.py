"""How the threshold between two classes is chosen."""

from __future__ import annotations

import re
from typing import Literal, Self

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.values.component import FrozenModel

_NUMBER = r"([0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)"
_RATE = re.compile(rf"(sensitivity|specificity)={_NUMBER}")
_COST = re.compile(rf"cost={_NUMBER},{_NUMBER}")
_EXPECTED = "f1, cost=FP,FN (what a false positive and a false negative cost), sensitivity=0.95, "


class ThresholdRule(FrozenModel):
    """What the threshold is to achieve on the validation rows.

    Attributes
    ----------
    aim
        ``f1``: the highest F1 of the positive class. ``cost``: the lowest cost of all mistakes.
        ``sensitivity``, ``specificity``: at least `rate` of it, and the most of the other one.
    rate
        Above 0 and at most 1.
    costs
        Of a false positive and of a false negative.
    """

    aim: Literal["f1", "cost", "sensitivity", "specificity"]
    rate: float = 0
    costs: tuple[float, float] = (1, 1)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the rule that a text such as ``sensitivity=0.95`` says.

        Raises
        ------
        ConfigurationError
            If it says none.
        """
        compact = text.strip().casefold().replace(" ", "")
        if compact == "f1":
            return cls(aim="f1")
        rate, cost = _RATE.fullmatch(compact), _COST.fullmatch(compact)
        if rate and 0 < float(rate[2]) <= 1:
            return cls.model_validate({"aim": rate[1], "rate": float(rate[2])})
        if cost and max(float(cost[1]), float(cost[2])) > 0:
            return cls(aim="cost", costs=(float(cost[1]), float(cost[2])))
        raise ConfigurationError(
            f'--choose-threshold: "{text:.40}" is no way to choose one. Give {_EXPECTED}or '
            "specificity=0.9, with rates above 0 and at most 1"
        )
