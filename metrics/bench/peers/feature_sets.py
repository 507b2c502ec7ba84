"""Distances between feature sets with numpy, scipy and scikit-learn: the peer of ../featureSets.ts.

`feature_sets.py METRIC FOLDER COUNT SIZE` reads FOLDER/a.f32 and b.f32, float32 [COUNT, SIZE], says one line of JSON when it
is ready, then answers each line `play` with the milliseconds of one round and the value.

fd     trace term by scipy's sqrtm of the product of float64 covariances, as pytorch-fid and clean-fid do it; the moments
       are not timed
kid    100 subsets of 1000, polynomial kernel, numpy in the features' float32, as torch-fidelity does it
prdc   three matrices of scikit-learn's Euclidean distances and numpy's partition, k = 5, as prdc does it
"""
import json
import sys
import time

import numpy as np


def say(**message):
    print(json.dumps(message), flush=True)


metric, folder, count, size = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
a, b = (np.fromfile(f"{folder}/{name}.f32", dtype=np.float32).reshape(count, size) for name in "ab")


def fd():
    from scipy import linalg

    mean_a, mean_b = a.mean(0, dtype=np.float64), b.mean(0, dtype=np.float64)
    cov_a, cov_b = np.cov(a.astype(np.float64), rowvar=False), np.cov(b.astype(np.float64), rowvar=False)

    def play():
        root = linalg.sqrtm(cov_a @ cov_b)
        apart = mean_a - mean_b
        return float(apart @ apart + np.trace(cov_a) + np.trace(cov_b) - 2 * np.trace(root.real))

    return play


def kid():
    def kernel(x, y):
        return (np.matmul(x, y.T) / x.shape[1] + 1) ** 3

    def mmd(x, y):
        m = len(x)
        xx, yy, xy = kernel(x, x), kernel(y, y), kernel(x, y)
        within = xx.sum() - np.diagonal(xx).sum() + yy.sum() - np.diagonal(yy).sum()
        return within / (m * (m - 1)) - 2 * xy.sum() / (m * m)

    def play():
        random = np.random.RandomState(2020)
        pick = lambda x: x[random.choice(count, 1000, replace=False)]  # noqa: E731
        return float(np.mean([mmd(pick(a), pick(b)) for _ in range(100)]))

    return play


def prdc():
    from sklearn.metrics import pairwise_distances

    def radii(x, k=5):
        distances = pairwise_distances(x, x, metric="euclidean")
        return np.partition(distances, k, axis=-1)[:, k]

    def play():
        real, fake = radii(a), radii(b)
        across = pairwise_distances(a, b, metric="euclidean")
        inside = across < real[:, None]
        return {
            "precision": float(inside.any(0).mean()),
            "recall": float((across < fake[None, :]).any(1).mean()),
            "density": float(inside.sum(0).mean() / 5),
            "coverage": float((across.min(1) < real).mean()),
        }

    return play


play = {"fd": fd, "kid": kid, "prdc": prdc}[metric]()
say(name=f"numpy {np.__version__}")
for _ in sys.stdin:
    start = time.perf_counter()
    value = play()
    say(ms=(time.perf_counter() - start) * 1e3, value=value)
