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
        super().__init__(f"{sentence}{end}{' ' + hint if hint else ''}")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def lacks_memory(error: BaseException) -> bool:
    """Whether there was too little memory. torch says so with a RuntimeError, in several wordings."""
    text = str(error).lower()
    return isinstance(error, MemoryError) or "out of memory" in text or "allocate memory" in text


def sentence_of(error: BaseException) -> str:
    """Any other error as one sentence, with a way out where there is a known one."""
    if lacks_memory(error):
        return "There is not enough memory for this. Try a smaller batch, fewer units, or the CPU."
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror}."
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0] if lines else 'no further word'}"
