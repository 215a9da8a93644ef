"""What one learner, one address or one request may ask of the board."""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections import OrderedDict

import h11
from fastapi import HTTPException
from uvicorn.protocols.http.h11_impl import H11Protocol

from coach.joined.agreed import LARGEST

MOST_LEARNERS, MOST_PAGES, MOST_CONNECTIONS = 2000, 100, 3000
MOST_ADDRESSES = 10_000
REQUESTS = (60, 2)  # of one learner: at once, a second
CODES = (50, 1)  # wrong codes and secrets from one address; a whole room can have one address
JOINS = (600, 10)  # from one address
SLOW = 10  # seconds for the head of a request, and for its body


class Bucket:
    """Lets so many through at once, and then so many a second."""

    def __init__(self, burst, rate):
        self.burst, self.rate, self.left, self.seen = burst, rate, burst, time.monotonic()

    def wait(self) -> float:
        """Return how long to wait until one may pass; 0 where it may now."""
        now = time.monotonic()
        self.left = min(self.burst, self.left + (now - self.seen) * self.rate)
        self.seen = now
        return 0 if self.left >= 1 else (1 - self.left) / self.rate

    def take(self):
        """Let one through; HTTPException 429 with the seconds to wait where it may not."""
        if wait := self.wait():
            after = {"Retry-After": str(int(wait) + 1)}
            raise HTTPException(429, "too many requests: wait a little", headers=after)
        self.left -= 1


class Addresses:
    """A Bucket for each address; of too many the oldest is forgotten."""

    def __init__(self, burst, rate):
        self.limits, self.buckets = (burst, rate), OrderedDict()

    def of(self, request) -> Bucket:
        """Return the Bucket of whoever asks."""
        place = network(request.client.host if request.client else "")
        bucket = self.buckets.pop(place, None) or Bucket(*self.limits)
        self.buckets[place] = bucket
        while len(self.buckets) > MOST_ADDRESSES:
            self.buckets.popitem(last=False)
        return bucket


def network(host):
    """Return an address; of IPv6 the network, as one machine there has many addresses, unless it is IPv4 in disguise."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    address = getattr(address, "ipv4_mapped", None) or address
    whole = 32 if address.version == 4 else 64
    return str(ipaddress.ip_network((address, whole), strict=False))


async def body(request) -> bytes:
    """Return the body of a request; one that is too large is refused before it is read, one that is slow is not waited for."""
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > LARGEST:
        raise too_large()
    try:
        return await asyncio.wait_for(read(request), SLOW)
    except asyncio.TimeoutError:
        why = f"the request took longer than {SLOW} seconds"
        raise HTTPException(408, why, {"Connection": "close"}) from None


async def read(request) -> bytes:
    """Return the body; it is given up where it grows too large."""
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > LARGEST:
            raise too_large()
    return bytes(parts)


def too_large():
    return HTTPException(413, f"a request has at most {LARGEST} bytes", {"Connection": "close"})


class Protocol(H11Protocol):
    """uvicorn's own, but a connection on which the head of a request does not come in time is closed."""

    timer = None

    def connection_made(self, transport):
        super().connection_made(transport)
        self.watch()

    def data_received(self, data):
        super().data_received(data)
        self.watch()

    def connection_lost(self, exc):
        super().connection_lost(exc)
        self.stop()

    def watch(self):
        """Let the time run while a head is coming, and only then."""
        if self.conn.their_state is not h11.IDLE:
            self.stop()
        elif self.timer is None:
            self.timer = self.loop.call_later(SLOW, self.transport.close)

    def stop(self):
        if self.timer:
            self.timer.cancel()
            self.timer = None
