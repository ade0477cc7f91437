"""Chinese text cut into words by jieba, kept on disk once it is done."""

import importlib
import warnings
from collections.abc import Generator
from functools import cache
from pathlib import Path
from typing import Any

from workbench import paths
from workbench.data.dataset import Loading
from workbench.errors import BadInput
from workbench.files import content_of, whole_file

#: Characters cut between two words about how far it is: a few tenths of a second of work.
BLOCK = 20_000


def segments(text: str) -> Generator[Loading, None, list[str]]:
    """Cuts a text into words, watched and cancelled between blocks; white space is left out, nothing else is.

    jieba (Sun Junyi) takes the likeliest path through its dictionary's word graph and guesses words it does not know
    with a hidden Markov model. A novel takes about ten seconds; a longer text is read back from disk the next time.
    """
    kept = _kept_at(text)
    words = _kept(kept, text)
    if words is not None:
        return words
    words, block, waiting, done = [], [], 0, 0
    yield Loading("Cutting the text into words", 0, len(text), "characters")
    cut = _tokenizer().cut
    # A word never reaches over white space, so a line is cut as well alone.
    for line in text.splitlines():
        block.append(line)
        waiting += len(line) + 1
        if waiting >= BLOCK:
            words += (word for part in block for word in cut(part) if not word.isspace())
            done, waiting = done + waiting, 0
            block.clear()
            yield Loading("Cutting the text into words", min(done, len(text)), len(text), "characters")
    words += (word for part in block for word in cut(part) if not word.isspace())
    if len(text) >= BLOCK:
        try:
            joined = "\n".join(words).encode()
            with whole_file(kept) as temporary:
                temporary.write_bytes(_seal(joined) + b"\n" + joined)
        except OSError as error:
            raise BadInput(str(kept), f"cannot be written: {error.strerror or error}") from error
    return words


def is_at_hand(text: str) -> bool:
    """Whether :func:`segments` answers at once: the text is short, or was cut before."""
    return len(text) < BLOCK or _kept_at(text).is_file()


def _kept_at(text: str) -> Path:
    import hashlib  # only for a text that is cut: the window need not wait for it
    from importlib.metadata import version

    checksum = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return paths.cache() / f"segments-jieba-{version('jieba')}-{checksum}.txt"


def _kept(path: Path, text: str) -> list[str] | None:
    """The words on disk, if they are there and are this text's."""
    try:
        # At most four bytes a character, each character a word of its own at most.
        content = content_of(path, 100 + 5 * len(text), "is larger than this text can be")
        seal, _, joined = content.partition(b"\n")
        words = joined.decode().split("\n") if joined else []
    except (OSError, UnicodeDecodeError, BadInput):
        return None
    return words if seal == _seal(joined) and "".join(words) == "".join(text.split()) else None


def _seal(joined: bytes) -> bytes:
    import hashlib

    return hashlib.sha256(joined).hexdigest().encode()


@cache
def _tokenizer() -> Any:
    """jieba with its own dictionary, read once. Takes about a second."""
    with warnings.catch_warnings():
        # Beside an old setuptools its import warns of pkg_resources; Python 3.12 warns of its escape sequences.
        warnings.simplefilter("ignore")
        jieba: Any = importlib.import_module("jieba")
    tokenizer = jieba.Tokenizer()
    # What Tokenizer.initialize does, less its file in the shared temporary folder, which anyone may have put there.
    tokenizer.FREQ, tokenizer.total = jieba.Tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer
