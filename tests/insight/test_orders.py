"""Orders of units: by their peaks, and clustered as a search through all pairs would."""

import numpy as np
import pytest

from workbench.insight.orders import ORDERS, average_linkage, by_peak, clustered, distances_between, order_of


def searched(distances: np.ndarray) -> list[tuple[frozenset[int], float]]:
    """Average linkage by its definition: of all pairs of clusters, those nearest by the mean over their units join."""
    clusters = [frozenset([unit]) for unit in range(len(distances))]
    found = []
    while len(clusters) > 1:
        apart = {
            (a, b): np.mean([distances[i, j] for i in a for j in b])
            for n, a in enumerate(clusters)
            for b in clusters[n + 1 :]
        }
        one, other = min(apart, key=lambda pair: apart[pair])
        clusters = [cluster for cluster in clusters if cluster not in (one, other)] + [one | other]
        found.append((one | other, float(apart[one, other])))
    return found


def joined(distances: np.ndarray) -> list[tuple[frozenset[int], float]]:
    clusters = {unit: frozenset([unit]) for unit in range(len(distances))}
    found = []
    for number, (one, other, distance) in enumerate(average_linkage(distances), start=len(distances)):
        clusters[number] = clusters.pop(one) | clusters.pop(other)
        found.append((clusters[number], distance))
    return found


@pytest.mark.parametrize(("units", "seed"), [(2, 0), (3, 1), (9, 2), (24, 3), (25, 4)])
def test_clusters_and_distances_are_those_of_a_search_through_all_pairs(units: int, seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=(units, 7))
    distances = distances_between(values)
    expected = searched(distances)
    for (found, distance), (right, its_distance) in zip(joined(distances), expected, strict=True):
        assert found == right
        assert distance == pytest.approx(its_distance, rel=0, abs=1e-12)
    # Every cluster stands together in the order.
    place = np.argsort(clustered(values))
    for cluster, _ in expected:
        places = sorted(place[unit] for unit in cluster)
        assert places == list(range(places[0], places[0] + len(cluster)))


def test_distances_are_euclidean_even_between_units_that_hardly_differ() -> None:
    values = np.random.default_rng(0).normal(size=(5, 11))
    values[1] = values[0] + 1e-9
    found = distances_between(values)
    for one in range(5):
        for other in range(5):
            assert found[one, other] == pytest.approx(np.linalg.norm(values[one] - values[other]), rel=1e-6, abs=0)


def test_units_of_one_kind_stand_together_and_the_ends_that_meet_are_alike() -> None:
    time = np.linspace(0, 1, 20)
    slow = [time * slope for slope in (1.0, 0.9, 0.8)]
    late = [(time > 0.5) * height for height in (-1.0, -0.8, -0.9)]
    values = np.array([slow[0], late[0], slow[2], late[1], slow[1], late[2]])
    order = clustered(values).tolist()
    assert order in ([0, 4, 2, 3, 5, 1], [1, 5, 3, 2, 4, 0])
    assert order[0] < order[-1], "of the two ways to stand always the same one"
    np.testing.assert_array_equal(clustered(values), order)


def test_many_equal_units_are_an_order_too() -> None:
    assert sorted(clustered(np.zeros((50, 4))).tolist()) == list(range(50))
    assert sorted(clustered(np.repeat(np.eye(3), 4, axis=0)).tolist()) == list(range(12))


def test_by_peak() -> None:
    values = np.zeros((5, 6))
    values[0, 4], values[1, 0], values[2, 4], values[3, 2] = 0.5, 0.1, -0.9, -0.2  # unit 4 is 0 all the time
    values[0, 1], values[2, 5] = -0.3, 0.7
    assert by_peak(values).tolist() == [1, 4, 3, 0, 2]


@pytest.mark.parametrize("kind", ORDERS)
@pytest.mark.parametrize("shape", [(0, 0), (0, 4), (1, 4), (3, 0), (3, 1), (40, 9)])
def test_every_order_has_every_unit_once(kind: str, shape: tuple[int, int]) -> None:
    values = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    if values.size > 3:
        values[0, 0], values[-1, 1:3] = np.inf, np.nan
    order = order_of(kind, values)  # type: ignore[arg-type]
    assert order.dtype == np.int64 and sorted(order.tolist()) == list(range(shape[0]))
    if kind == "own":
        assert order.tolist() == list(range(shape[0]))
