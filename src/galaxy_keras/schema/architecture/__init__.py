"""Networks as graphs of layers, before any of them is built.

`spec.parse_spec` makes a `graph.Architecture` of a spec, which with its
`graph.LayerNode` holds only what was checked. `shapes.infer_shapes` gives output shapes and weights,
`summary.format_summary` the table of layers, `memory.estimate_training` and
`memory.estimate_prediction` bytes. `precision.apply_precision` and `layer_removal.remove_layer`
return changed copies. `recurrence` tells which LSTM and GRU layers can be accelerated.

The content of a spec is defined in `spec_document`; ``docs/spec.schema.json`` is generated from it
(`python -m galaxy_keras.codegen.spec_schema`), and a new key needs a line in ``docs/spec.md``.
"""
