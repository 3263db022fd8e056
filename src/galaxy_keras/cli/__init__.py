"""What the commands share: options, and errors as messages and exit codes.

`runner.Command` and `runner.Group` are the click classes of all commands; `options` has the
decorators of shared options, `plot_options` and `report_options` build the subcommands of
``ml-visualization-ex``, `streams` guards the standard streams, and `messages` shows the log.
Imported by ``--help``, so nothing here imports pydantic, numpy or h5py at import time.
"""
