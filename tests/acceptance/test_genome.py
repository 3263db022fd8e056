"""Windows of a genome: intervals and a FASTA file in, a model, predictions and effects out."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.genomes import pack_blocks

from .conftest import Run

pytestmark = pytest.mark.slow

DATA = Path(__file__).parents[2] / "test-data" / "genome"
FILES = ["--features", str(DATA / "genome.fa")]
INTERVALS = [*FILES, "--intervals", str(DATA / "peaks.tsv")]
BOUND = ["--target-columns", "name:bound"]
FEATURES = ["--target-features", str(DATA / "bound.bed")]
SIGNAL = ["--target-signal", str(DATA / "signal.bedgraph")]
OUTPUTS = ["--output-model", "fitted.h5mlm", "--output-metrics", "metrics.tsv"]


def build(run: Run, encoding: str | None = "letters", *options: str, loss: str = "") -> None:
    run(
        "keras-model-config",
        *("--input-shape", "200,4", "--layer", "Conv1D filters=4 kernel_size=9 activation=relu"),
        *("--layer", "GlobalMaxPooling1D"),
        *("--layer", "Dense units=1" + ("" if loss else " activation=sigmoid")),
        *("--output", "model.json"),
    )
    inputs = [] if encoding is None else ["--input", encoding]
    task = ["--task", "regressor"] if loss else ["--task", "classifier"]
    run(
        "keras-model-builder",
        *("--model-config", "model.json", "--loss", loss or "binary_crossentropy", *task),
        *("--optimizer", "adam", *inputs, "--seed", "3", "--output", "builder.zip", *options),
    )


def train(run: Run, *options: str, code: int = 0) -> Any:
    return run("keras-train-and-eval", "--model", "builder.zip", *options, code=code)


def read_table(path: str) -> list[dict[str, str]]:
    with Path(path).open() as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.fixture
def fitted(run: Run) -> Run:
    build(run)
    train(run, *INTERVALS, *BOUND, "--split", "chromosome", "--test-chromosomes", "8,9", *OUTPUTS)
    return run


def test_training_holds_chromosomes_out(run: Run) -> None:
    build(run, "letters reverse_complement=average")
    names = ["--output-true", "true.tsv", "--output-examples", "examples.tsv"]
    output = train(
        run,
        *(*INTERVALS, *BOUND, "--split", "chromosome", "--test-chromosomes", "8,9"),
        *(*OUTPUTS, *names, "--scoring", "roc_auc"),
    ).output
    assert "windows are held out (chr8, chr9)." in output
    rows = read_table("true.tsv")
    assert {row["name"].split(":")[0] for row in rows} == {"chr8", "chr9"}
    assert len(rows) == 62
    sample = read_table("examples.tsv")[0]["sample"]
    assert len(sample) == 80
    assert set(sample[:77]) <= set("ACGT")


@pytest.mark.parametrize(
    "options",
    [
        [*FEATURES, "--negatives", "1", "--negatives-by", "shuffle", "--split", "stratified"],
        [*FEATURES, "--position", "random", "--target-overlap", "0.9", "--target-bin", "100"],
        [*BOUND, "--position", "random", "--class-weight", "balanced"],
    ],
    ids=["negatives", "random", "columns"],
)
def test_training(run: Run, options: list[str]) -> None:
    build(run)
    first = train(run, *INTERVALS, *options, *OUTPUTS).output
    assert "accuracy" in first
    model = Path("fitted.h5mlm").read_bytes()
    train(run, *INTERVALS, *options, *OUTPUTS)
    assert Path("metrics.tsv").read_text().startswith("accuracy")
    assert len(Path("fitted.h5mlm").read_bytes()) == len(model)


@pytest.mark.parametrize("position", ["centre", "random"])
def test_training_on_a_signal(run: Run, position: str) -> None:
    build(run, "letters", loss="mse")
    output = train(run, *INTERVALS, *SIGNAL, "--position", position, *OUTPUTS).output
    assert "r2" in output


def test_bgzip_gives_the_same(fitted: Run) -> None:
    options = ["--model", "fitted.h5mlm", "--intervals", str(DATA / "peaks.tsv")]
    fitted("model-prediction", *options, *FILES, "--output", "plain.tsv")
    Path("genome.fa.gz").write_bytes(pack_blocks((DATA / "genome.fa").read_bytes(), 60_000))
    fitted("model-prediction", *options, "--features", "genome.fa.gz", "--output", "packed.tsv")
    assert Path("plain.tsv").read_text() == Path("packed.tsv").read_text()
    assert not list(DATA.glob("*.fai"))


def test_prediction_of_intervals(fitted: Run) -> None:
    Path("regions.bed").write_text(
        "1\t384\t584\tone\t0\t-\n1\t10\t20\tedge\t0\t+\nchrX\t500\t600\tx\t0\t.\n"
        "1\t612\t829\ttwo\t0\t.\n"
    )
    output = fitted(
        "model-prediction",
        *("--model", "fitted.h5mlm", *FILES, "--intervals", "regions.bed"),
        *("--method", "predict_proba", "--output", "out.tsv"),
    ).output
    assert (
        "1 of 4 intervals are not predicted: they leave their chromosome (first: line 2" in output
    )
    assert (
        "1 of 4 intervals are not predicted: they are on chromosomes that the genome do" in output
    )
    rows = read_table("out.tsv")
    assert list(rows[0]) == ["chrom", "start", "end", "name", "strand", "no", "yes"]
    assert [row["name"] for row in rows] == ["one", "edge", "x", "two"]
    assert [row["yes"] != "" for row in rows] == [True, False, False, True]
    sequences = {row["sequence"]: row for row in write_sequences()}
    fitted(
        "model-prediction",
        *("--model", "fitted.h5mlm", "--features", "sequences.tsv", "--features-header"),
        *("--features-columns", "2", "--method", "predict_proba", "--output", "text.tsv"),
    )
    expected = [row["yes"] for row in read_table("text.tsv")]
    assert len(sequences) == 2
    assert [rows[0]["yes"], rows[3]["yes"]] == expected


def write_sequences() -> list[dict[str, str]]:
    """Write the windows of the two intervals, cut out by hand, as a table of sequences."""
    letters = "".join((DATA / "genome.fa").read_text().split(">")[1].split("\n")[1:])
    # Positions 484 and 720.
    first = letters[384:584][::-1].translate(str.maketrans("ACGT", "TGCA"))
    rows = [{"name": "one", "sequence": first}, {"name": "two", "sequence": letters[620:820]}]
    lines = ["name\tsequence", *(f"{row['name']}\t{row['sequence']}" for row in rows)]
    Path("sequences.tsv").write_text("\n".join(lines) + "\n")
    return rows


VARIANTS = ["--variants", str(DATA / "variants.vcf")]


def test_effects_of_variants(fitted: Run) -> None:
    predict = ["model-prediction", "--model", "fitted.h5mlm", *FILES, *VARIANTS]
    fitted(*predict, "--method", "variant-effect", "--output", "effects.tsv")
    effects = read_table("effects.tsv")
    assert list(effects[0]) == [
        *("chrom", "pos", "name", "ref", "alt", "strand"),
        *("yes_ref", "yes_alt", "yes_difference", "yes_log_odds", "reference_matches"),
    ]
    for options, name in ((["--output-reference"], "yes_ref"), ([], "yes_alt")):
        fitted(*predict, "--method", "predict_proba", *options, "--output", "one.tsv")
        assert [row["yes"] for row in read_table("one.tsv")] == [row[name] for row in effects]
    before, after, difference, log_odds = (
        np.array([float(row[f"yes_{name}"]) for row in effects])
        for name in ("ref", "alt", "difference", "log_odds")
    )
    np.testing.assert_allclose(difference, after - before, atol=1e-6)
    expected = np.log(after / (1 - after)) - np.log(before / (1 - before))
    np.testing.assert_allclose(log_odds, expected, atol=1e-4)
    assert {row["reference_matches"] for row in effects} == {"True"}


def test_variants_of_another_assembly(fitted: Run) -> None:
    text = (DATA / "variants.vcf").read_text().splitlines()
    # Counted from 0, as in a BED file.
    moved = [line if line.startswith("#") else shift_position(line, -1) for line in text]
    Path("moved.vcf").write_text("\n".join(moved) + "\n")
    predict = ["model-prediction", "--model", "fitted.h5mlm", *FILES, "--variants", "moved.vcf"]
    output = fitted(*predict, "--output", "out.tsv", code=4).output
    assert "so it seems to be of another assembly, or the positions are counted from 0." in output
    assert not Path("out.tsv").exists()
    output = fitted(*predict, "--output", "out.tsv", "--allow-mismatches").output
    assert "The genome has another reference allele than" in output
    assert "False" in {row["reference_matches"] for row in read_table("out.tsv")}


def shift_position(line: str, by: int) -> str:
    cells = line.split("\t")
    return "\t".join([cells[0], str(int(cells[1]) + by), *cells[2:]])


def test_variants_that_are_left_out(fitted: Run) -> None:
    lines = (DATA / "variants.vcf").read_text().splitlines()
    good = lines[2]
    chromosome, position, _, reference = good.split("\t")[:4]
    Path("v.vcf").write_text(
        f"{lines[0]}\n{chromosome}\t{position}\tmany\t{reference}\t<DEL>,*,{reference}GG\n"
        f"chr1\t5\tedge\tA\tC\nchrX\t500\tx\tA\tC\n{good}\n"
    )
    start = int(position) - 1
    Path("list.bed").write_text("chr1\t0\t1\nchr8\t0\t1\n")
    output = fitted(
        "model-prediction",
        *("--model", "fitted.h5mlm", *FILES, "--variants", "v.vcf", "--blacklist", "list.bed"),
        *("--output", "out.tsv"),
    ).output
    assert "1 alternatives are left out: they are no sequences (<DEL>, breakends)" in output
    assert "1 alternatives are left out: they have windows that leave their chromosome" in output
    assert "1 alternatives are left out: they are on chromosomes that the genome does not" in output
    rows = read_table("out.tsv")
    assert [row["alt"] for row in rows] == ["*", f"{reference}GG", good.split("\t")[4]]
    Path("list.bed").write_text(f"{chromosome}\t{start}\t{start + 1}\n")
    output = fitted(
        "model-prediction",
        *("--model", "fitted.h5mlm", *FILES, "--variants", "v.vcf", "--blacklist", "list.bed"),
        *("--output", "out.tsv"),
        code=4,
    ).output
    assert "none of the variants of v.vcf can be predicted. Check that the genome is of" in output


def test_methods_that_variants_do_not_have(fitted: Run) -> None:
    predict = ["model-prediction", "--model", "fitted.h5mlm", *FILES]
    output = fitted(*predict, *VARIANTS, "--method", "encode", "--output", "out.npz", code=3).output
    assert "--method encode is not for --variants, which have several alleles" in output
    peaks = ["--intervals", str(DATA / "peaks.tsv")]
    fitted(*predict, *peaks, "--method", "encode", "--output", "out.npz")
    with np.load("out.npz") as arrays:
        assert next(iter(arrays.values())).shape == (300, 200, 4)


def test_network_without_encodings(run: Run) -> None:
    build(run, None)
    train(run, *INTERVALS, *BOUND, *OUTPUTS)
    predict = ["model-prediction", "--model", "fitted.h5mlm", *FILES]
    run(*predict, *VARIANTS, "--method", "variant-effect", "--output", "out.tsv")
    assert len(read_table("out.tsv")) > 10


def test_both_strands_are_averaged(run: Run) -> None:
    build(run, "letters reverse_complement=average")
    train(run, *INTERVALS, *BOUND, *OUTPUTS)
    both = ["chr1\t384\t584\tone\t0\t+\n", "chr1\t384\t584\tone\t0\t-\n"]
    Path("regions.bed").write_text("".join(both))
    run(
        "model-prediction",
        *("--model", "fitted.h5mlm", *FILES, "--intervals", "regions.bed"),
        *("--method", "predict_proba", "--output", "out.tsv"),
    )
    one, other = read_table("out.tsv")
    assert float(one["yes"]) == pytest.approx(float(other["yes"]), abs=1e-6)


def test_training_goes_on(fitted: Run) -> None:
    output = fitted(
        "keras-train-and-eval",
        *("--model", "fitted.h5mlm", *INTERVALS, *BOUND, "--split", "chromosome"),
        *("--test-chromosomes", "8,9", "--output-model", "more.h5mlm"),
        *("--output-metrics", "metrics.tsv", "--check"),
    ).output
    assert 'Input "input_layer": letters of 1 column as (200, 4)' in output


def test_checkpoints_and_inputs(run: Run) -> None:
    build(run)
    train(
        run,
        *(*INTERVALS, *BOUND, *OUTPUTS, "--checkpoint", "folder", "--output-inputs", "in.npz"),
    )
    with np.load("in.npz") as arrays:
        assert next(iter(arrays.values())).shape == (300, 200, 4)
