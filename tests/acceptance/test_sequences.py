"""Sequences of any length: FASTA gives what the same sequences in a table give, bit for bit."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import numpy as np
import pytest

from .conftest import Run, read_rows, write_rows

LETTERS = {"dna": "ACGT", "rna": "ACGU", "protein": "ARNDCEQGHILKMFPSTWYV"}
MOTIF = {"dna": "TATAAT", "rna": "UAUAAU", "protein": "WWCHHW"}
COUNT = 40
TRAIN = ["--split", "last", "--seed", "3"]
LABELS = ["motif" if row % 2 else "none" for row in range(COUNT)]


def make_sequences(alphabet: str = "dna") -> list[str]:
    generator = random.Random(4)
    sequences = ["".join(generator.choices(LETTERS[alphabet], k=8 + row)) for row in range(COUNT)]
    return [
        MOTIF[alphabet] + sequence if label == "motif" else sequence
        for sequence, label in zip(sequences, LABELS, strict=True)
    ]


def write_samples(sequences: list[str]) -> None:
    """Write the same sequences as FASTA, wrapped and in small letters too, and as a table."""
    names = [f"s{row}" for row in range(len(sequences))]
    rows = zip(names, sequences, LABELS, strict=True)
    write_rows("table.tsv", [["name", "sequence", "kind"], *rows])
    records = (
        f">{name} of {row}\n{sequence[:20]}\n{sequence[20:].lower()}\n"
        for row, (name, sequence) in enumerate(zip(names, sequences, strict=True))
    )
    Path("seqs.fa").write_text("".join(records))
    Path("seqs.fa.gz").write_bytes(gzip.compress(Path("seqs.fa").read_bytes()))
    write_rows("kinds.tsv", [[label] for label in LABELS])


def build(run: Run, encoding: str, shape: str = "30,4", first: str = "", code: int = 0) -> str:
    layers = [first or "Conv1D filters=4 kernel_size=6", "GlobalMaxPooling1D"]
    layers = layers if "," in shape or first else []
    options = [
        part for call in [*layers, "Dense units=1 activation=sigmoid"] for part in ("--layer", call)
    ]
    run("keras-model-config", "--input-shape", shape, *options, "--output", "model.json")
    return run(
        "keras-model-builder",
        *("--model-config", "model.json", "--loss", "binary_crossentropy", "--optimizer", "adam"),
        *("--target", "labels", "--input", encoding, "--epochs", "1", "--output", "builder.zip"),
        code=code,
    ).output


def check(run: Run, *features: str, code: int = 0) -> str:
    return run(
        "keras-train-and-eval",
        *("--model", "builder.zip", *features, *TRAIN, "--check", "--output-inputs", "seen.npz"),
        code=code,
    ).output


def read_seen() -> bytes:
    with np.load("seen.npz", allow_pickle=False) as arrays:
        return arrays["input_layer"].tobytes()


FROM_TABLE = (
    *("--features", "table.tsv", "--target-columns", "name:kind"),
    *("--id-columns", "name:name"),
)
FROM_FASTA = ("--features", "seqs.fa", "--target", "kinds.tsv")


@pytest.mark.parametrize("file", ["seqs.fa", "seqs.fa.gz"])
@pytest.mark.parametrize(
    ("encoding", "shape", "first"),
    [
        ("letters length=30", "30,4", ""),
        ("letters cut=front pad=front", "30,4", ""),
        ("letters reverse_complement=true", "30,4", ""),
        ("letters alphabet=rna", "30,4", ""),
        ("letters alphabet=protein", "30,20", ""),
        ("kmers k=3", "30", "Embedding input_dim=66 output_dim=2"),
        ("kmers k=2 stride=2 cut=front", "30", "Embedding input_dim=18 output_dim=2"),
        ("kmers k=2 output=count", "16", ""),
    ],
)
def test_fasta_is_seen_as_a_table_is(
    run: Run, encoding: str, shape: str, first: str, file: str
) -> None:
    alphabet = encoding.partition("alphabet=")[2] or "dna"
    write_samples(make_sequences(alphabet))
    build(run, encoding, shape, first)
    told = check(run, *FROM_FASTA[:1], file, *FROM_FASTA[2:])
    seen = read_seen()
    assert told == check(run, *FROM_TABLE).replace(" (sequence)", "")
    assert seen == read_seen()


@pytest.mark.slow
def test_fasta_trains_and_predicts_as_a_table_does(run: Run) -> None:
    write_samples(make_sequences())
    build(run, "letters")
    outputs = ("metrics", "true", "predictions", "labels", "examples")
    for name, features in (("fasta", FROM_FASTA), ("table", FROM_TABLE)):
        files = [part for each in outputs for part in (f"--output-{each}", f"{name}_{each}.tsv")]
        model = ("--output-model", f"{name}.h5mlm")
        run("keras-train-and-eval", "--model", "builder.zip", *features, *TRAIN, *model, *files)
        for samples in ("seqs.fa.gz", "table.tsv"):
            for method in ("predict", "predict_proba", "encode"):
                chosen = (*("--id-columns", "name:name"), *("--features-columns", "name:sequence"))
                chosen = chosen if samples == "table.tsv" else ()
                run(
                    "model-prediction",
                    *("--model", f"{name}.h5mlm", "--features", samples, *chosen),
                    *("--method", method, "--output", f"{name}_{samples}_{method}.tsv"),
                )
    for each in outputs:
        # The name of the target is in the table only, small letters are in the FASTA file only.
        fasta, table = (Path(f"{name}_{each}.tsv").read_text() for name in ("fasta", "table"))
        assert fasta.upper().splitlines()[1:] == table.upper().splitlines()[1:]
    assert read_rows("fasta_labels.tsv")[1][0] == f"s{COUNT - 8}"
    assert read_rows("fasta_examples.tsv")[0][:2] == ["name", "sample"]
    for method in ("predict", "predict_proba", "encode"):
        tables = {
            Path(f"{name}_{samples}_{method}.tsv").read_bytes()
            for name in ("fasta", "table")
            for samples in ("seqs.fa.gz", "table.tsv")
        }
        assert len(tables) == 1
    assert read_rows("fasta_seqs.fa.gz_predict.tsv")[0] == ["name", "Predicted"]


def test_a_letter_of_another_kind(run: Run) -> None:
    sequences = make_sequences()
    sequences[7] = sequences[7][:25] + "J"
    write_samples(sequences)
    build(run, "letters")
    assert 'seqs.fa, "s7"' in check(run, *FROM_FASTA, code=4)


def test_sequences_need_their_targets(run: Run) -> None:
    write_samples(make_sequences())
    build(run, "letters")
    message = "--features-format fasta holds no targets. Give the file of targets as --target"
    assert message in check(run, *FROM_FASTA[:2], code=3)
    write_rows("kinds.tsv", [["motif"], ["none"]])
    said = check(run, *FROM_FASTA, code=4)
    assert "seqs.fa has 40 sequences, but kinds.tsv has 2 data rows; each row of features" in said
    assert "--features-header" not in said


@pytest.mark.parametrize(
    ("length", "seen"), [("1", [1, 0, 0, 0]), ("3", [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0])]
)
def test_short_and_long_sequences(run: Run, length: str, seen: list[int]) -> None:
    long = "AC" * 500_000
    Path("seqs.fa").write_text(f">short\nAC\n>long\n{long}\n" * 10)
    write_rows("kinds.tsv", [["motif"], ["none"]] * 10)
    build(run, "letters", f"{length},4", "Conv1D filters=4 kernel_size=1")
    said = check(run, *FROM_FASTA)
    assert "the longest sequence had 1,000,000" in said
    assert np.frombuffer(read_seen(), np.float32)[: len(seen)].tolist() == seen


@pytest.mark.parametrize(
    ("encoding", "shape", "message"),
    [
        (
            "letters alphabet=protein",
            "30,4",
            "--input letters gives 20 letters (alphabet=protein), but the input of the network has "
            "4 there. Choose another alphabet, or build the network with --input-shape 30,20",
        ),
        (
            "kmers k=3 output=count",
            "60",
            "--input kmers gives 64 k-mers (alphabet=dna), but the input of the network has 60 "
            "there. Choose another alphabet, or build the network with --input-shape 64",
        ),
    ],
)
def test_another_alphabet_than_that_of_the_network(
    run: Run, encoding: str, shape: str, message: str
) -> None:
    assert message in build(run, encoding, shape, code=3)


def test_sequences_of_one_length_in_another_network(run: Run) -> None:
    write_samples(["ARND"] * COUNT)
    layers = [part for call in ("Flatten", "Dense units=2") for part in ("--layer", call)]
    run("keras-model-config", "--input-shape", "3,20", *layers, "--output", "model.json")
    given = ("--loss", "binary_crossentropy from_logits=True", "--optimizer", "adam")
    builder = ("--task", "classifier", "--output", "builder.zip")
    run("keras-model-builder", "--model-config", "model.json", *given, *builder)
    said = check(run, *FROM_FASTA, "--features-format", "fasta-protein", code=4)
    assert "or build the network with --input-shape 4,20" in said
