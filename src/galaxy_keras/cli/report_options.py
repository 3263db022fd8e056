"""The subcommand `ml-visualization-ex report`."""

from __future__ import annotations

from typing import Any

import click

from galaxy_keras.catalogue.plot import CLASS_NAMES
from galaxy_keras.cli.options import (
    FilePath,
    FormReader,
    common_options,
    galaxy_inputs_option,
    output_option,
    table_options,
)
from galaxy_keras.cli.runner import Command

# click does not rewrap a paragraph that begins with \b.
EXAMPLE = """\b
Example:
  ml-visualization-ex report --model fitted.h5mlm
      --true true.tsv --true-header --scores scores.tsv --scores-header
      --output report.html
"""
TABLES = ("true", "predicted", "scores", "features")


def build_report_command(read_form: FormReader) -> click.Command:
    """Return the subcommand that writes a report.

    Parameters
    ----------
    read_form
        Turns the JSON of Galaxy's form into values by option name.
    """

    @click.option("--model", type=FilePath, required=True, help="Fitted model.")
    @table_options(
        "true",
        "True labels or values of rows that it was not trained on, such as --output-true.",
        required=False,
    )
    @table_options(
        "scores",
        "Probability of each class for these rows, such as --output-predictions.",
        required=False,
    )
    @table_options("predicted", "Predicted labels or values of these rows.", required=False)
    @table_options(
        "features", "Features of these rows, shown beside the worst mistakes.", required=False
    )
    @click.option(
        "--pos-label",
        help="The positive one of two classes.  [default: that of the training]",
    )
    @click.option("--class-names", help=CLASS_NAMES.help)
    @click.option("--title", help="Title of the report.")
    @output_option("--output", "The report (HTML).", required=True)
    @galaxy_inputs_option(read_form)
    @common_options
    def report(**values: Any) -> None:
        """Write a report on a fitted model to one HTML file."""
        write_page(values)

    return click.command("report", cls=Command, epilog=EXAMPLE)(report)


def write_page(values: dict[str, Any]) -> None:
    """Write the report with the values of its options."""
    from galaxy_keras.artefacts.files import check_writable
    from galaxy_keras.schema.requests.report import ReportRequest
    from galaxy_keras.schema.requests.runs import TableSource

    tables = {name: TableSource.from_options(values, name) for name in TABLES}
    others = {
        name: values[name] for name in ("model", "pos_label", "class_names", "title", "output")
    }
    request = ReportRequest(**tables, **others)
    check_writable([request.output])
    # matplotlib is imported only after all checks have passed.
    from galaxy_keras.plots.report.writing import write_report

    write_report(request)
