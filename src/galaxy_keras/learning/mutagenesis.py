"""What a network says of a sequence when single letters of it are replaced."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.data.features import arrange_inputs, assign_columns
from galaxy_keras.data.tabulation import OutputTable, join_outputs, tabulate_probabilities
from galaxy_keras.errors import ConfigurationError, list_names, suggest
from galaxy_keras.learning.prediction import Predictor
from galaxy_keras.preparation.sequences import SequenceModel
from galaxy_keras.schema.requests.plots import Mutagenesis

_BATCH_SIZE = 256


def mutate_sequence(
    model: SequenceModel, path: Path, name: str, sequence: str, label: str | None
) -> Mutagenesis:
    """Return the change of an output for each letter at each position of a sequence.

    Parameters
    ----------
    model
        The model.
    path
        Its file, for messages.
    name, sequence
        The sequence.
    label
        The output: a class, or a column of the target; None for the positive class or the only one.

    Raises
    ------
    ConfigurationError
        If there is no such output, or several and none is chosen.
    """
    given = model.encode([sequence], [name])[0]
    letters = len(model.letters)
    length = min(len(sequence), model.length)
    start = 0 if given[:1].any() or not given.any() else model.length - length
    mutants = np.repeat(given[np.newaxis], length * letters + 1, axis=0)
    for number in range(length * letters):
        position, letter = divmod(number, letters)
        mutants[number + 1, start + position] = np.eye(letters, dtype=given.dtype)[letter]
    outputs = _predict(model, mutants)
    column = _choose_output(model, outputs, label, path)
    values = outputs.columns[column].astype(np.float64)
    differences = (values[1:] - values[0]).reshape(length, letters)
    return Mutagenesis(
        name=name,
        sequence=sequence[:length].upper(),
        letters=model.letters,
        label=outputs.names[column],
        output=float(values[0]),
        differences=tuple(map(tuple, differences.tolist())),
    )


def _predict(model: SequenceModel, samples: NDArray[np.float32]) -> OutputTable:
    predictor = Predictor.from_fitted(model.fitted)
    flat = samples.reshape(len(samples), -1)
    inputs = arrange_inputs(flat, assign_columns(model.fitted.architecture, flat.shape[1]))
    predictions = predictor.predict(inputs, batch_size=_BATCH_SIZE)
    return join_outputs(
        {
            each.output.name: tabulate_probabilities(each.target, found)
            for each, found in zip(model.fitted.list_outputs(), predictions, strict=True)
        }
    )


def _choose_output(
    model: SequenceModel, outputs: OutputTable, label: str | None, path: Path
) -> int:
    names = outputs.names
    if label is not None and label not in names:
        raise ConfigurationError(
            f'--label: {path} has no output "{label}".{suggest(label, names)} Its outputs are '
            f"{list_names(names)}"
        )
    if label is not None:
        return names.index(label)
    if len(names) == 1:
        return 0
    if model.fitted.target.kind == "binary" and len(names) == 2:
        # Of two classes the second is the positive one.
        return 1
    raise ConfigurationError(
        f"{path} has {len(names)} outputs ({list_names(names)}). Choose one with --label"
    )
