"""Texts: finding and decoding a file, cutting it into words, and joining words again."""

import re
from collections.abc import Sequence
from pathlib import Path

from workbench import paths
from workbench.config import Split
from workbench.data.segmentation import segments
from workbench.errors import BadInput
from workbench.files import content_of
from workbench.outcome import outcome

#: Longer than any novel; a file beyond this is not a text to learn from here.
LARGEST_TEXT = 64 * 1024 * 1024

# A run of letters and digits (an apostrophe may join two), one Chinese character, or one other printing character.
_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_CHINESE = re.compile(rf"[{_CJK}]")
# Chinese characters and full-width signs.
_WIDE = re.compile(rf"[{_CJK}\u3000-\u303f\uff00-\uffef]")
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+(?:['’][^\W_{_CJK}]+)*|[^\w\s]|_")


def text_path(name: str) -> Path:
    """Where a text is: the name of one that comes with the workbench, or a file. Raises BadInput."""
    known = _known()
    if name in known:
        return known[name]
    try:
        path = Path(name).expanduser()
        if path.is_file():
            return path
    except (OSError, RuntimeError) as error:  # a name longer than names can be, a home of nobody
        raise BadInput("text", f"no file can have this name ({error})", key="data.text", value=name) from error
    raise BadInput("text", f"there is no such file; texts that come along are {', '.join(known)}", key="data.text",
                   value=name)  # fmt: skip


def comes_along(name: str) -> bool:
    """Whether it is the name of a text that comes with the workbench, and is on every computer."""
    return name in _known()


def _known() -> dict[str, Path]:
    return {path.stem: path for path in sorted((paths.resources() / "texts").glob("*.txt"))}


def read_text(path: Path) -> str:
    """A text file as a string, UTF-8 or GBK, line ends made alike. Raises BadInput."""
    try:
        content = content_of(path, LARGEST_TEXT, f"is larger than {LARGEST_TEXT // 2**20} MB")
    except OSError as error:
        raise BadInput(str(path), f"cannot be read: {error.strerror}") from error
    if b"\0" in content:
        raise BadInput(str(path), "is not a text (it holds zero bytes)")
    # UTF-8 first: text in another encoding is almost never valid UTF-8, while GB 18030 (which contains GBK) accepts
    # nearly everything.
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    raise BadInput(str(path), "is neither UTF-8 nor GBK text")


def words_of(text: str, split: Split) -> list[str]:
    """Cuts a text into words, as the setting ``data.split`` says."""
    match split:
        case "spaces":
            return text.split()
        case "words":
            return _WORD.findall(text.lower())
        case "segments":
            return outcome(segments(text))
        case "characters":
            return list(text)


def likely_split(text: str) -> Split:
    """How a person's text is best cut: Chinese by jieba, others into words and signs."""
    chinese, letters = len(_CHINESE.findall(text)), sum(map(str.isalpha, text))
    return "segments" if 2 * chinese > letters else "words"


def told(words: Sequence[str], split: Split) -> str:
    """Words as one text again, with spaces where a reader expects them."""
    return "".join(gap(left, right, split) + right for left, right in zip(("", *words), words, strict=False))


def gap(left: str, right: str, split: Split) -> str:
    """What stands between two words: a space, or nothing beside a Chinese character or sign, or a text's edge."""
    if split == "characters" or not left or not right or _WIDE.match(left[-1]) or _WIDE.match(right[0]):
        return ""
    return " "
