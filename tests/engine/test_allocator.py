"""The allocator is told where it is glibc's, and left alone elsewhere."""

import platform

from workbench.engine.allocator import keep_freed_memory, share_arenas


def test_glibc_is_told_and_others_are_left_alone() -> None:
    assert keep_freed_memory() is (platform.libc_ver()[0] == "glibc")
    assert share_arenas() is (platform.libc_ver()[0] == "glibc")
