"""Writes the files that follow from the catalogue: ``python -m galaxy_keras.codegen``.

To be run in the root of the repository.
"""

from __future__ import annotations

from galaxy_keras.codegen.macros import MACROS, render_macros
from galaxy_keras.codegen.tables import PAGE, render_tables

for path, write in ((MACROS, render_macros), (PAGE, render_tables)):
    path.write_text(write(), encoding="utf-8")
    print(f"wrote {path}")
