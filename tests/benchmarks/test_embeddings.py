from __future__ import annotations

from pathlib import Path

from embeddings import Setting, append_measurement, format_measurements, read_measurements
from measure import Usage


def test_measurements_become_a_line_for_each_network(tmp_path: Path) -> None:
    path = tmp_path / "embeddings.tsv"
    slices = Setting(10_000, 32, "Adam", "one", "slices", 5)
    dense = slices._replace(form="dense")
    append_measurement(path, slices, Usage(0.1, 0.2, 900))
    append_measurement(path, dense, Usage(0.01, 0.02, 800))
    append_measurement(path, dense, Usage(0.03, 0.04, 700))

    assert format_measurements(read_measurements(path)) == (
        "| embedding | optimizer | devices | slices | unique | dense |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
        "| 10,000 x 32 | Adam | one | 200 / 900 |  | 30 / 750 |\n"
    )
