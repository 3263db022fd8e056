"""Tab-separated tables: features, labels, predictions; and the other formats of samples.

`read_features` and `iterate_features` read numbers, `read_columns` reads columns as they are
written, `write_table` and `TableWriter` write. Rows and columns are counted from 1 in every
message, as a person sees them in the file; a header is row 1. Only numpy is imported: its
`loadtxt`, and for integers a few operations on whole chunks, read as fast as pandas, pyarrow and
polars in a third of their memory (`benchmarks/tables.py`).
"""

from galaxy_keras.artefacts.tables.features import (
    Features,
    collect_features,
    iterate_features,
    read_features,
)
from galaxy_keras.artefacts.tables.labels import TableColumns, read_columns
from galaxy_keras.artefacts.tables.writing import TableWriter, write_table

__all__ = [
    "Features",
    "TableColumns",
    "TableWriter",
    "collect_features",
    "iterate_features",
    "read_columns",
    "read_features",
    "write_table",
]
