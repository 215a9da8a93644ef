"""One request after another to one server, each with a time limit; standard library only."""

from __future__ import annotations

import io
import socket
import urllib.parse
import urllib.request

SECONDS = 5


class Connection:
    """A server and the right to enter it: `token` is a function that returns a bearer token or None.

    A server that wants none is a local one: no proxy stands before it. An address that is none is a ValueError.
    """

    def __init__(self, url, token=None):
        self.url = (url if "://" in url else f"http://{url}").rstrip("/")
        self.token, self.local = token, token is None
        parts = urllib.parse.urlsplit(self.url)
        self.address = (parts.hostname, parts.port or 80)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"no address of a server: {url}")
        handlers = [urllib.request.ProxyHandler({})] if self.local else []
        self.opener = urllib.request.build_opener(*handlers)

    def send(self, method, path, data=None) -> bytes:
        """Return the body of the answer; raise HTTPError, another OSError or NoToken, never wait for long."""
        headers = {"Content-Type": "application/octet-stream"}
        body = None if data is None else io.BytesIO(data)  # sent in pieces: the limit is for each
        if body:
            headers["Content-Length"] = str(len(data))
        if callable(self.token):
            self.token = self.token()
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if self.local:  # a second is enough to find out that nobody listens
            socket.create_connection(self.address, timeout=1).close()
        request = urllib.request.Request(self.url + path, body, headers, method=method)
        with self.opener.open(request, timeout=SECONDS) as answer:
            return answer.read()
