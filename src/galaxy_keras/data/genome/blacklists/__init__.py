"""Regions of a genome that are left out, of a file or of ENCODE's lists (`SOURCES.md`)."""

from __future__ import annotations

from pathlib import Path

from galaxy_keras.artefacts.genome.intervals import read_intervals
from galaxy_keras.artefacts.genome.reference import Genome
from galaxy_keras.catalogue.genome import BLACKLISTS
from galaxy_keras.data.genome.regions import Regions, make_regions
from galaxy_keras.errors import DataError


def read_blacklist(genome: Genome, name: str) -> Regions:
    """Return the regions of a list, or of a BED file.

    Parameters
    ----------
    genome
        The genome.
    name
        One of `catalogue.genome.BLACKLISTS`, or a path.

    Raises
    ------
    DataError
        If the file cannot be read, or none of its chromosomes is in the genome.
    """
    path = Path(__file__).with_name(f"{name}.bed") if name in BLACKLISTS else Path(name)
    intervals = read_intervals(path, option="--blacklist")
    if all(genome.find(each) is None for each in intervals.names):
        shown = f"the list {name}" if name in BLACKLISTS else path
        raise DataError(genome.explain_unknown(Path(shown), intervals.names))
    return make_regions(genome, intervals)
