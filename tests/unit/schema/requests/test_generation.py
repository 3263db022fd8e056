"""Requests to go on with texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.requests.generation import GenerationRequest, refuse_generation_options

OPTIONS: dict[str, Any] = {
    **dict.fromkeys(GenerationRequest.model_fields),
    "model": Path("m.h5mlm"),
    "output": Path("texts.tsv"),
    "prompts": ("to be",),
    "device": "cpu",
    "precision": "float32",
    "compare": False,
    "features_columns": "all",
}


def test_defaults():
    run = GenerationRequest.from_options(OPTIONS)
    assert (run.length, run.temperature, run.top_k, run.top_p, run.samples) == (100, 1, 0, 1, 1)
    assert (run.prompts, run.features, run.seed) == (("to be",), None, None)


def test_zero_is_a_temperature_and_a_seed():
    run = GenerationRequest.from_options({**OPTIONS, "temperature": 0.0, "seed": 0})
    assert (run.temperature, run.seed) == (0, 0)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"prompts": ()}, "goes on with texts, and none is given"),
        ({"features": Path("p.tsv")}, "--prompt and --features both give texts"),
        ({"threshold": 0.5}, "--threshold is for other methods than generate"),
        ({"id_columns": "1"}, "--id-columns is for other methods than generate"),
        ({"part": "1/2"}, "--part is for other methods than generate"),
    ],
)
def test_contradictions(changes: dict[str, Any], message: str):
    with pytest.raises(ConfigurationError, match=message):
        GenerationRequest.from_options({**OPTIONS, **changes})


@pytest.mark.parametrize(
    ("changes", "option"),
    [
        ({"prompts": ("a",)}, "--prompt"),
        ({"top_k": 0}, "--top-k"),
        ({"temperature": 0.0}, "--temperature"),
        ({"compare": True}, "--compare"),
    ],
)
def test_options_of_this_method_alone(changes: dict[str, Any], option: str):
    given = {**dict.fromkeys(OPTIONS), "prompts": (), "compare": False}
    refuse_generation_options(given)
    with pytest.raises(ConfigurationError, match=f"{option} is for --method generate"):
        refuse_generation_options({**given, **changes})
