"""What the report says of the data that a model was trained on."""

from __future__ import annotations

from pathlib import Path

from galaxy_keras.artefacts.models.encodings import StoredEncoding
from galaxy_keras.artefacts.tables.layout import Layout
from galaxy_keras.artefacts.tables.raw import RawCells
from galaxy_keras.data.raw_inputs import fit_input
from galaxy_keras.plots.report.content import Facts
from galaxy_keras.plots.report.model_sections import build_data_section
from galaxy_keras.schema.training.encodings import InputEncoding
from galaxy_keras.schema.training.features import EncodedColumns
from galaxy_keras.schema.training.targets import TargetDescription
from galaxy_keras.schema.values.component import Component

from .conftest import make_model


def test_what_was_fitted_is_told() -> None:
    cells = RawCells(Layout(Path("t.tsv"), "", ("note",), 1, (0,)), 2, (["a b", "b", "c"],))
    chosen = InputEncoding("in", (2,), Component(name="words", options={"output": "binary"}))
    target = StoredEncoding(
        name="out",
        encoding=Component(name="values", options={"scale": "log"}),
        columns=EncodedColumns(numeric=(True,)),
    )
    model = make_model(
        TargetDescription(kind="regression"),
        inputs=(fit_input(chosen, cells, [0, 1, 2]).store(),),
        targets=(target,),
    )
    (facts, _) = build_data_section(model, None).blocks
    assert isinstance(facts, Facts)
    pairs = dict(facts.pairs)
    assert pairs["Encoding words of note"] == "3 of 3 different words in 3 texts are kept"
    assert pairs["Encoding of the target"] == "values scale='log'"
