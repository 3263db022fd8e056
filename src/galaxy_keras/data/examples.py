"""Held-out samples as people gave them, beside what the network makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.tables import Features
from galaxy_keras.artefacts.tables.raw import RawCells
from galaxy_keras.data.answers import Answers
from galaxy_keras.data.tabulation import OutputTable, tabulate_predicted, tabulate_true
from galaxy_keras.errors import escape_name

MAX_LETTERS = 80
_MAX_COLUMNS = 20
"""So many columns fill the letters in any case."""


@dataclass(frozen=True, eq=False)
class Examples:
    """Samples as people read them.

    Attributes
    ----------
    rows
        The numbers of their rows in the file, counted from 1, shape (rows,).
    samples
        Each in at most 80 letters: a text, or columns with their names.
    """

    rows: NDArray[np.intp]
    samples: tuple[str, ...]


def show_examples(cells: RawCells | None, features: Features, rows: NDArray[np.intp]) -> Examples:
    """Return samples as people read them.

    Parameters
    ----------
    cells
        The columns that are encoded; None where the samples are numbers.
    features
        The samples as numbers.
    rows
        Which rows, from 0.
    """
    if cells is None:
        names = features.names or tuple(str(number) for number in features.columns)
        first_row = features.first_row
        parts = [
            [f"{value:g}" for value in features.values[rows, column].tolist()]
            for column in range(min(len(names), _MAX_COLUMNS))
        ]
    else:
        names = cells.layout.names or tuple(str(number) for number in cells.layout.columns)
        first_row = cells.first_row
        parts = [[column[row] for row in rows.tolist()] for column in cells.columns[:_MAX_COLUMNS]]
    samples = (
        row[0] if len(names) == 1 else ", ".join(map("=".join, zip(names, row, strict=False)))
        for row in zip(*parts, strict=True)
    )
    return Examples(rows + first_row, tuple(map(_cut, samples)))


def show_sequences(sequences: Sequence[str], rows: NDArray[np.intp]) -> Examples:
    """Return sequences as people read them; `rows` are their rows, counted from 0."""
    return Examples(rows + 1, tuple(map(_cut, sequences)))


def tabulate_examples(
    examples: Examples, ids: OutputTable | None, answers: Sequence[Answers]
) -> OutputTable:
    """Return a table of names of rows, samples, true and predicted labels, and probabilities.

    The probability is that of the predicted label. Where values or several labels are predicted,
    there is a true and a predicted column for each of them, and no probability. Of several outputs
    the columns are headed by their names too: ``true risk``.

    Parameters
    ----------
    examples
        The samples.
    ids
        The names of the rows; None for their numbers in the file.
    answers
        What is true of the same rows and what is predicted, of each output.
    """
    ids = ids or OutputTable(["row"], [examples.rows])
    names = [*ids.names, "sample"]
    columns = [*ids.columns, np.array(examples.samples, object)]
    for each in answers:
        table = _tabulate_answers(each, "" if len(answers) == 1 else f" {each.output}")
        names += table.names
        columns += table.columns
    return OutputTable(names, columns)


def _tabulate_answers(answers: Answers, of_output: str) -> OutputTable:
    true, predictions = answers.true, answers.predictions
    known = tabulate_true(true).columns
    predicted = tabulate_predicted(true.description, predictions).columns
    endings = [""] if len(known) == 1 else [f" {number}" for number in range(1, len(known) + 1)]
    names = [f"{what}{of_output}{each}" for what in ("true", "predicted") for each in endings]
    columns = [*known, *predicted]
    if true.description.kind in ("binary", "multiclass"):
        chosen = predictions.codes[:, np.newaxis]
        names.append(f"probability{of_output}")
        columns.append(np.take_along_axis(predictions.probabilities, chosen, axis=1)[:, 0])
    return OutputTable(names, columns)


def _cut(text: str) -> str:
    return escape_name(text, MAX_LETTERS - 3 if len(text) > MAX_LETTERS else MAX_LETTERS)
