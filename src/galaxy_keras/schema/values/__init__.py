"""Options as users write them, checked against the catalogue.

`literals` reads the grammar of options (`parse_call`, `parse_keywords`, `parse_literal`,
`parse_assignment`) and writes it (`format_call`, `format_keyword`, `format_literal`).
`values.check_options` returns options in canonical form, `values.complete_options` adds defaults
and `values.omit_defaults` removes them. `choices.parse_component`, `parse_optimizer` and
`parse_metric` turn text, mappings or stored JSON into a `component.Component`, which is also the
form of a component inside options. `expansion` has options as nested dictionaries for
hyperparameters and `relations` the options that depend on each other. `literals` needs no pydantic.
"""
