"""Windows that overlap are in one cluster."""

from __future__ import annotations

import numpy as np

from galaxy_keras.data.genome.clusters import find_clusters, join_clusters


def test_overlaps() -> None:
    starts = np.array([50, 0, 9, 19, 60, 29])
    assert find_clusters(starts, 10).tolist() == [3, 0, 0, 1, 4, 2]


def test_joined() -> None:
    clusters = np.array([0, 0, 1, 2, 3])
    joined = join_clusters(clusters, np.array(["a", "b", "c", "b", "d"]))
    assert joined[0] == joined[1] == joined[3]
    assert len(set(joined.tolist())) == 3
