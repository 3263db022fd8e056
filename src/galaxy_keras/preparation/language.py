"""Reads the texts of a language model, numbers their tokens and divides them into windows."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.models.encodings import check_size
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.artefacts.tables.raw import RawCells, open_text
from galaxy_keras.catalogue.sample_formats import TEXT
from galaxy_keras.data.encodings.encoding import RawColumns
from galaxy_keras.data.encodings.tokens import TokenEncoding
from galaxy_keras.data.equal_rows import hash_cells, warn_about_former_rows
from galaxy_keras.data.raw_inputs import (
    FittedInput,
    describe_columns,
    fit_input,
    make_raw_columns,
    restore_input,
)
from galaxy_keras.data.splitting import Split, check_split, split_rows
from galaxy_keras.data.tabulation import OutputTable
from galaxy_keras.data.targets import Target
from galaxy_keras.data.token_windows import TokenWindows, separate_windows
from galaxy_keras.errors import ConfigurationError, DataError, count_things
from galaxy_keras.preparation.encoding import check_unchanged, read_cells, warn_about_encodings
from galaxy_keras.preparation.hold_outs import HeldOutRows
from galaxy_keras.preparation.model_to_train import ModelToTrain
from galaxy_keras.preparation.one_table import divide_texts
from galaxy_keras.preparation.reading import read_groups, read_ids, take_names
from galaxy_keras.schema.requests.runs import SampleRequest, TrainingRequest
from galaxy_keras.schema.training.encodings import InputEncoding
from galaxy_keras.schema.training.language import get_step, resolve_token_input
from galaxy_keras.schema.training.scorers import check_scorers
from galaxy_keras.schema.training.targets import TargetDescription

_NO_PROBABILITIES = (
    "of a language model, only the probability of the token that is there is kept. Use accuracy; "
    "the perplexity is among the metrics in any case"
)
_MARKS = {" ": "<blank>", "\n": "<newline>", "\t": "<tab>"}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class LanguageSamples:
    """The windows of a run.

    Attributes
    ----------
    run
        The request, with the format and the columns of the texts as they are in the file.
    windows
        All windows.
    target
        The token after each of them.
    held_out
        Which windows train and which are held out.
    fitted
        The encoding of the input.
    scorers
        Names of the scorers to use.
    ids
        The names of the texts that the windows are of, where the table has them.
    """

    run: TrainingRequest
    windows: TokenWindows
    target: Target
    held_out: HeldOutRows
    fitted: FittedInput
    scorers: tuple[str, ...]
    ids: OutputTable | None


@dataclass(frozen=True, eq=False)
class _Texts:
    """Texts to learn from.

    Attributes
    ----------
    cells
        One column of them.
    is_stream
        Whether there is one, whose windows are divided, not the texts.
    """

    cells: RawCells
    is_stream: bool


def prepare_language_samples(run: TrainingRequest, model: ModelToTrain) -> LanguageSamples:
    """Read the texts, fit the encoding on those to train on, and make their windows.

    Raises
    ------
    ConfigurationError
        If an option is given that language models have no use for.
    DataError
        If the texts cannot be read or encoded, or are too short.
    """
    _refuse_options(run)
    scorers = check_scorers(
        run.scoring, "multiclass", "--scoring", no_probabilities=_NO_PROBABILITIES
    )
    chosen = resolve_token_input(model.architecture, model.settings)
    run, ids = divide_texts(run, model.settings)
    texts = _read_texts(run.features, chosen)
    step = get_step(model.settings)
    if texts.is_stream:
        fitted, windows, held_out = _divide_stream(run, model, chosen, texts, step)
    else:
        fitted, windows, held_out = _divide_texts(run, model, chosen, texts, step)
    held_out = _keep_known(held_out, windows)
    target = _make_target(windows)
    check_split(target, held_out.split)
    _warn(fitted, held_out, model.initial_model)
    named = read_ids(ids) or take_names(texts.cells)
    return LanguageSamples(
        run=run,
        windows=windows,
        target=target,
        held_out=held_out,
        fitted=fitted,
        scorers=scorers,
        ids=None if named is None else named.select(windows.documents),
    )


def number_prompt(text: str | None, encoding: TokenEncoding) -> NDArray[np.int32] | None:
    """Return the tokens of --sample-prompt; None without it.

    Raises
    ------
    ConfigurationError
        If it has none.
    """
    if text is None:
        return None
    [tokens] = encoding.find_tokens(RawColumns(("prompt",), ([text],)))
    if not len(tokens):
        raise ConfigurationError(
            f"--sample-prompt has no {encoding.unit} to go on with. Give at least one"
        )
    return tokens


def _refuse_options(run: TrainingRequest) -> None:
    has_target = not run.one_table or run.target.columns.by != "all"
    refused = {
        "--target": "the target next is the token after each window of the texts" * has_target,
        "--split stratified": "texts have no classes, and --split last holds out the end of a text"
        * any(each.method == "stratified" for each in run.hold_outs),
        "--class-weight": "each token counts the same" * (run.class_weight is not None),
        "--sample-weights": "each window counts the same" * (run.sample_weights is not None),
        "--pos-label": "there are more than two tokens" * (run.pos_label is not None),
        "--cluster": "a language model is trained in one process" * (run.cluster is not None),
        "--output-predictions": "all tokens for each window are a table that nobody reads; "
        "model-prediction --method predict_proba gives them for single texts"
        * ("predictions" in run.outputs),
        "--output-examples": "windows are no rows of the table; --output-true and --output-labels "
        "give the tokens" * ("examples" in run.outputs),
    }
    problems = [
        f"{option} is not for language models: {reason}. Leave the option out"
        for option, reason in refused.items()
        if reason
    ]
    if problems:
        raise ConfigurationError(*problems)


# Texts


def _read_texts(features: SampleRequest, chosen: InputEncoding) -> _Texts:
    if features.format != TEXT:
        cells = read_cells(features, [chosen])
        return _Texts(cells, is_stream=cells.rows == 1)
    joins_lines = chosen.entry.parameter("join_lines") is not None and (
        chosen.encoding.options.get("join_lines", True)
    )
    return _Texts(_read_stream(features.path, joins_lines=joins_lines), is_stream=True)


def _read_stream(path: Path, *, joins_lines: bool) -> RawCells:
    """Return the text of a file as one cell."""
    with open_text(path) as (layout, reader):
        lines: list[str] = []
        while chunk := reader.read():
            lines.extend(chunk.lines)
        read = RawCells(layout, 1, (lines,))
        # Tells the lines that are no text.
        checked = read.check_text(0)
        # Each line break becomes one blank, so that the layout of a page would be learned.
        stripped = "\n".join(filter(None, map(str.strip, checked)))
        text = stripped if joins_lines else "".join(checked).rstrip("\n")
        return RawCells(layout, 1, ([text],))


# Windows


def _divide_stream(
    run: TrainingRequest,
    model: ModelToTrain,
    chosen: InputEncoding,
    texts: _Texts,
    step: int,
) -> tuple[FittedInput, TokenWindows, HeldOutRows]:
    """Hold windows of one text out; the encoding is fitted on the text before them."""
    if run.cross_validation is not None:
        raise ConfigurationError(
            "--cross-validate divides texts, and this is one text, whose windows overlap. Leave it "
            "out, and hold out the end (--split last), or give a table with a text in each row"
        )
    fitted = _fit(model, chosen, texts.cells)
    windows = _make_windows(run, fitted, texts.cells, step)
    hashes = windows.hash_windows()
    split = split_rows(len(windows), run.test, run.validation, equal_rows=hashes)
    if any(each.shuffles for each in run.hold_outs):
        logger.warning(
            "Windows of one text overlap, so that nearly all that is held out was trained on, and "
            "the scores are far better than those of new texts. --split last holds out the end of "
            "the text."
        )
    else:
        split = separate_windows(split, windows)
    held = np.concatenate([split.validation, split.test])
    if model.initial_model is None and not split.scores_training and len(held):
        end = int(windows.starts[split.train].max(initial=0)) + windows.length + 1
        cells = _cut_text(texts.cells, end / len(windows.tokens), model)
        fitted = fit_input(chosen, cells, [0])
        windows = _make_windows(run, fitted, texts.cells, step)
    return fitted, windows, HeldOutRows(split, run.hold_outs, hashes)


def _cut_text(cells: RawCells, share: float, model: ModelToTrain) -> RawCells:
    """Return the beginning of a text, which ends with a word."""
    text = cells.columns[0][0]
    start = text[: int(len(text) * share)]
    if model.settings.inputs[0].encoding.name == "words":
        start = start[: -len(start.split()[-1])] if start.split() else start
    return RawCells(cells.layout, cells.first_row, ([start or text],))


def _divide_texts(
    run: TrainingRequest,
    model: ModelToTrain,
    chosen: InputEncoding,
    texts: _Texts,
    step: int,
) -> tuple[FittedInput, TokenWindows, HeldOutRows]:
    """Hold whole texts out, with all of their windows."""
    cells = texts.cells
    split = split_rows(
        cells.rows,
        run.test,
        run.validation,
        groups=read_groups(run, cells.rows),
        equal_rows=hash_cells(cells.columns),
    )
    fitted = _fit(model, chosen, cells, np.sort(split.train).tolist())
    windows = _make_windows(run, fitted, cells, step)
    train, validation, test = (
        np.flatnonzero(np.isin(windows.documents, rows))
        for rows in (split.train, split.validation, split.test)
    )
    if split.scores_training:
        test = train
    elif split.test is split.validation:
        test = validation
    return (
        fitted,
        windows,
        HeldOutRows(Split(train, validation, test), run.hold_outs, windows.hash_windows()),
    )


def _fit(
    model: ModelToTrain, chosen: InputEncoding, cells: RawCells, rows: list[int] | None = None
) -> FittedInput:
    """Return the encoding of the initial model, or one fitted on some of the texts."""
    if model.initial_model is None:
        fitted = fit_input(chosen, cells, list(range(cells.rows)) if rows is None else rows)
        check_size(fitted.store(), "Lower size, or raise min_count (--set input__...)")
        return fitted
    check_unchanged([chosen], model.initial_model)
    return restore_input(model.initial_model.inputs[0])


def _make_windows(
    run: TrainingRequest, fitted: FittedInput, cells: RawCells, step: int
) -> TokenWindows:
    encoding = fitted.encoding
    if not isinstance(encoding, TokenEncoding):
        raise TypeError(f"{encoding.entry.name} is no encoding of tokens")
    encoding.reset_tally()
    columns = describe_columns(cells, encoding.entry)
    tokens = encoding.find_tokens(make_raw_columns(cells, columns))
    length = encoding.shape[0]
    windows = TokenWindows.of_texts(encoding, tokens, length, step)
    short = windows.count_shorter(tokens)
    if not len(windows):
        longest = max(map(len, tokens), default=0)
        raise DataError(
            f"{run.features.path}: the longest text has {count_things(longest, 'token')} "
            f"({encoding.unit}), too few for a window of {length} and the token after it. Give "
            "more text, or build the network with shorter windows"
        )
    if short:
        logger.warning(
            "%s of %s too short for a window of %d %s and the one after it, and not used.",
            f"{short:,}",
            count_things(len(tokens), "text") + " are",
            length,
            encoding.unit,
        )
    return windows


def _keep_known(held_out: HeldOutRows, windows: TokenWindows) -> HeldOutRows:
    """Leave windows out after which there is no token of the vocabulary."""
    known = windows.is_known
    split = held_out.split
    train, validation, test = (
        rows[known[rows]] for rows in (split.train, split.validation, split.test)
    )
    if split.scores_training:
        test = train
    elif split.test is split.validation:
        test = validation
    left = len(known) - int(known.sum())
    if left:
        logger.info(
            "%s of %s windows are left out: the token after them is not in the vocabulary.",
            f"{left:,}",
            f"{len(known):,}",
        )
    for rows, what in ((train, "train on"), (test, "score")):
        if not len(rows):
            raise DataError(
                f"no window is left to {what}: the text on that side is too short for a window and "
                "the token after it. Give more text, hold out another share (--test-size), or "
                "build the network with shorter windows"
            )
    return HeldOutRows(Split(train, validation, test), held_out.hold_outs, held_out.hashes)


def _make_target(windows: TokenWindows) -> Target:
    labels = tuple(_iterate_labels(windows.encoding))
    description = TargetDescription(kind="multiclass", classes=labels)
    return Target(description, np.maximum(windows.next_tokens, 0))


def _iterate_labels(encoding: TokenEncoding) -> Iterator[str]:
    """Yield a name for each token, as a table can hold it."""
    for number, text in enumerate(encoding.token_texts):
        yield f"<{number}>" if text is None else _MARKS.get(text, text)


def _warn(fitted: FittedInput, held_out: HeldOutRows, initial_model: FittedModel | None) -> None:
    warn_about_encodings([fitted])
    if initial_model is not None and initial_model.trained_rows is not None:
        warn_about_former_rows(
            initial_model.trained_rows,
            held_out.hashes,
            held_out.split,
            initial_model.hold_outs,
        )
