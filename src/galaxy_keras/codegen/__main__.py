"""Writes the files that follow from the catalogue: ``python -m galaxy_keras.codegen``.

To be run in the root of the repository.
"""

from __future__ import annotations

from galaxy_keras.codegen.macros import MACROS, write_macros
from galaxy_keras.codegen.tables import PAGE, write_tables

for path, write in ((MACROS, write_macros), (PAGE, write_tables)):
    path.write_text(write(), encoding="utf-8")
    print(f"wrote {path}")
