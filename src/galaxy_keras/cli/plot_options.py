"""The subcommands of `ml-visualization-ex`, made from the catalogue of plots."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click

from galaxy_keras.catalogue.parameters import Kind, Parameter
from galaxy_keras.catalogue.plot import (
    FIGURE_PARAMETERS,
    FORMATS,
    OUTPUT_NAME,
    PlotEntry,
    PlotInput,
    PlotOutput,
)
from galaxy_keras.cli.options import (
    Decorator,
    FilePath,
    FiniteRange,
    FormReader,
    common_options,
    galaxy_inputs_option,
    output_option,
    table_options,
)
from galaxy_keras.cli.runner import Command

if TYPE_CHECKING:
    from galaxy_keras.schema.requests.plots import PlotRequest

_TRUE = "true"

Callback = Callable[..., Any]
Precomputation = Callable[["PlotRequest"], "PlotRequest"]


def build_plot_command(
    entry: PlotEntry, read_form: FormReader, precompute: Precomputation | None = None
) -> click.Command:
    """Return the subcommand that draws the plot `entry`.

    Parameters
    ----------
    read_form
        Turns the JSON of Galaxy's form into values by option name.
    precompute
        Replaces input files with what is computed from them; None for a plot of the files
        themselves.
    """

    def draw(**values: Any) -> Any:
        write_figure(entry, values, precompute)

    draw.__doc__ = entry.help
    outputs = [output_option(f"--{_spell(each)}", each.help) for each in entry.outputs]
    callback = _output_options(galaxy_inputs_option(read_form)(common_options(draw)))
    for option in reversed(outputs):
        callback = option(callback)
    for parameter in reversed(entry.parameters):
        callback = parameter_option(parameter)(callback)
    for plot_input in reversed(entry.inputs):
        callback = input_option(plot_input)(callback)
    return click.command(entry.name, cls=Command, epilog=format_example(entry))(callback)


def format_example(entry: PlotEntry) -> str:
    """Return a command that draws the plot, for the end of its help."""
    inputs = [each for each in entry.inputs if each.required] or list(entry.inputs[:1])
    of_rows = any(each.name == _TRUE for each in inputs)
    given = [_format_input(each, header=of_rows) for each in inputs]
    command = " ".join([f"ml-visualization-ex {entry.name}", *given])
    # click does not rewrap a paragraph that begins with \\b.
    return f"\b\nExample:\n  {command}\n      --output {entry.name.replace('-', '_')}.png"


def _format_input(plot_input: PlotInput, *, header: bool) -> str:
    """Return the option for an input; the tables that training writes of rows have a header."""
    option = f"--{plot_input.name.replace('_', '-')}"
    if not plot_input.table:
        return f"{option} fitted.h5mlm"
    return f"{option} {plot_input.name}.tsv" + (f" {option}-header" if header else "")


def write_figure(
    entry: PlotEntry, values: dict[str, Any], precompute: Precomputation | None = None
) -> None:
    """Draw the plot `entry` with the values of its options."""
    from galaxy_keras.artefacts.files import check_writable
    from galaxy_keras.schema.requests.plots import FigureSettings, PlotRequest

    options = _pick(values, entry.parameters)
    output_name = options.pop(OUTPUT_NAME.name, None)
    request = PlotRequest(
        plot=entry.name,
        inputs={each.name: _find_input(each, values, output_name) for each in entry.inputs},
        options=options,
        settings=FigureSettings(**_pick(values, FIGURE_PARAMETERS)),
        output=values["output"],
        format=values["format"],
        files={each.name: path for each in entry.outputs if (path := values[each.option])},
    )
    check_writable([request.output, *request.files.values()])
    if precompute is not None:
        request = precompute(request)
    # matplotlib is imported only after all checks have passed.
    from galaxy_keras.plots.registry import write_plot

    write_plot(request)


def input_option(plot_input: PlotInput) -> Decorator:
    """Add the option for an input file, and those for its header and columns if it is a table."""
    option = plot_input.name.replace("_", "-")
    if plot_input.table:
        return table_options(option, plot_input.help, required=plot_input.required)
    return click.option(
        f"--{option}", type=FilePath, required=plot_input.required, help=plot_input.help
    )


def parameter_option(parameter: Parameter) -> Decorator:
    """Add the option for a parameter of the catalogue."""
    option = parameter.name.replace("_", "-")
    shown = parameter.default is not None
    if parameter.kind is Kind.BOOLEAN:
        return click.option(
            f"--{option}/--no-{option}",
            default=parameter.default,
            show_default=True,
            help=parameter.help,
        )
    return click.option(
        f"--{option}",
        type=_choose_type(parameter),
        default=parameter.default,
        show_default=shown,
        help=parameter.help,
    )


def _spell(output: PlotOutput) -> str:
    return output.option.replace("_", "-")


def _output_options(function: Callback) -> Callback:
    function = click.option(
        "--format",
        type=click.Choice(FORMATS),
        help="Format of the figure (default: the suffix of the output).",
    )(function)
    for parameter in reversed(FIGURE_PARAMETERS):
        function = parameter_option(parameter)(function)
    return click.option("--output", type=FilePath, required=True, help="Figure to write.")(function)


def _choose_type(parameter: Parameter) -> click.ParamType[Any]:
    match parameter.kind:
        case Kind.CHOICE:
            return click.Choice(parameter.choices, case_sensitive=False)
        case Kind.INTEGER:
            return click.IntRange(_whole(parameter.minimum), _whole(parameter.maximum))
        case Kind.NUMBER:
            return FiniteRange(parameter.minimum, parameter.maximum)
        case _:
            return click.STRING


def _whole(bound: float | None) -> int | None:
    return None if bound is None else int(bound)


def _find_input(plot_input: PlotInput, values: dict[str, Any], output_name: str | None) -> Any:
    from galaxy_keras.schema.requests.runs import TableSource

    if not plot_input.table:
        return values[plot_input.name]
    source = TableSource.from_options(values, plot_input.name)
    return None if source is None else source.model_copy(update={"output_name": output_name})


def _pick(values: dict[str, Any], parameters: Iterable[Parameter]) -> dict[str, Any]:
    return {parameter.name: values[parameter.name] for parameter in parameters}
