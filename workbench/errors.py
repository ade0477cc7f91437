"""The one error a person sees: what was wrong, where, and what was expected."""


class BadInput(Exception):
    """Something a person gave cannot be used. ``str(error)`` is one sentence fit for the screen.

    ``where`` names the file (or ``--set``, ``seed words`` ...), ``key`` the entry in it, ``value`` what stood there,
    ``expected`` what would have been right. ``hint`` is a way out, when there is one.
    """

    def __init__(self, where: str, expected: str, *, key: str = "", value: object = None, hint: str = "") -> None:
        self.where, self.key, self.value, self.expected, self.hint = where, key, value, expected, hint
        place = f"{where}, {key}" if key else where
        if value is not None:
            place += f" = {_short(value)}"
        sentence = f"{place}: {expected}".rstrip(".")
        end = "" if sentence.endswith("?") else "."
        said = f"{sentence}{end}{' ' + hint if hint else ''}"
        # Names of files may be any bytes; what cannot be written as UTF-8 could be neither printed nor kept.
        super().__init__(said.encode(errors="backslashreplace").decode())


class NoData(BadInput):
    """Data are not at the place that settings name; ``key`` is that of the place, which can be said anew."""


class NoDownload(BadInput):
    """A download failed: no mirror gave the right bytes."""


def _short(value: object) -> str:
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # a number of thousands of digits, or lists thousands deep
        text = f"({type(value).__name__})"
    return text if len(text) <= 80 else text[:77] + "..."


class TrainingFailed(Exception):
    """A training could not go on. ``str(error)`` says what happened, what of it is kept, and what to do."""


#: How torch, CUDA's libraries and C++ say that there is too little memory.
_NO_MEMORY = (
    "out of memory", "allocate memory", "not enough memory", "alloc_failed", "bad_alloc", "bad allocation",
    "out_of_memory",
)  # fmt: skip

#: How they say that a GPU stopped working: it fell off the bus, its driver was reset, or a kernel on it broke.
_NO_GPU = ("cuda error", "cuda driver", "cudnn error", "cublas_status", "cudnn_status", "hip error", "mps backend")


def lacks_memory(error: BaseException) -> bool:
    """Whether there was too little memory. torch says so with a RuntimeError, in several wordings."""
    text = str(error).lower()
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and any(words in text for words in _NO_MEMORY)
    )


def loses_gpu(error: BaseException) -> bool:
    """Whether the GPU stopped working, for any reason but too little memory."""
    text = str(error).lower()
    return isinstance(error, RuntimeError) and not lacks_memory(error) and any(words in text for words in _NO_GPU)


def lacks_fixed_order(error: BaseException) -> bool:
    """Whether a training that must be repeatable came to a step that its GPU has no such kernel for."""
    return isinstance(error, RuntimeError) and "does not have a deterministic implementation" in str(error)


def sentence_of(error: BaseException) -> str:
    """Any other error as one sentence, with a way out where there is a known one."""
    if isinstance(error, TrainingFailed):
        return str(error)
    if lacks_memory(error):
        return "There is not enough memory for this. Try a smaller batch, fewer units, or the CPU."
    if lacks_fixed_order(error):
        return "This GPU cannot do a step of this training in a fixed order. Train it without training.deterministic."
    if loses_gpu(error):
        return f"The GPU stopped working ({_first_line(error)})."
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror}."
    return f"{type(error).__name__}: {_first_line(error)}"


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else "no further word"
