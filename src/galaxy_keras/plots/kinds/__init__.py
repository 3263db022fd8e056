"""A module for each plot of the catalogue, which names it.

Each has `plot_NAME`, which reads inputs and draws; `compute_...` and `draw_...` do its two steps,
for the report too. The modules `curve...` are shared by ROC and precision-recall curves, and
`graph_layout` serves the diagram of a network.
"""
