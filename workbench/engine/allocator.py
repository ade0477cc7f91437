"""The allocator: keeps the memory that a training step frees, since the next step needs as much again."""

import ctypes
import platform

#: glibc's <malloc.h>.
_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -2, -3, -8


def keep_freed_memory() -> bool:
    """Tells glibc not to give freed blocks back to the system between two steps. True if it was told.

    Left alone it returns them at every step and touches fresh pages in the next, which on a thread other than the
    first costs a third of the speed of a bidirectional LSTM of 128 units (14.3 against 23 steps/s, medians of four
    interleaved rounds on one core). Other C libraries are left alone.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    mallopt = ctypes.CDLL(None).mallopt
    told = [mallopt(_M_MMAP_THRESHOLD, 32 << 20), mallopt(_M_TRIM_THRESHOLD, 1 << 30), mallopt(_M_TOP_PAD, 64 << 20)]
    return all(told)


def share_arenas() -> bool:
    """Tells glibc to serve all threads from two heaps. True if it was told; to be called before threads are started.

    Left alone it makes one for nearly every thread, eight times as many as there are cores at most, and with freed
    memory kept (above) each of them stays as large as it ever was: the window grew for an hour. The speed of a training
    on a thread is the same with two (medians of five interleaved rounds: 20.3 and 20.3 steps/s).
    """
    return platform.libc_ver()[0] == "glibc" and bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2))
