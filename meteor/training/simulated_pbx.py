"""A simulated PBX: announces calls over the API and reports when they are answered and ended."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from meteor.training.call_model import SimulatedCall

Send = Callable[[str, str, dict[str, Any] | None], dict[str, Any]]
"""Method, path and body of a request; what is answered. Raises what goes wrong."""

CALLS = "/api/v1/calls"


@dataclass
class _Line:
    """A call under way. `answered` is in seconds since the start."""

    simulated: SimulatedCall
    id: str
    answered: float | None = None


class SimulatedPbx:
    """Plays `calls` from the moment `began`; `say` receives the words of each caller."""

    def __init__(self, calls: Iterable[SimulatedCall], began: datetime, send: Send, say: Callable[[str], None]) -> None:
        self.due = sorted(calls, key=lambda simulated: simulated.at, reverse=True)
        self.began, self.send, self.say = began, send, say
        self.lines: list[_Line] = []
        self.counts = dict.fromkeys(("announced", "answered", "abandoned", "blocked"), 0)

    @property
    def over(self) -> bool:
        """Return whether all has rung and every line is free."""
        return not self.due and not self.lines

    def step(self, second: float) -> None:
        """Do what is due by now, so many seconds after the beginning."""
        while self.due and self.due[-1].at <= second:
            self._announce(self.due.pop())
        self.lines = [line for line in self.lines if self._goes_on(line, second)]

    def _announce(self, simulated: SimulatedCall) -> None:
        reference = f"sim-{self.began.timestamp():.0f}-{self.counts['announced']}"
        told = {
            "caller": simulated.caller,
            "received_at": self._moment(simulated.at),
            "reference": reference,
            "queue": "112",
        }
        call = self.send("POST", CALLS, told | where(simulated, self.began + timedelta(seconds=simulated.at)))
        self.counts["announced"] += 1
        self.say(f"{simulated.caller or '(hidden)'} {simulated.is_}: {simulated.says}")
        if call["status"] == "blocked":
            self.counts["blocked"] += 1
        else:
            self.lines.append(_Line(simulated, call["id"]))

    def _goes_on(self, line: _Line, second: float) -> bool:
        """Return whether the line is still taken after this step."""
        if line.answered is not None:
            return second < line.answered + line.simulated.talks or self._event(line, "ended", second)
        if self.send("GET", f"{CALLS}/{line.id}", None)["status"] == "taken":
            line.answered = second
            self.counts["answered"] += 1
            self._event(line, "answered", second, extension=f"2{self.counts['answered'] % 8 + 1:02}")
            return True
        if second < line.simulated.at + line.simulated.waits:
            return True
        self.counts["abandoned"] += 1
        return self._event(line, "abandoned", second)

    def _event(self, line: _Line, event: str, second: float, **more: str) -> bool:
        self.send("POST", f"{CALLS}/{line.id}/events", {"event": event, "at": self._moment(second), **more})
        return False

    def _moment(self, second: float) -> str:
        return (self.began + timedelta(seconds=second)).isoformat()


def where(simulated: SimulatedCall, at: datetime) -> dict[str, Any]:
    """The caller's position: the network's, the phone's own message (AML), or none."""
    if simulated.spot is None:
        return {}
    latitude, longitude = simulated.spot
    if not simulated.by_aml:
        return {
            "location": {"latitude": latitude, "longitude": longitude, "radius": simulated.radius, "confidence": 68}
        }
    top = at.astimezone(UTC).strftime("%Y%m%d%H%M%S")
    return {"aml": f'A"ML=1;lt={latitude:+.5f};lg={longitude:+.5f};rd={simulated.radius:.0f};top={top};lc=68;pm=G'}
