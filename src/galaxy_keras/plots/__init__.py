"""Plots of trained models, and the report on one: the only package that imports matplotlib.

A plot goes from files to numbers (`compute_...`), from numbers to a figure (`draw_...`), and from a
figure to a file. `registry.write_plot` does all of it for a `PlotRequest`, and
`report.writing.write_report` for a `ReportRequest`. No Keras: what needs a network is computed
beforehand, by `galaxy_keras.learning`. The rooms, each of which may import those before it:

``inputs``
    Tables of labels, scores and numbers.
``drawing``
    Figures, charts, text and output files, in one style.
``kinds``
    A module for each plot, found by the catalogue.
``report``
    The sections of a report, and their rendering.

`array_types` serves all of them.
"""

from galaxy_keras.isolation import import_matplotlib

# Before any module of this folder imports it.
import_matplotlib()
