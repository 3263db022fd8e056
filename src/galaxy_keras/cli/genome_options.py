"""The options of windows of a genome: intervals, their targets, and variants."""

from __future__ import annotations

from typing import get_args

import click

from galaxy_keras.catalogue.genome import (
    BLACKLISTS,
    MAX_BIN,
    MAX_NEGATIVES,
    MissingSignal,
    NegativesBy,
    WindowPosition,
)
from galaxy_keras.cli.options import FilePath, FiniteRange, Function, table_options

_LISTS = " or ".join(BLACKLISTS)


def window_training_options(function: Function) -> Function:
    """Add --intervals and what says which windows are trained on, and what they are to predict."""
    options = (
        click.option(
            "--intervals",
            type=FilePath,
            help="Intervals (BED, narrowPeak, or a table with columns chrom, start and end) of the "
            "genome that --features then is: a FASTA file, plain or compressed with bgzip. Each "
            "gives a window, as long as the input of the network; --target-columns then are "
            "columns of the intervals.",
        ),
        click.option(
            "--target-features",
            type=FilePath,
            metavar="BED",
            help="Features, named by column 4: does each cover the bin in the middle of a window?",
        ),
        click.option(
            "--target-bin",
            type=click.IntRange(1, MAX_BIN),
            help="Letters in the middle of a window that features or the signal are looked up in.  "
            "[default: 200]",
        ),
        click.option(
            "--target-overlap",
            type=FiniteRange(0, 1),
            default=0.5,
            show_default=True,
            help="Share of the bin that a feature must cover.",
        ),
        table_options(
            "target-names",
            "Table of the features to predict, in order.  [default: all, sorted]",
            required=False,
        ),
        click.option(
            "--target-signal",
            type=FilePath,
            help="A bigWig or bedGraph, whose mean over the bin is predicted.",
        ),
        click.option(
            "--missing-signal",
            type=click.Choice(get_args(MissingSignal)),
            help="Bases without a value count as 0, or are an error.  [default: zero]",
        ),
        blacklist_option,
        click.option(
            "--most-unknown",
            type=FiniteRange(0, 1),
            default=0.3,
            show_default=True,
            help="Share of N above which a window is left out.",
        ),
        click.option(
            "--position",
            type=click.Choice(get_args(WindowPosition)),
            default="centre",
            show_default=True,
            help="Windows lie in the middle of intervals, or (random) in training anywhere in "
            "them, anew in each epoch.",
        ),
        click.option(
            "--negatives",
            type=click.IntRange(0, MAX_NEGATIVES),
            default=0,
            show_default=True,
            help="Windows without any feature to add for each one with.",
        ),
        click.option(
            "--negatives-by",
            type=click.Choice(get_args(NegativesBy)),
            help="Drawn with an equal share of G and C, at any position, or made of the others by "
            "a shuffle that keeps pairs of letters.  [default: gc]",
        ),
        click.option(
            "--test-chromosomes",
            metavar="A,B",
            help="Chromosomes to hold out with --split chromosome, instead of a size.",
        ),
        click.option(
            "--val-chromosomes",
            metavar="A,B",
            help="Chromosomes to validate on; the scores then are those of --test-chromosomes "
            "alone.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def window_prediction_options(function: Function) -> Function:
    """Add --intervals, --variants and what belongs to them."""
    options = (
        click.option(
            "--intervals",
            type=FilePath,
            help="Intervals (BED and the like) of the genome that --features then is: a FASTA "
            "file, plain or compressed with bgzip.",
        ),
        click.option(
            "--variants",
            type=FilePath,
            help="Variants (VCF) of the genome that --features then is; each alternative is a row.",
        ),
        blacklist_option,
        click.option(
            "--output-reference",
            is_flag=True,
            help="Predict the reference alleles of --variants, not the alternatives.",
        ),
        click.option(
            "--allow-mismatches",
            is_flag=True,
            help="Go on where the genome has other reference alleles than the variants.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def blacklist_option(function: Function) -> Function:
    """Add --blacklist."""
    return click.option(
        "--blacklist",
        metavar="FILE",
        help=f"Regions (BED) that windows may not overlap, or {_LISTS} for a list of ENCODE.",
    )(function)
