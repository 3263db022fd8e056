"""Options that several commands share."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar, get_args

import click

from galaxy_keras import __version__
from galaxy_keras.catalogue.precisions import PRECISIONS
from galaxy_keras.catalogue.run_choices import DeviceChoice, DeviceCount
from galaxy_keras.cli.messages import show_messages
from galaxy_keras.cli.option_files import note_saved_path, use_option_file
from galaxy_keras.cli.runner import SHOW_TRACEBACK
from galaxy_keras.cli.usage import FORM_PATH
from galaxy_keras.errors import GalaxyKerasError

Function = TypeVar("Function", bound=Callable[..., Any])
FormReader = Callable[[dict[str, Any]], dict[str, Any]]


class Decorator(Protocol):
    """Adds one or more options to a command."""

    def __call__(self, function: Function, /) -> Function:
        """Return the function with the options added."""
        ...


class _FilePath(click.Path):
    """Says what a folder is, where that is known."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if (Path(value) / "saved_model.pb").exists():
            from galaxy_keras.artefacts.content import FileType, describe_foreign_model

            self.fail(f"{value} {describe_foreign_model(FileType.SAVED_MODEL)}", param, ctx)
        return super().convert(value, param, ctx)


FilePath = _FilePath(path_type=Path, dir_okay=False, readable=False)
"""A path that its reader checks, with a message that is more helpful than click's."""

FileOrFolderPath = _FilePath(path_type=Path, readable=False)
"""Likewise, of a file or a folder."""


class FiniteRange(click.FloatRange):
    """A range of finite numbers; NaN, which click lets pass through every range, is not in it."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number."""
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value} is not a finite number.", param, ctx)
        return number


def common_options(function: Function) -> Function:
    """Add the options that the callback does not get.

    These are --options, --save-options, --version, -v/--verbose, -q/--quiet and --traceback.
    """
    for option in (
        click.version_option(__version__, prog_name="galaxy-keras"),
        click.option(
            "--traceback",
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_set_traceback,
            help="Show the Python traceback of an error.",
        ),
        click.option(
            "-q",
            "--quiet",
            is_flag=True,
            expose_value=False,
            callback=_set_quiet,
            help="Show warnings and errors only.",
        ),
        click.option(
            "-v",
            "--verbose",
            is_flag=True,
            expose_value=False,
            callback=_set_verbose,
            help="Show debug messages.",
        ),
        click.option(
            "--save-options",
            type=FilePath,
            expose_value=False,
            callback=note_saved_path,
            help="Write the options that were given to a file (YAML), for --options.",
        ),
        click.option(
            "--options",
            type=FilePath,
            is_eager=True,
            expose_value=False,
            callback=use_option_file,
            help="File of options (YAML); those on the command line take precedence.",
        ),
    ):
        function = option(function)
    return function


def output_option(name: str, help_text: str, *, required: bool = False) -> Decorator:
    """Add an option for an output file."""
    return click.option(name, type=FilePath, required=required, help=help_text)


def galaxy_inputs_option(read_form: FormReader) -> Decorator:
    """Add --galaxy-inputs, which takes the values of options that are not given from a form.

    Parameters
    ----------
    read_form
        Returns values by option name (with underscores) for the JSON of a form.
    """

    def use_form(ctx: click.Context, _parameter: click.Parameter, path: Path | None) -> None:
        if path is None:
            return
        from galaxy_keras.artefacts.json_text import read_json

        ctx.meta[FORM_PATH] = path
        try:
            values = read_form(read_json(path))
        except GalaxyKerasError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(error.exit_code)
        ctx.default_map = {**values, **(ctx.default_map or {})}

    return click.option(
        "--galaxy-inputs",
        type=FilePath,
        is_eager=True,
        expose_value=False,
        callback=use_form,
        help="JSON of a Galaxy tool form; explicit options take precedence.",
    )


def table_options(
    name: str,
    what: str,
    *,
    required: bool = True,
    header: bool | None = False,
    path_type: click.Path = FilePath,
) -> Decorator:
    """Add --NAME, --NAME-header and --NAME-columns for an input table.

    Parameters
    ----------
    name, what
        Name and help text of the option for the file.
    required
        Whether it must be given.
    header
        Whether the table has a header where nothing is said of it; None where that depends on it.
    path_type
        What the path may be.
    """

    def decorate(function: Function) -> Function:
        for option in (
            click.option(
                f"--{name}-columns",
                default="all",
                show_default=True,
                metavar="SPEC",
                help="Columns: all, 1,3-5, not:1,2, name:age,weight or not-name:id.",
            ),
            click.option(
                f"--{name}-header/--no-{name}-header",
                default=header,
                help="Whether the first row contains column names.",
            ),
            click.option(f"--{name}", type=path_type, required=required, help=what),
        ):
            function = option(function)
        return function

    return decorate


def accelerate_option(function: Function) -> Function:
    """Add --accelerate and --no-accelerate."""
    return click.option(
        "--accelerate/--no-accelerate",
        default=None,
        help="Use the faster CPU kernels for LSTM and GRU, with the same results up to rounding.  "
        "[default: if the run is long enough]",
    )(function)


def precision_option(function: Function) -> Function:
    """Add --precision."""
    return click.option(
        "--precision",
        type=click.Choice(PRECISIONS),
        default="float32",
        show_default=True,
        help="Dtype policy of the layers; the mixed ones are faster on many GPUs.",
    )(function)


def device_option(function: Function) -> Function:
    """Add --device."""
    return click.option(
        "--device",
        type=click.Choice(get_args(DeviceChoice)),
        default="auto",
        show_default=True,
        help="auto uses a GPU if TensorFlow detects one.",
    )(function)


def devices_option(function: Function) -> Function:
    """Add --devices."""
    return click.option(
        "--devices",
        type=click.Choice(get_args(DeviceCount)),
        default="1",
        show_default=True,
        help="all: each batch is split over the GPUs of this machine.",
    )(function)


def sign_key_option(function: Function) -> Function:
    """Add --sign-key."""
    return click.option(
        "--sign-key", type=FilePath, help="Sign the model with the secret key in this file."
    )(function)


def require_signature_option(function: Function) -> Function:
    """Add --require-signature."""
    return click.option(
        "--require-signature",
        type=FilePath,
        metavar="KEYFILE",
        help="Accept only models signed with the secret key in this file.",
    )(function)


def _set_traceback(ctx: click.Context, _parameter: click.Parameter, requested: bool) -> None:
    if requested:
        ctx.meta[SHOW_TRACEBACK] = True


def _set_quiet(_ctx: click.Context, _parameter: click.Parameter, requested: bool) -> None:
    if requested:
        show_messages(logging.WARNING)


def _set_verbose(_ctx: click.Context, _parameter: click.Parameter, requested: bool) -> None:
    if requested:
        show_messages(logging.DEBUG)
