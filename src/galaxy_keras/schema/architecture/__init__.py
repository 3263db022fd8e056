"""Networks as graphs of layers, before any of them is built.

`spec.parse_spec` makes a `graph.Architecture` of a spec; its layers are `graph.LayerNode`, whose
options were checked. `shapes.infer_shapes` gives output shapes and weights,
`summary.format_summary` the table of layers, `memory.estimate_training` and
`memory.estimate_prediction` the bytes needed. `precision.apply_precision` and
`layer_removal.remove_layer` return changed copies, `recurrence.find_unsupported` the reasons why
recurrent layers cannot be accelerated.

The content of a spec is defined in `spec_document`; ``docs/spec.schema.json`` is generated from it
(`python -m galaxy_keras.codegen.spec_schema`), and a new key needs a line in ``docs/spec.md``.
"""
