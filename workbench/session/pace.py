"""Pace: steps per second, and a remaining time that does not jump."""

from collections import deque

#: The pace is that of the last so many seconds.
WINDOW_SECONDS = 8.0


class Pace:
    """Watches (time, step) pairs. Times are seconds of a clock that pauses do not move."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()
        self._shown: float | None = None
        self._shown_at = 0.0

    def see(self, seconds: float, step: int) -> None:
        """Notes that ``step`` steps were done after ``seconds`` seconds."""
        self._seen.append((seconds, step))
        while len(self._seen) > 2 and seconds - self._seen[0][0] > WINDOW_SECONDS:
            self._seen.popleft()

    @property
    def steps_per_second(self) -> float:
        """0 until two moments were seen."""
        if len(self._seen) < 2:
            return 0.0
        (t0, s0), (t1, s1) = self._seen[0], self._seen[-1]
        return (s1 - s0) / (t1 - t0) if t1 > t0 else 0.0

    def remaining(self, steps: int) -> float | None:
        """Seconds until ``steps`` steps are done; None while unknown.

        Between two estimates the clock counts down; a new estimate moves it by a fifth of the difference.
        """
        pace = self.steps_per_second
        if not pace:
            return None
        now, done = self._seen[-1]
        estimate = max(0.0, (steps - done) / pace)
        if self._shown is None:
            self._shown = estimate
        else:
            counted_down = max(0.0, self._shown - (now - self._shown_at))
            self._shown = counted_down + 0.2 * (estimate - counted_down)
        self._shown_at = now
        return self._shown
