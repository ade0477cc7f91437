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
