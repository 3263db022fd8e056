"""From a request to the source that reads it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from galaxy_keras.catalogue.sample_formats import SAMPLE_FORMATS
from galaxy_keras.data.sources.source import SampleSource
from galaxy_keras.schema.requests.runs import SampleRequest


def open_source(request: SampleRequest) -> SampleSource[Any]:
    """Return the source of the samples; nothing is read yet.

    Its module is imported here, so that one format does not wait for what another one needs.
    """
    entry = SAMPLE_FORMATS.get(request.format)
    source: SampleSource[Any] = import_module(entry.module).Source(request, entry)
    return source
