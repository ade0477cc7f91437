"""What a person remarks on a run: a star, tags and a note, in a small file of their own in the run's folder."""

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from workbench.errors import BadInput
from workbench.files import sync_names, write_text
from workbench.runs.lock import one_at_a_time

FILE = "remarks.json"

#: Far more than anybody writes on one run.
LARGEST_FILE = 64 * 1024

Tag = Annotated[str, Meta(min_length=1, max_length=60, pattern=r"^[^\s,]+$")]


class Remarks(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """``tags`` are single words, each once."""

    star: bool = False
    tags: tuple[Tag, ...] = ()
    note: Annotated[str, Meta(max_length=10_000)] = ""


#: What nobody has remarked anything on.
NONE = Remarks()


def read_remarks(run: Path) -> Remarks:
    """What was remarked on a run. Raises BadInput for a file that is broken."""
    path = run / FILE
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        return NONE
    except OSError as error:
        raise BadInput(str(path), f"cannot be read: {error.strerror}") from error
    if len(content) > LARGEST_FILE:
        raise BadInput(str(path), f"is larger than {LARGEST_FILE:,} bytes, which no remarks are")
    try:
        return msgspec.json.decode(content, type=Remarks)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput(str(path), f"is broken ({error})", hint="Move it away to remark something anew.") from error


def remark(
    run: Path,
    *,
    star: bool | None = None,
    tags: tuple[str, ...] | None = None,
    note: str | None = None,
    more: tuple[str, ...] = (),
    less: tuple[str, ...] = (),
) -> Remarks:
    """Changes what is given, and leaves the rest. ``more`` tags are added, ``less`` taken away, in place of all.

    Returns all that is remarked now. What two processes remark at once is both there. Raises BadInput for a tag that is
    no word, and, leaving it alone, for a file that is broken.
    """
    with one_at_a_time(run):
        before = read_remarks(run)
        wanted = [*(before.tags if tags is None else tags), *more]
        after = Remarks(
            before.star if star is None else star,
            tuple(dict.fromkeys(tag for tag in wanted if tag not in less)),
            before.note if note is None else note.strip(),
        )
        if after != before:
            _write(run, after)
    return after


def _write(run: Path, remarks: Remarks) -> None:
    try:
        msgspec.convert(msgspec.to_builtins(remarks), Remarks)
    except msgspec.ValidationError as error:
        raise BadInput("remarks", f"a tag is one word of at most 60 characters, a note at most 10,000 ({error})",
                       value=list(remarks.tags)) from error  # fmt: skip
    try:
        if remarks == NONE:
            (run / FILE).unlink(missing_ok=True)
            sync_names(run)
        else:
            write_text(run / FILE, msgspec.json.encode(remarks).decode() + "\n")
    except OSError as error:
        raise BadInput(str(run / FILE), f"cannot be written: {error.strerror}") from error


def tags_in(text: str) -> tuple[str, ...]:
    """The tags in what somebody typed, parted by commas or spaces; a # in front of one is left out."""
    return tuple(dict.fromkeys(word.lstrip("#") for word in text.replace(",", " ").split() if word.lstrip("#")))
