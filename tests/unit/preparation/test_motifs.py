"""Sites of filters, counted by hand."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.genomes import write_fasta

from galaxy_keras.artefacts.arrays import LayerWeights
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.preparation import motifs as module
from galaxy_keras.preparation.motifs import find_motifs
from galaxy_keras.preparation.sequences import find_sequence, make_sequence_model
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.training.features import FeatureDescription
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.training.targets import TargetDescription

LAYERS = ["Dropout rate=0.1", "Conv1D filters=2 kernel_size=3 activation=relu name=conv"]


def make_model(layers: list[str] = LAYERS, shape: str = "8,4") -> FittedModel:
    kernel = np.zeros((3, 4, 2), np.float32)
    # The first filter counts the letters of GAT, the second is never above 0.
    kernel[[0, 1, 2], [2, 0, 3], 0] = 1
    bias = np.array([0, -1], np.float32)
    return FittedModel(
        architecture=parse_spec({"input_shape": shape, "layers": [*layers, "Flatten"]}),
        training=TrainingSettings.from_options(
            {"task": "classifier", "loss": "binary_crossentropy", "optimizer": "sgd"}
        ),
        target=TargetDescription(kind="binary", classes=("no", "yes")),
        features=FeatureDescription(count=32),
        weights=(LayerWeights("conv", ("kernel", "bias"), (kernel, bias)),),
    )


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    sequences = {"a": "CCGATCCC", "b": "TTTTGTTT", "c": "GATGA", "d": "ccgtcccc"}
    write_fasta(tmp_path / "s.fa", sequences)

    def find(model: FittedModel | None = None, **given: Any) -> Any:
        monkeypatch.setattr(module, "read_fitted_model", lambda path: model or make_model())
        options = {"intervals": None, "layer": None, "threshold": 0.5} | given
        return find_motifs(Path("m.h5mlm"), tmp_path / "s.fa", **options)

    return find


def test_sites(read: Any) -> None:
    found = read(threshold=0.9)
    assert (found.layer, found.letters, found.samples) == ("conv", "ACGT", 4)
    first, second = found.motifs
    # GAT in a and at the beginning of c.
    assert first.sites == 2
    assert first.counts == ((0, 0, 2, 0), (2, 0, 0, 0), (0, 0, 0, 2))
    assert second.sites == 0
    letters = "CCGATCCCTTTTGTTTGATGACCGTCCCC"
    expected = [letters.count(letter) / len(letters) for letter in "ACGT"]
    assert found.background == pytest.approx(expected)


def test_lower_threshold(read: Any) -> None:
    # Above 1.5: stretches with two letters of GAT or more, that do not reach into the padding.
    sites = 0
    for text in ("CCGATCCC", "TTTTGTTT", "GATGA", "CCGTCCCC"):
        stretches = [text[start : start + 3] for start in range(len(text) - 2)]
        sites += sum(sum(map(str.__eq__, each, "GAT")) >= 2 for each in stretches)
    assert read(threshold=0.5).motifs[0].sites == sites


def test_windows_of_a_genome(read: Any, tmp_path: Path) -> None:
    write_fasta(tmp_path / "s.fa", {"chr1": "CCCCCCGATACCCCCCCC"})
    (tmp_path / "peaks.bed").write_text("1\t6\t8\tx\t0\t+\n1\t6\t8\tx\t0\t-\n1\t0\t1\tx\t0\t+\n")
    found = read(intervals=tmp_path / "peaks.bed", threshold=0.9)
    assert found.samples == 2
    assert found.motifs[0].sites == 1


@pytest.mark.parametrize(
    ("layers", "layer", "message"),
    [
        (LAYERS, "cnv", 'there is no Conv1D "cnv" that sees the letters themselves. Did you mean'),
        (["Dense units=2"], None, "the network has no Conv1D that sees the letters themselves"),
        (
            ["Conv1D filters=2 kernel_size=3 activation=mish name=conv"],
            None,
            "or with the activation mish, are not computed. They are for linear, relu",
        ),
        (
            ["Conv1D filters=2 kernel_size=3 dilation_rate=2 name=conv"],
            None,
            "motifs of a convolution with dilation",
        ),
    ],
)
def test_refused(read: Any, layers: list[str], layer: str | None, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(make_model(layers), layer=layer)
    assert message in str(caught.value)


def test_no_window(read: Any, tmp_path: Path) -> None:
    write_fasta(tmp_path / "s.fa", {"chr1": "CCCCCC"})
    (tmp_path / "peaks.bed").write_text("1\t3\t4\n")
    with pytest.raises(DataError, match=r"none of the intervals of .* gives a window that can be"):
        read(intervals=tmp_path / "peaks.bed")


def find(path: Path, sample: str | None = None, interval: str | None = None) -> tuple[str, str]:
    return find_sequence(make_sequence_model(make_model(), Path("m")), path, sample, interval)


def test_one_sequence(read: Any, tmp_path: Path) -> None:
    path = tmp_path / "s.fa"
    assert find(path) == ("a", "CCGATCCC")
    assert find(path, "c") == ("c", "GATGA")
    with pytest.raises(DataError, match='has no sequence "z"'):
        find(path, "z")


def test_a_place(tmp_path: Path) -> None:
    path = write_fasta(tmp_path / "g.fa", {"chr1": "ACGTTGCAACGGTTAC"})
    assert find(path, None, "1:3-10") == ("1:3-10", "GTTGCAAC")
    assert find(path, None, "chr1:5-8")[1] == "GTTGCAAC"
    for interval, error, message in (
        ("chr1", ConfigurationError, "is no place of a genome. Write it as browsers do: chr1:101-"),
        ("chr1:5-3", ConfigurationError, "ends before it starts, or starts before 1"),
        ("chr1:0-3", ConfigurationError, "ends before it starts, or starts before 1"),
        ("chr1:1-2", DataError, "leaves chr1, which has 16. Give another one"),
        ("chr7:1-2", DataError, "none of its chromosomes (chr7) is in "),
    ):
        with pytest.raises(error) as caught:
            find(path, None, interval)
        assert message in str(caught.value)
    with pytest.raises(ConfigurationError, match="--sample and --interval are both given"):
        find(path, "a", "chr1:5-8")


def test_other_encodings(monkeypatch: pytest.MonkeyPatch) -> None:
    model = dataclasses.replace(make_model(shape="8,5"))
    with pytest.raises(ConfigurationError, match="windows of a genome are one sequence each, but"):
        make_sequence_model(model, Path("m.h5mlm"))
