"""One question to the board and its answer; straight to its address, through no proxy."""

from __future__ import annotations

import http.client
import json
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from coach.encoding import one_line

LONGEST = 100_000  # bytes of an answer
ENDLESS = 10**12  # no event has such a number


class Away(Exception):
    """Nobody answers there, or not as a web server does."""


@dataclass(frozen=True)
class Answer:
    """HTTP's status, the data, and how many seconds to wait before the next question."""

    status: int
    data: dict
    wait: float

    @property
    def delivered(self) -> int | None:
        """Return the highest number that the board has kept; None in an answer that is no board's."""
        number = self.data.get("delivered")
        return number if type(number) is int and 0 <= number < ENDLESS else None

    @property
    def why(self):
        """Return why the board has refused, in its words."""
        return one_line(self.data.get("detail", f"HTTP status {self.status}"))[:300]


def address(text) -> str:
    """Return the address of a board, `http://HOST:PORT`; ValueError for anything else."""
    parts = urlsplit(text.strip() if "://" in text else f"http://{text.strip()}")
    is_plain = parts.scheme in ("http", "https") and parts.path in ("", "/") and not parts.query
    is_one = re.fullmatch(r"[^@\s]+", parts.netloc) and parts.hostname and parts.port != 0
    if not is_plain or not is_one:
        raise ValueError("no such address")
    parts.hostname.encode("idna")
    return f"{parts.scheme}://{parts.netloc}"


def ask(url, path, data, token="", seconds=10) -> Answer:
    """Send data to the board and return its Answer; Away where there is none."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    headers = {"Content-Type": "application/json", "Connection": "close"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    connection = kind(parts.hostname, parts.port, timeout=seconds)
    try:
        connection.request("POST", path, json.dumps(data).encode(), headers)
        return answer(connection.getresponse())
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Away(str(error) or type(error).__name__) from None
    finally:
        connection.close()


def answer(response) -> Answer:
    """Return a response as an Answer; data that is none is empty."""
    try:
        data = json.loads(response.read(LONGEST))
    except (ValueError, RecursionError):
        data = {}
    wait = response.headers.get("Retry-After", "")
    data = data if isinstance(data, dict) else {}
    return Answer(response.status, data, min(int(wait), 60) if wait.isdecimal() else 0)
