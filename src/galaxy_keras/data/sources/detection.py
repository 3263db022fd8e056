"""Finding out what a file of samples is where neither options nor its name say it."""

from __future__ import annotations

from galaxy_keras.artefacts.tables.lines import open_lines
from galaxy_keras.catalogue.sample_formats import CSV
from galaxy_keras.schema.requests.runs import SampleRequest

_COMMA, _SEMICOLON, _TAB = ",", ";", "\t"


def detect_format(request: SampleRequest) -> SampleRequest:
    """Return the request with format and separator as the first row of the file has them.

    A file called `.csv` is CSV if its first row has commas or semicolons and no tabs. Files with
    tabs, and of one column, are read as tables with tabs, as they were before CSV was known.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    if not request.is_auto_separated:
        return request
    row = _read_first_row(request)
    if request.maybe_csv and (_TAB in row or (_COMMA not in row and _SEMICOLON not in row)):
        return request.model_copy(update={"maybe_csv": False})
    separator = _SEMICOLON if row.count(_SEMICOLON) > row.count(_COMMA) else _COMMA
    header = request.header if request.header_declared else True
    changes = {"format": CSV, "maybe_csv": False, "separator": separator, "header": header}
    return request.model_copy(update=changes)


def _read_first_row(request: SampleRequest) -> str:
    if request.path.exists() and not request.path.is_file():
        # A pipe can be read only once.
        return ""
    with open_lines(request.path) as reader:
        chunk = reader.read(1)
    return chunk.lines[0] if chunk else ""
