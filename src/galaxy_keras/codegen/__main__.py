"""Writes the files that follow from the catalogue: ``python -m galaxy_keras.codegen``.

To be run in the root of the repository; ``--check`` only compares.
"""

from __future__ import annotations

from galaxy_keras.codegen.encodings_page import ENCODINGS_PAGE, render_encodings_page
from galaxy_keras.codegen.macros import MACROS, render_macros
from galaxy_keras.codegen.spec_schema import SCHEMA, render_schema
from galaxy_keras.codegen.tables import PAGE, render_tables
from galaxy_keras.codegen.updating import update_files

update_files(
    {
        MACROS: render_macros,
        PAGE: render_tables,
        ENCODINGS_PAGE: render_encodings_page,
        SCHEMA: render_schema,
    }
)
