"""What an origin behind a proxy saw, one scenario after the other."""

from .origin import Origin


class Behind:
    """Reads the logs of an origin, always from where it stopped."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._lines: list[int] = []
        self._requests = 0

    @property
    def port(self) -> int:
        """The origin's port."""
        return self._origin.port

    def look(self) -> tuple[list[str], list[str]]:
        """Return complaints, and the frames at the origin as lines, since the last look."""
        logs = list(self._origin.connections)
        self._lines += [0] * (len(logs) - len(self._lines))
        lines: list[str] = []
        for number, log in enumerate(logs):
            count = len(log.lines)
            lines += [f"origin {number} {line}" for line in log.lines[self._lines[number] : count]]
            self._lines[number] = count
        complaints = [f"at the origin: {log.fault}" for log in logs if log.fault]
        requests = sum(len(log.streams) for log in logs)
        if requests == self._requests:
            complaints.append("no request came to the origin over HTTP/2")
        self._requests = requests
        return complaints, lines
