"""The allocator: memory that a training step frees is kept for the next one, and given back at the training's end."""

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
    if not _is_glibc():
        return False
    mallopt = ctypes.CDLL(None).mallopt
    told = [mallopt(_M_MMAP_THRESHOLD, 32 << 20), mallopt(_M_TRIM_THRESHOLD, 1 << 30), mallopt(_M_TOP_PAD, 64 << 20)]
    return all(told)


def give_freed_memory_back() -> bool:
    """Gives the system every whole page that is free by now, for the end of a training or another long piece of work.

    With freed memory kept (above) the holes between what still lives would stay for good, and as no two trainings leave
    the same ones, the process would grow from one to the next. True if anything was given back.
    """
    return _is_glibc() and bool(ctypes.CDLL(None).malloc_trim(ctypes.c_size_t(0)))


def share_arenas() -> bool:
    """Tells glibc to serve all threads from two heaps. True if it was told; to be called before threads are started.

    Left alone it makes one for nearly every thread, eight times as many as there are cores at most, and with freed
    memory kept (above) each of them stays as large as it ever was: the window grew for an hour. The speed of a training
    on a thread is the same with two (medians of five interleaved rounds: 20.3 and 20.3 steps/s).
    """
    return _is_glibc() and bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2))


def _is_glibc() -> bool:
    return platform.libc_ver()[0] == "glibc"
