"""The choice of scorers in the form of keras_train_and_eval."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, SubElement

from galaxy_keras.catalogue.scorers import DEFAULT, SCORERS
from galaxy_keras.codegen.fields import add_options
from galaxy_keras.codegen.replaced_forms import (
    BINARIZING_SCORERS,
    CLASSIFICATION_SCORERS,
    REGRESSION_SCORERS,
)

_SECONDARY = "secondary_scoring"


def build_scorer_macros() -> Iterator[Element]:
    """Yield the macros: secondary scorers by kind of task, then the primary scorer."""
    classification = [*CLASSIFICATION_SCORERS, *_list_new("classification")]
    regression = [*REGRESSION_SCORERS, *_list_new("regression")]
    anything = [*classification, *regression, *BINARIZING_SCORERS]
    yield _build_secondary("classification", classification)
    yield _build_secondary("regression", regression)
    yield _build_secondary("any", anything)
    yield _build_scoring(classification, regression)


def _list_new(task: str) -> list[str]:
    """Return the scorers of a task that the replaced form did not have under their own name."""
    replaced = (*CLASSIFICATION_SCORERS, *REGRESSION_SCORERS, *BINARIZING_SCORERS)
    is_regression = task == "regression"
    return [
        scorer.name
        for scorer in SCORERS
        if scorer.name not in replaced and ("regression" in scorer.kinds) is is_regression
    ]


def _build_secondary(task: str, names: Sequence[str]) -> Element:
    macro = Element("xml", name=f"{_SECONDARY}_{task}")
    field = SubElement(
        macro,
        "param",
        name=_SECONDARY,
        type="select",
        multiple="true",
        optional="true",
        label="Additional scoring used in multi-metric mode:",
        help="Computed besides the primary metric. May be left empty.",
    )
    add_options(field, map(_describe_scorer, names))
    return macro


def _build_scoring(classification: Sequence[str], regression: Sequence[str]) -> Element:
    macro = Element("xml", name="scoring")
    conditional = SubElement(macro, "conditional", name="scoring")
    field = SubElement(
        conditional,
        "param",
        name="primary_scoring",
        type="select",
        label="Select the primary metric (scoring):",
        help="Computed on the hold-out. For all scorers, higher is better.",
    )
    secondary_by_primary = _order_choices(classification, regression)
    titles = [(DEFAULT, "default with estimator"), *map(_describe_scorer, secondary_by_primary)]
    add_options(field, titles, selected=DEFAULT)
    SubElement(conditional, "when", value=DEFAULT)
    for name, secondary in secondary_by_primary.items():
        when = SubElement(conditional, "when", value=name)
        SubElement(when, "expand", macro=f"{_SECONDARY}_{secondary}")
    return macro


def _order_choices(classification: Sequence[str], regression: Sequence[str]) -> dict[str, str]:
    """Return the macro of secondary scorers for each primary one, the replaced form's first."""
    return {
        **dict.fromkeys(CLASSIFICATION_SCORERS, "classification"),
        **dict.fromkeys(REGRESSION_SCORERS, "regression"),
        **dict.fromkeys(BINARIZING_SCORERS, "any"),
        **dict.fromkeys(classification, "classification"),
        **dict.fromkeys(regression, "regression"),
    }


def _describe_scorer(name: str) -> tuple[str, str]:
    task = "Regression" if "regression" in SCORERS.get(name).kinds else "Classification"
    return name, f"{task} -- '{name}'"
