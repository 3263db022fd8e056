from __future__ import annotations

from pathlib import Path

from scores import append_score, format_scores, read_scores


def test_scores_become_a_table_with_mean_and_spread(tmp_path: Path) -> None:
    path = tmp_path / "scores.tsv"
    append_score(path, "ours", 1, "1\t2\t3\t4\t0.5000\t0.6667\t0.5714\t0.6154\n")
    append_score(path, "theirs", 1, "4\t0\t0\t6\t1.0000\t1.0000\t1.0000\t1.0000\n")
    append_score(path, "ours", 2, "3\t1\t2\t4\t0.7000\t0.8000\t0.6667\t0.7273\n")

    # The standard deviation of 0.5 and 0.7 is 0.2 / sqrt(2).
    assert format_scores(read_scores(path), ["ours", "theirs"]) == (
        "|  | seed | TN | FP | FN | TP | accuracy | precision | recall | F1 |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
        "| ours | 1 | 1 | 2 | 3 | 4 | 0.5000 | 0.6667 | 0.5714 | 0.6154 |\n"
        "| ours | 2 | 3 | 1 | 2 | 4 | 0.7000 | 0.8000 | 0.6667 | 0.7273 |\n"
        "| theirs | 1 | 4 | 0 | 0 | 6 | 1.0000 | 1.0000 | 1.0000 | 1.0000 |\n"
        "\n"
        "Mean accuracy: ours 0.600 (standard deviation 0.141, 2 seeds); theirs 1.000.\n"
    )
