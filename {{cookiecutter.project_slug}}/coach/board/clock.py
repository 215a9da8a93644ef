"""The agenda's clock: started, paused, gone on with, stopped."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace


@dataclass(frozen=True)
class Clock:
    """When the agenda began, since when it is paused, and how many seconds the pauses before took."""

    started: float | None = None
    paused: float | None = None
    lost: float = 0.0

    def after(self, wish, now) -> Clock:
        """Return the clock after `start` (which goes on after a pause), `pause` or `stop`; the same where it is so."""
        if wish == "stop":
            return Clock()
        if wish == "pause" and self.started is not None and self.paused is None:
            return replace(self, paused=now)
        if wish == "start" and self.started is None:
            return Clock(now)
        if wish == "start" and self.paused is not None:
            return replace(self, paused=None, lost=self.lost + max(0.0, now - self.paused))
        return self

    def rows(self):
        """Return (key, value) as the store keeps them."""
        return [(key, "" if value is None else str(value)) for key, value in asdict(self).items()]


def kept(meta) -> Clock:
    """Return the clock that a store has; one of an older coach knows no pause."""
    return Clock(**{one.name: float(meta[one.name]) for one in fields(Clock) if meta.get(one.name)})
