"""Samples, targets, splits, weights and scores as arrays, for training, prediction and plots.

What may enter: what needs numpy, scikit-learn or scipy, and neither Keras nor matplotlib. Its
doors: `sources.registry.open_source` for samples that are numbers, `raw_inputs` and
`encodings.registry` for raw ones, `features` (which columns an input takes), `labels` and `targets`
(labels to codes and back), `splitting`, `weighting`, `predictions` (outputs of a network to classes
or values), `scoring`, and `tabulation` (the tables that are written).
"""
