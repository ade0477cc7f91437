"""The allocator is told where it is glibc's, and left alone elsewhere."""

import platform

import numpy as np
import pytest

from tests.soak.gauges import resident_memory
from workbench.engine.allocator import give_freed_memory_back, keep_freed_memory, share_arenas

is_glibc = platform.libc_ver()[0] == "glibc"


def test_glibc_is_told_and_others_are_left_alone() -> None:
    assert keep_freed_memory() is is_glibc
    assert share_arenas() is is_glibc


@pytest.mark.skipif(not is_glibc, reason="another C library gives back what it likes")
def test_holes_between_what_still_lives_are_given_back() -> None:
    keep_freed_memory()
    holes, alive = [], []
    for _ in range(200):
        holes.append(np.ones(1 << 17))  # a MiB
        alive.append(np.ones(1 << 9))  # keeps the heap from shrinking
    holes.clear()
    kept = resident_memory()
    assert give_freed_memory_back()
    assert kept - resident_memory() > 150.0
    assert sum(float(one.sum()) for one in alive) == len(alive) * (1 << 9)
