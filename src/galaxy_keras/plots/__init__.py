"""Everything that draws: the plots and the report."""

import os

from galaxy_keras.plots.environment import leaving_working_folder, replacing_variables

# While it is imported, matplotlib reads the user's settings, and a mistake in them ends that:
# a backend, and a file, which it looks for in the working folder first.
with (
    replacing_variables({"MPLBACKEND": None, "MATPLOTLIBRC": os.devnull}),
    leaving_working_folder(),
):
    import matplotlib as mpl  # noqa: F401
