"""Language models: texts in, more text out."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pytest

from .conftest import Run, read_rows, write_rows

LINE = "to be or not to be that is the question"
TEXT = f"{LINE}\n" * 12
TRAIN = ["--model", "builder.zip", "--features", "play.txt", "--features-format", "text"]
OUTPUTS = ["--output-model", "fitted.h5mlm", "--output-metrics", "metrics.tsv"]
GENERATE = ["--model", "fitted.h5mlm", "--method", "generate", "--output", "texts.tsv"]
CHARACTERS = ("5,16", "SimpleRNN units=24", 16, "characters output=one-hot")
WORDS = ("3", "Embedding input_dim=12 output_dim=6 name=vectors", 12, "words")


def build(
    run: Run,
    shape: str,
    layer: str,
    units: int,
    encoding: str,
    *options: str,
    loss: str = "sparse_categorical_crossentropy",
    activation: str = "softmax",
    code: int = 0,
) -> str:
    layers = [layer, *(["Flatten"] if "Embedding" in layer else [])]
    layers += [f"Dense units={units} activation={activation}"]
    calls = [part for call in layers for part in ("--layer", call)]
    run("keras-model-config", "--input-shape", shape, *calls, "--output", "model.json")
    settings = ["--loss", loss, "--optimizer", "adam", "--optimizer-option", "learning_rate=0.01"]
    target = [] if "--target" in options else ["--target", "next"]
    return run(
        "keras-model-builder",
        *("--model-config", "model.json", *settings, *target, "--input", encoding),
        *("--seed", "3", *options, "--output", "builder.zip"),
        code=code,
    ).output


@pytest.fixture
def folder(run: Run, tmp_path: Path) -> Path:
    Path("play.txt").write_text(TEXT)
    return tmp_path


def train(run: Run, *options: str, code: int = 0) -> str:
    return run("keras-train-and-eval", *TRAIN, *options, *OUTPUTS, code=code).output


def check(run: Run, *options: str, code: int = 0) -> str:
    return run("keras-train-and-eval", *TRAIN, *options, "--check", code=code).output


def generate(run: Run, *options: str, code: int = 0) -> str:
    return run("model-prediction", *GENERATE, *options, code=code).output


# What the builder refuses


@pytest.mark.parametrize(
    ("network", "options", "message"),
    [
        (
            ("3", "Embedding input_dim=12 output_dim=6", 9, "words"),
            {},
            "--target next is one of the 12 tokens of the encoding words, but the last layer, "
            'layer 3 (Dense "dense"), has 9 units. Give it 12 units, or let the encoding have as',
        ),
        (
            ("5,4", "SimpleRNN units=2", 5, "letters"),
            {},
            "is one of the 4 tokens of the encoding letters",
        ),
        (
            ("5", "Embedding input_dim=18 output_dim=2", 17, "kmers k=2"),
            {},
            "is one of the 18 tokens of the encoding kmers",
        ),
        (
            ("12", "Dense units=6", 12, "words output=count"),
            {},
            "but the encoding words output=count gives no tokens in their order. Use characters, "
            "words, letters or kmers",
        ),
        (
            ("12", "Dense units=6", 12, "numbers"),
            {},
            "but the encoding numbers gives no tokens in their order",
        ),
        (
            ("None,16", "SimpleRNN units=2", 16, "characters output=one-hot"),
            {},
            "--target next needs the number of tokens of a window, which neither the network nor "
            "the encoding characters says. Give it: --input 'characters length=40'",
        ),
        (
            WORDS,
            {"loss": "binary_crossentropy", "activation": "sigmoid"},
            "whose loss is sparse_categorical_crossentropy or categorical_crossentropy",
        ),
    ],
)
def test_networks_that_cannot_be_language_models(
    run: Run,
    tmp_path: Path,
    network: tuple[str, str, int, str],
    options: dict[str, str],
    message: str,
) -> None:
    assert message in " ".join(build(run, *network, code=3, **options).split())


def test_one_input_of_tokens(run: Run, tmp_path: Path) -> None:
    output = build(run, "12", "Dense units=6", 12, "numbers columns=a", "--input", "words", code=3)
    assert "but 2 encodings of inputs are given. Give one" in " ".join(output.split())


# What training reads


def test_what_will_be_trained(run: Run, folder: Path) -> None:
    build(run, *CHARACTERS)
    lines = check(run, "--split", "last", "--test-size", "0.25").splitlines()
    # 12 lines of 39 letters and the blanks between them: 479 letters, 474 windows of 5.
    assert 'Input "input_layer": characters of 1 column as (5, 16)' in lines
    [held] = [line for line in lines if line.startswith("Rows to validation and test: ")]
    assert held.startswith("Rows to validation and test: 119 ")
    # A window and the token after it: 5 windows reach into what is held out.
    [trained] = [line for line in lines if line.startswith("Rows to train: ")]
    assert trained.startswith("Rows to train: 350 ")


def test_the_vocabulary_is_that_of_the_text_before_the_hold_out(run: Run, folder: Path) -> None:
    Path("play.txt").write_text(TEXT + "zzz zzz zzz zzz zzz zzz")
    build(run, *CHARACTERS)
    text = check(run, "--split", "last", "--test-size", "0.2")
    assert "windows are left out: the token after them is not in the vocabulary" in text
    [kept] = [line for line in text.splitlines() if "different characters" in line]
    assert "z" not in kept.replace("characters", "").partition(":")[2]


def test_shuffled_windows_of_one_text_are_warned_of(run: Run, folder: Path) -> None:
    build(run, *CHARACTERS)
    assert "Windows of one text overlap" in check(run)
    assert "Windows of one text overlap" not in check(run, "--split", "last")


def test_step(run: Run, folder: Path) -> None:
    build(run, *CHARACTERS, "--target", "next step=3")
    assert "Rows to train and score: 158 " in check(run, "--test-size", "0")


def test_line_breaks_stay_on_request(run: Run, folder: Path) -> None:
    Path("play.txt").write_text("  to be\n\nor not to be\n" * 3)
    build(run, "5,16", "SimpleRNN units=2", 16, "characters output=one-hot join_lines=False")
    assert "<newline>: 8" in check(run, "--test-size", "0")
    build(run, *CHARACTERS)
    assert "<newline>" not in check(run, "--test-size", "0")


def test_texts_of_a_column_are_held_out_whole(run: Run, folder: Path) -> None:
    rows = [[f"t{number}", LINE[: 12 + number]] for number in range(10)]
    write_rows("texts.tsv", [["id", "verse"], *rows, ["short", "to"]])
    build(run, "5,16", "SimpleRNN units=2", 16, "characters output=one-hot columns=verse")
    command = ["--model", "builder.zip", "--features", "texts.tsv", "--id-columns", "name:id"]
    result = run("keras-train-and-eval", *command, "--split", "last", "--test-size", "2", "--check")
    # Of the last two rows, the last one is too short, and one letter of the other is a new one.
    assert "Rows to validation and test: 15 " in result.output
    assert "1 of 11 texts are too short for a window of 5 characters" in result.output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--target", "play.txt"], "--target is not for language models"),
        (["--target-columns", "1"], "--target is not for language models"),
        (["--class-weight", "balanced"], "--class-weight is not for language models: each token"),
        (["--pos-label", "a"], "--pos-label is not for language models"),
        (["--sample-weights", "play.txt"], "--sample-weights is not for language models"),
        (
            ["--output-predictions", "p.tsv"],
            "--output-predictions is not for language models: all tokens for each window are a "
            "table that nobody reads",
        ),
        (["--output-examples", "e.tsv"], "--output-examples is not for language models"),
        (["--scoring", "roc_auc_ovr"], "only the probability of the token that is there is kept"),
        (
            ["--split", "stratified"],
            "--split stratified is not for language models: texts have no classes, and --split",
        ),
        (["--sample-prompt", ""], "--sample-prompt has no characters to go on with"),
        (["--vectors", "vectors: v.txt"], "--vectors gives vectors to an Embedding layer, and the"),
    ],
)
def test_options_of_other_networks(
    run: Run, folder: Path, options: list[str], message: str
) -> None:
    build(run, *CHARACTERS)
    result = run("keras-train-and-eval", *TRAIN, *options, "--check", code=3)
    assert message in " ".join(result.output.split())


def test_cross_validation_is_for_several_texts(run: Run, folder: Path) -> None:
    build(run, *CHARACTERS)
    output = " ".join(check(run, "--cross-validate", "3", code=3).split())
    assert "--cross-validate divides texts, and this is one text, whose windows overlap" in output


def test_a_text_that_is_too_short(run: Run, folder: Path) -> None:
    Path("play.txt").write_text("to be")
    build(run, *CHARACTERS)
    text = " ".join(check(run, code=4).split())
    assert "the longest text has 5 tokens (characters), too few for a window of 5" in text


def test_a_hold_out_that_is_too_short(run: Run, folder: Path) -> None:
    Path("play.txt").write_text("to be or")
    build(run, *CHARACTERS)
    text = " ".join(check(run, "--split", "last", code=4).split())
    assert "no window is left to train on" in text


def test_a_sample_prompt_is_for_language_models(run: Run, folder: Path) -> None:
    write_rows("data.tsv", [["text", "label"], *[["to be", "a"], ["or not", "b"]] * 5])
    build(run, "3", "Embedding input_dim=12 output_dim=6", 2, "words", "--target", "labels")
    command = ["--model", "builder.zip", "--features", "data.tsv", "--target-columns", "name:label"]
    result = run("keras-train-and-eval", *command, "--sample-prompt", "to", "--check", code=3)
    assert "--sample-prompt shows what a language model goes on with, and this network is none" in (
        " ".join(result.output.split())
    )


# Training and generation


def compute_probabilities(weights: list[np.ndarray], windows: np.ndarray) -> np.ndarray:
    """Return what the network of `CHARACTERS` gives, by NumPy alone."""
    kernel, recurrent, bias, dense, dense_bias = weights
    state = np.zeros((len(windows), recurrent.shape[0]))
    for position in range(windows.shape[1]):
        state = np.tanh(windows[:, position] @ kernel + state @ recurrent + bias)
    logits = state @ dense + dense_bias
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def read_weights() -> list[np.ndarray]:
    from galaxy_keras.artefacts.model_file import read_model

    return [array for layer in read_model(Path("fitted.h5mlm")).weights for array in layer.arrays]


def read_characters() -> str:
    from galaxy_keras.artefacts.model_file import read_model

    return str(read_model(Path("fitted.h5mlm")).inputs[0].settings["characters"])


@pytest.mark.slow
def test_a_character_model(run: Run, folder: Path) -> None:
    build(
        run,
        *CHARACTERS,
        *("--epochs", "40", "--batch-size", "16", "--metric", "accuracy"),
        loss="categorical_crossentropy",
    )
    log = train(run, "--split", "last", "--test-size", "0.1", "--sample-prompt", "not to")
    # After each epoch one line of text.
    samples = re.findall(r"After epoch (\d+): (.*)", log)
    assert [int(number) for number, _ in samples] == list(range(1, 41))
    assert samples[-1][1].startswith("not to be ")
    assert len(samples[-1][1]) == len("not to") + 60

    names, values = read_rows("metrics.tsv")
    metrics = dict(zip(names, map(float, values), strict=True))
    assert metrics["accuracy"] > 0.85
    assert metrics["perplexity"] == pytest.approx(math.exp(metrics["loss"]), rel=1e-3)

    # The most probable text is that of a plain loop over the same weights.
    generate(run, "--prompt", "to be or", "--temperature", "0", "--length", "50")
    [_, [prompt, sample, text, logarithm]] = read_rows("texts.tsv")
    characters = read_characters()
    weights = read_weights()
    expected, total = "to be or", 0.0
    for _ in range(50):
        window = np.zeros((1, 5, 16))
        window[0, np.arange(5), [characters.index(each) for each in expected[-5:]]] = 1
        probabilities = compute_probabilities(weights, window)[0][: len(characters)]
        best = int(probabilities.argmax())
        total += math.log(probabilities[best] / probabilities.sum())
        expected += characters[best]
    assert (prompt, sample, prompt + text) == ("to be or", "1", expected)
    assert float(logarithm) == pytest.approx(total, abs=1e-3)

    # Texts depend on the seed, and not on how many are computed at once.
    seeded = ["--prompt", "to be", "--prompt", "or not", "--samples", "3", "--length", "30"]
    generate(run, *seeded, "--seed", "7", "--temperature", "3")
    first = read_rows("texts.tsv")
    generate(run, *seeded, "--seed", "7", "--temperature", "3", "--batch-size", "2")
    second = read_rows("texts.tsv")
    assert [row[:3] for row in first] == [row[:3] for row in second]
    assert len({row[2] for row in first[1:]}) == 6
    generate(run, *seeded, "--seed", "8", "--temperature", "3")
    assert read_rows("texts.tsv") != first
    # Only the most probable token is drawn.
    generate(run, "--prompt", "to be or", "--temperature", "5", "--top-k", "1", "--length", "50")
    assert read_rows("texts.tsv")[1][2] == text

    # What a row itself goes on with, beside what the model does.
    write_rows("prompts.tsv", [[LINE], [LINE[6:]]])
    generate(run, "--features", "prompts.tsv", "--compare", "--length", "9", "--temperature", "0")
    rows = read_rows("texts.tsv")
    assert rows[0] == ["prompt", "sample", "text", "log_probability", "following"]
    assert (rows[1][0], rows[1][4]) == ("to be", LINE[5:14])
    assert rows[2][4] == LINE[11:20]

    # The next token of rows is their label.
    Path("prompts.txt").write_text("questio\nnot to b\n")
    options = ["--features", "prompts.txt", "--features-format", "text", "--output", "next.tsv"]
    run("model-prediction", "--model", "fitted.h5mlm", *options)
    assert read_rows("next.tsv") == [["Predicted"], ["n"], ["e"]]

    # Training goes on with the characters of the first one.
    goes_on = ["--model", "fitted.h5mlm", *TRAIN[2:], "--split", "last", "--test-size", "0.1"]
    outputs = ["--output-model", "again.h5mlm", "--output-metrics", "metrics.tsv"]
    again = run("keras-train-and-eval", *goes_on, "--set", "epochs=1", *outputs).output
    assert "The optimizer state is reset" not in again

    for options, message in (
        ([], "goes on with texts, and none is given. Give --prompt TEXT, or a file of them"),
        (["--prompt", ""], "--prompt 1 has no characters to go on with"),
        (
            ["--prompt", "to", "--features", "prompts.txt"],
            "--prompt and --features both give texts to go on with",
        ),
        (["--prompt", "to", "--threshold", "0.5"], "--threshold is for other methods than"),
    ):
        code = 4 if "has no" in message else 3
        assert message in " ".join(generate(run, *options, code=code).split())
    short = generate(run, "--prompt", "to", "--length", "1")
    assert "1 of 1 prompt is shorter than the 5 tokens" in short
    predict = ["--model", "fitted.h5mlm", "--output", "next.tsv"]
    for options, message in (
        ([], "Missing option '--features'"),
        (["--features", "prompts.txt", "--top-k", "3"], "--top-k is for --method generate"),
        (["--features", "prompts.txt", "--prompt", "to"], "--prompt is for --method generate"),
    ):
        code = 3 if options else 2
        assert message in run("model-prediction", *predict, *options, code=code).output


@pytest.mark.slow
def test_a_word_model_begins_with_vectors(run: Run, folder: Path) -> None:
    Path("v.txt").write_text("be 1 2 3 4 5 6\nto 6 5 4 3 2 1\nelsewhere 0 0 0 0 0 1\n")
    layer = f"{WORDS[1]} trainable=false"
    build(run, "3", layer, 12, "words", "--epochs", "1", activation="linear", code=3)
    build(run, "3", layer, 12, "words", "--epochs", "1")
    log = train(run, "--split", "last", "--vectors", "vectors: v.txt")
    assert (
        "vectors: 2 of 8 words have a vector in v.txt; the others are zeros: or, is, not, question"
        in log
    )
    vectors = read_weights()[0]
    # Of equal frequency, "be" comes before "to"; the first index is 4.
    assert vectors[4].tolist() == [1, 2, 3, 4, 5, 6]
    assert vectors[5].tolist() == [6, 5, 4, 3, 2, 1]
    assert not vectors[6:].any()
    generate(run, "--prompt", "to be or", "--length", "4", "--seed", "1")
    assert len(read_rows("texts.tsv")[1][2].split()) == 4

    # Its words need no table; those without a vector are near to none.
    nearest = ["--model", "fitted.h5mlm", "--words", "to", "--output", "nearest.svg"]
    run("ml-visualization-ex", "nearest-words", *nearest, "--output-table", "nearest.tsv")
    [_, [word, rank, neighbour, similarity]] = read_rows("nearest.tsv")
    assert (word, rank, neighbour) == ("to", "1", "be")
    assert float(similarity) == pytest.approx(56 / 91)
    files = ["--output-vectors", "vectors.tsv", "--output-metadata", "metadata.tsv"]
    projection = ["embedding-projection", *nearest[:2], "--output", "words.svg", *files]
    run("ml-visualization-ex", *projection)
    assert read_rows("metadata.tsv")[:3] == [["be"], ["to"], ["or"]]
    assert [len(row) for row in read_rows("vectors.tsv")] == [6] * 8

    goes_on = ["--model", "fitted.h5mlm", *TRAIN[2:], "--split", "last", "--vectors", "v.txt"]
    message = run("keras-train-and-eval", *goes_on, "--check", code=3).output
    assert "--vectors gives vectors to a network that is not trained yet" in message


def test_vectors_that_do_not_fit(run: Run, folder: Path) -> None:
    Path("v.txt").write_text("elsewhere 1 2 3 4 5 6\n")
    build(run, *WORDS)
    for option, code, message in (
        (
            "v.txt",
            4,
            "v.txt has a vector of none of the 8 words of the model (be, to, or, is, not, ...",
        ),
        ("vector: v.txt", 3, 'there is no Embedding layer "vector". Did you mean "vectors"?'),
        ("vectors:", 3, "--vectors 'vectors:' names no file"),
        ("none.txt", 4, "none.txt does not exist"),
    ):
        text = check(run, "--split", "last", "--vectors", option, code=code)
        assert message in " ".join(text.split())
