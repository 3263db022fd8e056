"""What a language model and its prompts must be."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.data.encodings.encoding import RawColumns
from galaxy_keras.data.encodings.registry import fit_encoding
from galaxy_keras.data.raw_inputs import FittedInput
from galaxy_keras.errors import ConfigurationError, DataError, ModelFileError
from galaxy_keras.preparation import generation
from galaxy_keras.preparation.generation import prepare_generation
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.requests.generation import GenerationRequest
from galaxy_keras.schema.training.features import EncodedColumns, FeatureDescription
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.training.targets import TargetDescription

SIZE = 6


def make_model(target: str = "next", tokens: int = SIZE) -> FittedModel:
    """Return a model of the characters a, b, c and d, three at a time, without weights."""
    architecture = parse_spec(
        {
            "input_shape": (3, SIZE),
            "layers": ["Flatten", f"Dense units={SIZE} activation=softmax"],
        }
    )
    options = {"output": "one-hot", "length": 3, "size": tokens}
    encoding = fit_encoding("characters", options, RawColumns(("text",), (["aaaabbbccd"],)))
    chosen = FittedInput(architecture.inputs[0], encoding, EncodedColumns(numeric=(False,)))
    settings = TrainingSettings(
        task="classifier",
        loss="sparse_categorical_crossentropy",
        optimizer="adam",
        inputs=("characters output=one-hot",),
        targets=(target,),
    )
    return FittedModel(
        architecture=architecture,
        training=settings,
        target=TargetDescription(kind="multiclass", classes=tuple("abcdef")),
        features=FeatureDescription(count=3 * tokens),
        weights=(),
        inputs=(chosen.store(),),
    )


def prepare(
    monkeypatch: pytest.MonkeyPatch, model: object, *prompts: str, **changes: Any
) -> generation.GenerationPreparation:
    monkeypatch.setattr(generation, "read_model", lambda *_, **__: model)
    run = GenerationRequest(
        model=Path("m.h5mlm"), output=Path("texts.tsv"), prompts=prompts, **changes
    )
    return prepare_generation(run)


def test_prompts(monkeypatch: pytest.MonkeyPatch):
    prepared = prepare(monkeypatch, make_model(), "abcd", "DAB")
    assert [each.tokens.tolist() for each in prepared.prompts] == [[0, 1, 2, 3], [3, 0, 1]]
    assert [each.text for each in prepared.prompts] == ["abcd", "DAB"]
    assert prepared.output_kind == "probability"


def test_what_texts_go_on_with(monkeypatch: pytest.MonkeyPatch):
    prepared = prepare(monkeypatch, make_model(), "abcdabcd", "ab", compare=True, length=3)
    assert [(each.text, each.following) for each in prepared.prompts] == [
        ("abc", "dab"),
        ("ab", ""),
    ]


def test_prompts_of_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    from galaxy_keras.schema.requests.runs import SampleRequest

    path = tmp_path / "prompts.tsv"
    path.write_text("abc\nbcd\n")
    features = SampleRequest(path=path, header_declared=False)
    prepared = prepare(monkeypatch, make_model(), features=features)
    assert [each.text for each in prepared.prompts] == ["abc", "bcd"]


def test_short_and_unknown_prompts_are_warned_of(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.WARNING):
        prepare(monkeypatch, make_model(), "a", "xyz")
    assert "1 of 2 prompts are shorter than the 3 tokens that the network was trained on" in (
        caplog.text
    )
    assert "75% of the characters are not among those of the training rows" in caplog.text


def test_an_empty_prompt(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(DataError, match="--prompt 2 has no characters to go on with"):
        prepare(monkeypatch, make_model(), "abc", "")


@pytest.mark.parametrize(
    ("model", "kind", "message"),
    [
        (object(), ConfigurationError, "m.h5mlm is a model builder: it has not been trained yet"),
        (make_model("labels"), ConfigurationError, "m.h5mlm is no language model"),
        (replace(make_model(), inputs=()), ModelFileError, "but 0 encodings are stored"),
        (
            make_model(tokens=5),
            ModelFileError,
            'm.h5mlm: the encodings of the input "input_layer" give samples of 15 numbers',
        ),
        (
            replace(
                make_model(), target=TargetDescription(kind="multiclass", classes=tuple("abcde"))
            ),
            ModelFileError,
            "the 5 outputs of the network do not stand for the tokens of the encoding characters",
        ),
    ],
)
def test_models_that_are_none(
    monkeypatch: pytest.MonkeyPatch, model: object, kind: type[Exception], message: str
):
    with pytest.raises(kind) as caught:
        prepare(monkeypatch, model, "abc")
    assert message in str(caught.value)
