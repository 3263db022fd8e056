"""Which columns of the table of features are inputs, targets and names of rows."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path

from galaxy_keras.artefacts.tables.layout import Layout, check_separated
from galaxy_keras.catalogue.sample_formats import SAMPLE_FORMATS
from galaxy_keras.data.raw_inputs import open_raw_samples
from galaxy_keras.data.sources.detection import detect_format
from galaxy_keras.errors import ConfigurationError, DataError, list_names
from galaxy_keras.schema.requests.columns import ColumnSelection
from galaxy_keras.schema.requests.runs import SampleRequest, TableSource, TrainingRequest
from galaxy_keras.schema.training.settings import TrainingSettings

_COLUMNS = "columns"


def divide_table(run: TrainingRequest, settings: TrainingSettings | None) -> TrainingRequest:
    """Return the request with format, header and columns as the table of features has them.

    Where target or names of rows are columns of that table, they are not learned from.

    Parameters
    ----------
    run
        The request.
    settings
        The encodings, whose columns count too; None where the model cannot be read.

    Raises
    ------
    ConfigurationError
        If nothing says which columns the target is, or there is none.
    DataError
        If the table cannot be read, a column does not exist or is needed twice, or none is left.
    """
    if not run.has_target:
        raise ConfigurationError(
            f"--features-format {run.features.format} holds no targets. Give the file of targets "
            "as --target"
        )
    features = detect_format(run.features)
    if not SAMPLE_FORMATS.get(features.format).has_columns:
        return run.model_copy(update={"features": features})
    targets = _choose_targets(run, settings)
    selections = list(_list_selections(settings))
    selections += targets if run.one_table else []
    selections += [] if run.id_columns is None else [run.id_columns]
    if selections and any(each.by == "name" for each in (*selections, features.columns)):
        features = features.with_header()
    if not run.one_table and run.id_columns is None:
        return run.model_copy(update={"features": features})
    layout = _read_layout(features)
    taken = {
        "--target-columns": _choose(layout, *(targets if run.one_table else ())),
        "--id-columns": _choose(layout, *([run.id_columns] if run.id_columns else ())),
    }
    _check_disjoint(layout, taken)
    left = _choose_rest(
        layout, features.columns, [each for positions in taken.values() for each in positions]
    )
    changes = {
        "features": features.model_copy(update={"columns": select_positions(left)}),
        "ids": _take_columns(features, taken["--id-columns"]),
    }
    if run.one_table:
        changes["target"] = _take_columns(features, taken["--target-columns"])
    return run.model_copy(update=changes)


def divide_texts(
    run: TrainingRequest, settings: TrainingSettings
) -> tuple[TrainingRequest, TableSource | None]:
    """Return the request with the samples of a language model, and the names of the texts.

    Parameters
    ----------
    run
        The request.
    settings
        The encodings, whose columns may have names.

    Raises
    ------
    DataError
        If the table cannot be read, a column does not exist, or none is left.
    """
    features = detect_format(run.features)
    if any(each.by == "name" for each in (*_list_selections(settings), features.columns)):
        features = features.with_header()
    features, ids = divide_features(features, run.id_columns)
    return run.model_copy(update={"features": features}), ids


def divide_features(
    features: SampleRequest, id_columns: ColumnSelection | None
) -> tuple[SampleRequest, TableSource | None]:
    """Return the samples without the columns that name the rows, and those as a table.

    Parameters
    ----------
    features
        The samples, whose format is known.
    id_columns
        The names of the rows, or None.

    Raises
    ------
    DataError
        If the table cannot be read, a column does not exist, or none is left.
    """
    if id_columns is None:
        return features, None
    if "name" in (id_columns.by, features.columns.by):
        features = features.with_header()
    layout = _read_layout(features)
    positions = _choose(layout, id_columns)
    left = _choose_rest(layout, features.columns, positions)
    chosen = features.model_copy(update={"columns": select_positions(left)})
    return chosen, _take_columns(features, positions)


def select_positions(positions: Sequence[int]) -> ColumnSelection:
    """Return the selection of columns by their positions, from 0, in this order."""
    spans: list[tuple[int, int]] = []
    for position in positions:
        if spans and spans[-1][1] == position:
            spans[-1] = (spans[-1][0], position + 1)
        else:
            spans.append((position + 1, position + 1))
    return ColumnSelection(by="number", spans=tuple(spans))


def _read_layout(features: SampleRequest) -> Layout:
    check_rereadable(
        features.path, "a table that holds the target or names of rows is read column by column"
    )
    with open_raw_samples(features) as table:
        return table.layout


def check_rereadable(path: Path, why: str) -> None:
    """Check that a file can be read more than once; `why` it has to be, is for the message.

    Raises
    ------
    DataError
        If it is a pipe or a device.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise DataError(
            f"{path} is a pipe or a device, which can be read once, but {why}. Write it to a file "
            "first"
        )


def _choose_targets(
    run: TrainingRequest, settings: TrainingSettings | None
) -> list[ColumnSelection]:
    """Return the columns of the target, or those of each output as the builder has them."""
    columns = run.target.columns
    if not run.one_table or columns.by != "all":
        return [columns]
    encodings = settings.targets if settings else ()
    found = {
        each.name: ColumnSelection.parse(each.encoding.options[_COLUMNS])
        for each in encodings
        if each.encoding.options.get(_COLUMNS) is not None
    }
    outputs = [each.name for each in settings.outputs] if settings else []
    missing = [name for name in outputs if name not in found]
    if found and missing:
        raise ConfigurationError(
            f"the target of the output {list_names(missing)} is missing. Say with --target-columns "
            f"which columns of {run.features.path} are the targets of all outputs, in their order, "
            f"or in the builder: --target '{missing[0]}: labels columns=...'"
        )
    if found:
        return [found[name] for name in outputs] or list(found.values())
    raise ConfigurationError(
        "the target is missing. Give its file as --target, or say with --target-columns which "
        f"columns of {run.features.path} it is (--target-columns name:label)"
    )


def _list_selections(settings: TrainingSettings | None) -> Iterable[ColumnSelection]:
    for each in settings.inputs if settings else ():
        yield ColumnSelection.parse(each.encoding.options.get(_COLUMNS) or "all")


def _choose(layout: Layout, *selections: ColumnSelection) -> list[int]:
    try:
        chosen = [each.choose(layout.header, layout.count, str(layout.path)) for each in selections]
    except DataError:
        check_separated(layout)
        raise
    return list(dict.fromkeys(itertools.chain(*chosen)))


def _check_disjoint(layout: Layout, taken: dict[str, list[int]]) -> None:
    both = set.intersection(*map(set, taken.values()))
    if both:
        names = list_names([layout.describe_column(each) for each in sorted(both)])
        raise DataError(f"{layout.path}: {' and '.join(taken)} both give {names}. Leave one out")


def _choose_rest(layout: Layout, columns: ColumnSelection, taken: Sequence[int]) -> list[int]:
    left = [each for each in _choose(layout, columns) if each not in frozenset(taken)]
    if not left:
        raise DataError(
            f"{layout.path} has no columns left for the features, because all are target or names "
            "of rows. Check --target-columns, --id-columns and --features-columns"
        )
    return left


def _take_columns(features: SampleRequest, positions: Sequence[int]) -> TableSource | None:
    if not positions:
        return None
    return TableSource(
        path=features.path,
        header=features.header,
        columns=select_positions(positions),
        separator=features.separator,
    )
