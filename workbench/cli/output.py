"""What a command prints: sentences and tables for people, or one JSON object for scripts."""

import sys
from collections.abc import Sequence
from typing import Any

import msgspec


class Output:
    """Collects the answer for ``--json``; otherwise prints as it comes."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json

    def say(self, sentence: str, *, end: str = "\n") -> None:
        """A line for people; scripts do not get it."""
        if not self.as_json:
            print(sentence, end=end, flush=True)

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Columns as wide as they need to be."""
        widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
        for row in (head, *rows):
            self.say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())

    def answer(self, value: Any) -> None:
        """The answer for scripts; people have read it already."""
        if self.as_json:
            sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
            sys.stdout.flush()
