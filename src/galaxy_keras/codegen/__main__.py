"""Writes the files that follow from the catalogue: ``python -m galaxy_keras.codegen``.

To be run in the root of the repository.
"""

from __future__ import annotations

from galaxy_keras.codegen.macros import MACROS, write_macros

MACROS.write_text(write_macros(), encoding="utf-8")
print(f"wrote {MACROS}")
