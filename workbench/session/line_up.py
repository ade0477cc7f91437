"""The line-up of the next race: what sets each lane apart from the chosen preset, and whether the lanes can race."""

from __future__ import annotations

from workbench.config import Interface, Preset
from workbench.engine.lanes import FEWEST, MOST, Changes, changed, check_lanes, default_changes, matched
from workbench.errors import BadInput
from workbench.models.shapes import parameter_count
from workbench.session.choices import Choices


class LineUp:
    """Two to four lanes, each some changes of the chosen preset, which they follow."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self._lanes: list[dict[str, object]] | None = None
        self._lined_up: tuple[object, tuple[Preset, ...]] = (None, ())
        #: What was typed and cannot be, by lane and key.
        self.rejected: dict[tuple[int, str], str] = {}
        #: Whether the units of the other lanes are chosen to match the first one's parameters.
        self.is_matched = False
        #: Whether it was changed since somebody last asked and set this back.
        self.is_new = False

    @property
    def changes(self) -> tuple[Changes, ...]:
        """What sets each lane apart from the chosen preset; the usual three cells until a person chose others."""
        return default_changes(self._choices.preset) if self._lanes is None else tuple(self._lanes)

    @property
    def is_usual(self) -> bool:
        """Whether nobody has chosen other lanes."""
        return self._lanes is None

    @property
    def presets(self) -> tuple[Preset, ...]:
        """The lanes' settings. Where the data must first be read to match the sizes, not matched yet."""
        changes, preset, reads = self.changes, self._choices.preset, self._choices.interface
        key = (preset, changes, self.is_matched, reads)
        if self._lined_up[0] != key:
            try:
                lanes = tuple(changed(preset, each) for each in changes)
            except BadInput:  # lanes of another kind of network than is chosen now
                self._lanes, self.rejected = None, {}
                return self.presets
            if self.is_matched and reads is not None:
                lanes = matched(lanes, reads)
            self._lined_up = (key, lanes)
        return self._lined_up[1]

    @property
    def parameters(self) -> tuple[int | None, ...]:
        """How many parameters each lane has; None while the data must first be read."""
        reads = self._choices.interface
        return tuple(_count(preset, reads) for preset in self.presets)

    def add(self, changes: Changes | None = None) -> None:
        """One more lane: a copy of the last one, or with these changes. Raises BadInput."""
        lanes = self._own()
        if len(lanes) >= MOST:
            raise BadInput("race", f"there are {MOST} lanes already", key="lanes")
        lane = dict(lanes[-1] if changes is None else changes)
        changed(self._choices.preset, lane)
        self._take([*lanes, lane])

    def remove(self, number: int) -> None:
        """Takes a lane out. Raises BadInput."""
        lanes = self._own()
        if len(lanes) <= FEWEST:
            raise BadInput("race", f"{FEWEST} lanes are the fewest", key="lanes")
        self._take([lane for other, lane in enumerate(lanes) if other != number])
        self.rejected = {}

    def set(self, number: int, key: str, value: object) -> None:
        """Changes one setting of a lane; one that cannot be is kept out and stands in ``rejected``."""
        self.rejected.pop((number, key), None)
        self.is_new = True
        lanes = self._own()
        # Another kind of network begins with settings of its own.
        kept = {} if key == "model.kind" else {other: old for other, old in lanes[number].items() if other != key}
        lane = kept | {key: value}
        try:
            changed(self._choices.preset, lane)
        except BadInput as error:
            said = f"{error.expected[:1].upper()}{error.expected[1:]}."
            self.rejected[number, key] = self._choices.expected(key) or said
            return
        lanes[number] = lane
        self._take(lanes)

    def set_matched(self, is_matched: bool) -> None:
        self.is_matched = is_matched
        self.is_new = True

    def back_to_usual(self) -> None:
        """LSTM, GRU and plain RNN of the chosen preset."""
        self._lanes, self.rejected = None, {}
        self.is_new = True

    def why_not(self) -> str:
        """Why these lanes cannot race; empty when they can."""
        if self._choices.problems:
            return "{}: {}".format(*next(iter(self._choices.problems.items())))
        for (number, key), why in self.rejected.items():
            return f"Lane {number}, {key}: {why}"
        try:
            check_lanes(self.presets)
        except BadInput as error:
            return str(error)
        return ""

    def _own(self) -> list[dict[str, object]]:
        return [dict(changes) for changes in self.changes]

    def _take(self, lanes: list[dict[str, object]]) -> None:
        self._lanes = lanes
        self.is_new = True


def _count(preset: Preset, reads: Interface | None) -> int | None:
    try:
        return parameter_count(preset.model, reads) if reads is not None else None
    except BadInput:  # said where the lanes are checked
        return None
