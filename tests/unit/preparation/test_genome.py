"""Windows of a genome as samples of a training run."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.genomes import invent_sequence, write_fasta

from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.preparation.genome import TrainingWindows, read_training_windows
from galaxy_keras.preparation.model_to_train import ModelToTrain
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.requests.columns import ColumnSelection
from galaxy_keras.schema.requests.genome import TargetNames, WindowTraining
from galaxy_keras.schema.requests.runs import SampleRequest, TableSource, TrainingRequest
from galaxy_keras.schema.requests.splits import HoldOut
from galaxy_keras.schema.training.settings import TrainingSettings

LETTERS = {"chr1": invent_sequence(2000, 1), "2": invent_sequence(1500, 2, "ACGTNacgt")}
PEAKS = (
    "chr1\t100\t120\tpeak\t5\t+\nchr1\t300\t340\tpeak\t6\t-\nchr1\t310\t350\tpeak\t7\t+\n"
    "chr2\t500\t520\tpeak\t8\t.\nchr1\t1\t5\tpeak\t9\t+\nchrX\t1\t5\tpeak\t1\t+\n"
)
FEATURES = "chr1\t95\t125\tb\nchr1\t320\t322\ta\nchr2\t505\t506\tb\n"


def make_model(encoding: str | None = "letters", shape: str = "40,4", *layers: str) -> ModelToTrain:
    network = parse_spec(
        {"input_shape": shape, "layers": [*(layers or ["Flatten"]), "Dense units=1"]}
    )
    settings = TrainingSettings.from_options(
        {"task": "classifier", "loss": "binary_crossentropy", "optimizer": "sgd"}
        | ({} if encoding is None else {"inputs": [encoding]})
    )
    return ModelToTrain(network, settings, None)


def read(
    folder: Path,
    model: ModelToTrain | None = None,
    seed: int | None = 1,
    method: Any = "simple",
    **given: Any,
) -> TrainingWindows:
    genome = write_fasta(folder / "genome.fa", LETTERS)
    peaks, features = folder / "peaks.bed", folder / "features.bed"
    if not peaks.exists():
        peaks.write_text(PEAKS)
    if not features.exists():
        features.write_text(FEATURES)
    if not {"target_columns", "target_signal"} & set(given):
        given = {"target_features": features, "target_bin": 20, "target_overlap": 0} | given
    run = TrainingRequest(
        model=Path("b.zip"),
        features=SampleRequest(path=genome),
        target=TableSource(path=peaks),
        windows=WindowTraining(intervals=peaks, **given),
        test=HoldOut(method=method),
        seed=seed,
    )
    found = read_training_windows(run, model or make_model())
    assert found is not None
    return found


def test_no_windows() -> None:
    request = SampleRequest(path=Path("t.tsv"))
    run = TrainingRequest(model=Path("b"), features=request, target=TableSource(path=Path("t")))
    assert read_training_windows(run, make_model()) is None


def test_features_of_bins(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        windows = read(tmp_path)
    assert windows.target.names == ("a", "b")
    assert np.stack(windows.target.values, axis=1).tolist() == [[0, 1], [1, 0], [1, 0], [0, 1]]
    # The bins are [100, 120), [310, 330), [320, 340) and [500, 520).
    assert windows.name_all() == ["chr1:91-130", "chr1:301-340(-)", "chr1:311-350", "2:491-530"]
    assert windows.groups.clusters.tolist() == [0, 1, 1, 2]
    assert [windows.groups.names[each] for each in windows.groups.chromosomes] == [
        *("chr1", "chr1", "chr1", "2")
    ]
    peaks = tmp_path / "peaks.bed"
    assert f"are left out: they leave their chromosome (first: line 5 of {peaks})" in caplog.text
    assert "1 of 6 windows are left out: they are on chromosomes that the genome does not have" in (
        caplog.text
    )
    assert f"The chromosome chr2 of {peaks} is taken for 2 of the genome" in caplog.text
    assert "The 4 windows are 3 clusters of windows that overlap; each cluster stays on one" in (
        caplog.text
    )


def test_samples_are_the_letters(tmp_path: Path) -> None:
    windows = read(tmp_path)
    values = windows.make_features().values
    assert values.shape == (4, 160)
    first = values[0].reshape(40, 4)
    assert "".join("ACGT"[row.argmax()] for row in first) == LETTERS["chr1"][90:130]
    assert windows.make_draw(windows.make_features()) is None
    assert windows.show_examples(np.array([1])).rows.tolist() == [2]


def test_names_choose_and_order_features(tmp_path: Path) -> None:
    names = tmp_path / "names.tsv"
    names.write_text("b\t1\na\t2\n")
    chosen = TargetNames(path=names, columns=ColumnSelection.parse("1"))
    assert read(tmp_path, target_names=chosen).target.names == ("b", "a")
    with pytest.raises(DataError, match=r"--target-names takes one column, but .* gives 2\. Sel"):
        read(tmp_path, target_names=TargetNames(path=names))


def test_columns_of_the_intervals(tmp_path: Path) -> None:
    windows = read(tmp_path, target_columns=ColumnSelection.parse("5"))
    assert windows.target.values[0].tolist() == [5, 6, 7, 8]
    assert windows.target.locate(3, 0) == f"{tmp_path / 'peaks.bed'}, line 4, column 5"


def test_signal(tmp_path: Path) -> None:
    signal = tmp_path / "signal.bedgraph"
    signal.write_text("chr1\t90\t110\t2\nchr1\t300\t400\t5\n2\t500\t515\t4\nchrX\t0\t9\t1\n")
    windows = read(tmp_path, target_signal=signal, target_bin=20)
    assert windows.target.values[0].tolist() == [1, 5, 5, 3]
    assert windows.target.parse_numbers(0).tolist() == [1, 5, 5, 3]
    with pytest.raises(DataError) as caught:
        read(tmp_path, target_signal=signal, target_bin=20, missing_signal="error")
    assert (
        f"{signal} has no value for some bases of 2 of 4 windows (first: line 1 of "
        f"{tmp_path / 'peaks.bed'}, {tmp_path / 'genome.fa'}, chr1:91-130)"
    ) in str(caught.value)


@pytest.mark.parametrize("by", ["gc", "position", "shuffle"])
def test_negatives(tmp_path: Path, by: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        windows = read(tmp_path, negatives=3, negatives_by=by)
    assert "12 windows without a feature were added." in caplog.text
    target = np.stack(windows.target.values, axis=1)
    assert target.shape == (16, 2)
    assert target[:4].any(axis=1).all()
    assert not target[4:].any()
    assert len(windows.groups.clusters) == len(windows.hashes) == 16
    again = read(tmp_path, negatives=3, negatives_by=by)
    assert again.hashes.tolist() == windows.hashes.tolist()
    assert (
        read(tmp_path, seed=2, negatives=3, negatives_by=by).hashes.tolist()[4:]
        != (windows.hashes.tolist()[4:])
    )
    if by == "shuffle":
        # Each stays with what it is made of.
        assert windows.groups.clusters[4:7].tolist() == [0, 0, 0]
        assert windows.name_all()[4] == "shuffled_1"
        assert sorted(windows.samples.read_text(4)) == sorted(windows.samples.read_text(0))


def test_equal_windows_stay_together(tmp_path: Path) -> None:
    repeated = invent_sequence(40, 9)
    letters = repeated + invent_sequence(100, 3) + repeated + invent_sequence(100, 4)
    (tmp_path / "peaks.bed").write_text("chr1\t20\t20\t1\nchr1\t160\t160\t0\nchr1\t90\t90\t0\n")
    LETTERS["chr1"], before = letters, LETTERS["chr1"]
    try:
        windows = read(tmp_path, method="unique", target_columns=ColumnSelection.parse("4"))
    finally:
        LETTERS["chr1"] = before
    assert windows.groups.clusters[0] == windows.groups.clusters[1] != windows.groups.clusters[2]


def test_random_positions(tmp_path: Path) -> None:
    windows = read(tmp_path, position="random", negatives=1, negatives_by="shuffle")
    features = windows.make_features()
    draw = windows.make_draw(features)
    assert draw is not None
    rows = np.array([0, 1, 2, 3, 4, 7] * 100)
    samples, codes = draw(rows, np.random.default_rng(0))
    assert codes is not None
    again, _ = draw(rows, np.random.default_rng(0))
    np.testing.assert_array_equal(again, samples)
    texts = [
        "".join("ACGT"[row.argmax()] if row.max() == 1 else "N" for row in each.reshape(40, 4))
        for each in samples
    ]
    starts = {LETTERS["chr1"].find(text) for text, row in zip(texts, rows, strict=True) if row == 0}
    # Positions from 100 to 119, and windows that start 20 before them.
    assert starts == set(range(80, 100))
    for row, text, code in zip(rows.tolist(), texts, codes.tolist(), strict=True):
        if row == 2:
            # Feature a covers 320 and 321, and the bin has 10 bases on either side of the position.
            position = LETTERS["chr1"].find(text) + 20
            assert code == [int(position - 10 < 322 and position + 10 > 320), 0]
        if row >= 4:
            assert code == [0, 0]
            assert text == windows.samples.read_text(row)


def test_strands_are_drawn(tmp_path: Path) -> None:
    windows = read(tmp_path, make_model("letters reverse_complement=train"))
    features = windows.make_features()
    draw = windows.make_draw(features)
    assert draw is not None
    samples, codes = draw(np.zeros(50, np.intp), np.random.default_rng(0))
    assert codes is None
    assert len(np.unique(samples, axis=0)) == 2


def test_kmers(tmp_path: Path) -> None:
    windows = read(
        tmp_path, make_model("kmers k=3 stride=2", "19", "Embedding input_dim=66 output_dim=2")
    )
    # 18 strides of 2 and the last k-mer.
    assert len(windows.samples.read_text(0)) == 39
    assert windows.make_features().values[0].shape == (19,)


def test_letters_without_an_encoding(tmp_path: Path) -> None:
    assert read(tmp_path, make_model(None)).fitted.encoding.entry.name == "letters"


@pytest.mark.parametrize(
    ("model", "given", "message"),
    [
        (
            make_model(None, "40,5"),
            {},
            "windows of a genome are one sequence each, but the network takes numbers (40, "
            "5). Build it with one input and --input 'letters length=1000 alphabet=dna' (or kmers)",
        ),
        (
            make_model("words", "40", "Embedding input_dim=66 output_dim=2"),
            {},
            "windows of a genome are one sequence each, but the network takes words",
        ),
        (
            make_model("kmers output=count", "64"),
            {},
            "the encoding kmers does not say how long windows of a genome are. Give it a length",
        ),
        (
            None,
            {"target_bin": 41},
            "--target-bin 41 is longer than the windows of 40 letters that the network takes",
        ),
        (
            None,
            {"most_unknown": 0.0, "blacklist": "ALL"},
            "none of the 6 intervals of ",
        ),
    ],
)
def test_refused(
    tmp_path: Path, model: ModelToTrain | None, given: dict[str, Any], message: str
) -> None:
    everything = tmp_path / "all.bed"
    everything.write_text("chr1\t0\t2000\nchr2\t0\t2000\n")
    if given.get("blacklist") == "ALL":
        given = {**given, "blacklist": str(everything)}
    with pytest.raises((ConfigurationError, DataError)) as caught:
        read(tmp_path, model, **given)
    assert message in str(caught.value)


def test_other_chromosomes(tmp_path: Path) -> None:
    (tmp_path / "peaks.bed").write_text("scaffold1\t100\t120\n")
    with pytest.raises(DataError) as caught:
        read(tmp_path)
    assert (
        f"peaks.bed: none of its chromosomes (scaffold1) is in {tmp_path / 'genome.fa'}, which has "
        "chr1, 2. Give files of the same assembly"
    ) in str(caught.value)


def test_negatives_of_nothing(tmp_path: Path) -> None:
    (tmp_path / "features.bed").write_text("chr1\t1900\t1910\ta\n")
    with pytest.raises(DataError, match="none of the 4 windows has a feature of "):
        read(tmp_path, negatives=1)


def test_letter_that_is_none(tmp_path: Path) -> None:
    LETTERS["chr1"], before = LETTERS["chr1"][:99] + "!" + LETTERS["chr1"][100:], LETTERS["chr1"]
    try:
        with pytest.raises(DataError, match='chr1:91-130: letter 10 is "!", which is not a letter'):
            read(tmp_path)
    finally:
        LETTERS["chr1"] = before


def test_held_out_chromosomes_are_spelled_as_in_the_genome(tmp_path: Path) -> None:
    windows = read(tmp_path)
    test = HoldOut(method="chromosome", group_names=("chr2", "1", "chr7"))
    run = TrainingRequest(
        model=Path("b"),
        features=SampleRequest(path=tmp_path),
        target=TableSource(path=tmp_path),
        test=test,
    )
    assert windows.name_chromosomes(run).test.group_names == ("2", "chr1", "chr7")
