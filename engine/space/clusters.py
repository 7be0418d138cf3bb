"""Stores that sell alike: clusters by what share each category has of a store's sales."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput
from backhaul.engine.solution import Explanation

__all__ = ["StoreClusters", "cluster_stores"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class StoreClusters:
    """Clusters of stores.

    Parameters
    ----------
    label : array of int64, shape (stores,)
        Cluster of each store, numbered by size, the largest 0.
    centre : array of float64, shape (clusters, categories)
        Mean share of each category.
    medoid : array of int64, shape (clusters,)
        The store nearest to each centre: the one to visit.
    silhouette : float
        Mean silhouette of the stores (Rousseeuw 1987): near 1 clear, near 0 none.
    categories : tuple of str
        Names of the categories.
    """

    label: npt.NDArray[np.int64]
    centre: Floats
    medoid: npt.NDArray[np.int64]
    silhouette: float
    categories: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.centre)

    def explain(self, cluster: int, most: int = 3) -> Explanation:
        """Say how many stores a cluster has, and which categories it sells more of than the mean."""
        if not 0 <= cluster < len(self):
            raise InvalidInput("cluster", cluster, f"a number below {len(self)}")
        size = int((self.label == cluster).sum())
        weight = np.bincount(self.label, minlength=len(self)) / len(self.label)
        mean = weight @ self.centre
        index = self.centre[cluster] / np.maximum(mean, 1e-12)
        worth = np.where(mean > 0.002, index, 0.0)
        top = np.argsort(-worth, kind="stable")[:most]
        words = ", ".join(f"{self.categories[c]} ({index[c]:.0%} of the mean)" for c in top)
        line = f"cluster {cluster}: {size} stores, typical is store {int(self.medoid[cluster])}"
        return Explanation((line, f"it sells more of {words}"), {"stores": size})


def _silhouette(far: Floats, label: npt.NDArray[np.int64]) -> float:
    count = np.bincount(label)
    sums = np.stack([far[:, label == c].sum(axis=1) for c in range(len(count))], axis=1)
    own = np.arange(len(label))
    inside = sums[own, label] / np.maximum(count[label] - 1, 1)
    means = sums / count
    means[own, label] = np.inf
    outside = means.min(axis=1)
    value = (outside - inside) / np.maximum(np.maximum(outside, inside), 1e-300)
    return float(np.where(count[label] > 1, value, 0.0).mean())


def cluster_stores(
    sales: npt.ArrayLike,
    *,
    clusters: int | None = None,
    most: int = 8,
    categories: Sequence[str] | None = None,
) -> StoreClusters:
    """Cluster stores by the shares of categories in their sales.

    Ward's (1963) hierarchy gives the start, Lloyd's (1982) iteration improves it (both from scipy).
    Shares are put on a square-root scale (Hellinger distance), so that small categories count.

    Parameters
    ----------
    sales : array of float, shape (stores, categories)
        Sales or units of each category; rows are turned into shares.
    clusters : int, optional
        Number of clusters; the number with the best silhouette, up to `most`, unless told.
    most : int
        Most clusters that are tried.
    categories : sequence of str, optional
        Names.

    Raises
    ------
    InvalidInput
        A NaN, a negative number, a store without sales, more clusters than different stores.

    Examples
    --------
    >>> found = cluster_stores([[9, 1], [8, 2], [1, 9], [2, 9], [9, 2]])
    >>> found.label.tolist(), len(found)
    ([0, 0, 1, 1, 0], 2)
    """
    from scipy.cluster.hierarchy import fcluster, ward
    from scipy.cluster.vq import ClusterError, kmeans2
    from scipy.spatial.distance import pdist, squareform

    try:
        table = np.array(sales, dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidInput("sales", "no numbers", "stores x categories") from None
    if table.ndim != 2 or table.shape[0] < 2 or table.shape[1] < 1:
        raise InvalidInput("sales", f"shape {table.shape}", "two stores or more, by category")
    bad = ~(np.isfinite(table) & (table >= 0))
    if bad.any():
        i, c = (int(v) for v in np.argwhere(bad)[0])
        raise InvalidInput(f"sales[{i}][{c}]", float(table[i, c]), "a finite number, at least 0")
    total = table.sum(axis=1)
    if (total <= 0).any():
        at = int(np.flatnonzero(total <= 0)[0])
        raise InvalidInput(f"sales[{at}]", "no sales", "a store that sells something")
    names = tuple(str(c) for c in categories or range(table.shape[1]))
    if len(names) != table.shape[1]:
        raise InvalidInput("categories", f"{len(names)} names", f"{table.shape[1]} names")
    share = table / total[:, None]
    root = np.sqrt(share)
    distinct = len(np.unique(root, axis=0))
    limit = min(most if clusters is None else clusters, distinct)
    if clusters is not None and not 1 <= clusters <= distinct:
        raise InvalidInput("clusters", clusters, f"from 1 to {distinct} different stores")
    if most < 1:
        raise InvalidInput("most", most, "at least 1")
    tree = ward(root)
    far = squareform(pdist(root))
    best: tuple[float, npt.NDArray[np.int64]] | None = None
    for k in range(limit if clusters is not None else min(2, limit), limit + 1):
        label = fcluster(tree, k, criterion="maxclust").astype(np.int64) - 1
        count = int(label.max()) + 1
        start = np.stack([root[label == c].mean(axis=0) for c in range(count)])
        # An empty cluster: the hierarchy's own clusters stand.
        with suppress(ClusterError):
            label = kmeans2(root, start, minit="matrix", iter=50, missing="raise")[1].astype(
                np.int64
            )
        score = _silhouette(far, label) if count > 1 else 0.0
        if best is None or score > best[0] + 1e-12:
            best = (score, label)
    assert best is not None
    score, label = best
    size = np.bincount(label)
    order = np.argsort(-size, kind="stable")
    number = np.empty_like(order)
    number[order] = np.arange(len(order))
    label = number[label]
    centre = np.stack([share[label == c].mean(axis=0) for c in range(len(order))])
    near = ((root[:, None, :] - np.sqrt(centre)[None, :, :]) ** 2).sum(axis=2)
    near[label[:, None] != np.arange(len(order))[None, :]] = np.inf
    medoid = near.argmin(axis=0).astype(np.int64)
    return StoreClusters(label, centre, medoid, score, names)
