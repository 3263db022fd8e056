"""Files that follow from the catalogue; for developers, never imported by the commands.

``python -m galaxy_keras.codegen`` writes the Galaxy macros (`macros.render_macros`), the page of
all options (`tables.render_tables`), that of the encodings (`encodings_page`) and the JSON schema
of specs (`spec_schema.render_schema`);
with ``--check`` it only compares. What may enter: functions that return the text of a file.
"""
