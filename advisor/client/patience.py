"""How long a client waits, and how often it asks again."""

from __future__ import annotations

import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, and how often to ask again.

    timeout: seconds for connecting, and for each read.   retries: further attempts after the first.   first_wait: seconds before the
    second attempt; each later wait is twice as long, at most max_wait. A `Retry-After` of the server takes its place; one beyond
    max_wait ends the attempts. There is no jitter: equal failures wait equally long.
    """

    timeout: float = 10.0
    retries: int = 3
    first_wait: float = 0.25
    max_wait: float = 8.0

    def wait(self, attempt: int, told: str | None = None) -> float | None:
        """Seconds between attempt number `attempt` (from 0), which failed, and the next; None when there is to be no next.

        told: the server's Retry-After, if any; what cannot be read counts as none.
        """
        if attempt >= self.retries:
            return None
        asked = _seconds(told)
        if asked is None:
            return min(self.max_wait, self.first_wait * float(2**attempt))
        return asked if asked <= self.max_wait else None


def _seconds(told: str | None) -> float | None:
    """Retry-After in seconds: a whole number, or a date."""
    if not told:
        return None
    if told.strip().isdecimal():
        return float(told)
    try:
        return max(0.0, parsedate_to_datetime(told).timestamp() - time.time())
    except (TypeError, ValueError):
        return None
