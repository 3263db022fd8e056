"""A report on a fitted model as one HTML page.

`writing.write_report` reads a model and tables, collects sections (`model_sections`,
`score_sections`, `commands`) and renders them. Sections are made of the blocks of `content`;
`statistics`, `bootstrap` and `ranking` compute scores with confidence intervals.
"""
