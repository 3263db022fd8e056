from __future__ import annotations

from embeddings import Setting, format_measurements
from measure import Usage


def test_measurements_become_a_line_for_each_network() -> None:
    slices = Setting(10_000, 32, "Adam", "one", "slices", 5)
    dense = slices._replace(form="dense")
    usages = {
        slices: [Usage(0.1, 0.2, 900)],
        dense: [Usage(0.01, 0.02, 800), Usage(0.03, 0.04, 700)],
    }

    assert format_measurements(usages) == (
        "| embedding | optimizer | devices | slices | unique | dense |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
        "| 10,000 x 32 | Adam | one | 100 / 200 / 900 |  | 20 / 30 / 750 |\n"
    )
