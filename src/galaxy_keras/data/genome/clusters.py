"""Windows that overlap, or that are equal in another way: what must stay on one side of a split."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from galaxy_keras.data.genome.regions import Places


def find_clusters(starts: Places, length: int) -> NDArray[np.intp]:
    """Return the number of the cluster of each window, shape (windows,), from 0.

    Windows that overlap are in one cluster, and so are those that overlap a third one.

    Parameters
    ----------
    starts
        Where windows start, counted through all chromosomes.
    length
        Letters of each.
    """
    order = np.argsort(starts, kind="stable")
    clusters = np.empty(len(starts), np.intp)
    clusters[order] = np.cumsum(np.diff(starts[order], prepend=starts[order[:1]]) >= length)
    return clusters


def join_clusters(clusters: NDArray[np.intp], others: NDArray[np.generic]) -> NDArray[np.intp]:
    """Return clusters joined where `others`, shape (windows,), is the same."""
    kinds = np.unique(others, return_inverse=True)[1]
    count = int(clusters.max(initial=-1)) + 1
    size = count + int(kinds.max(initial=-1)) + 1
    edges = coo_array((np.ones(len(clusters), bool), (clusters, kinds + count)), shape=(size, size))
    labels: NDArray[np.intp] = connected_components(edges, directed=False)[1]
    return np.unique(labels[clusters], return_inverse=True)[1]
