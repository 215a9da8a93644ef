"""What surrounds the application: the headers of every answer, and quiet for errors that are nobody's concern."""

from __future__ import annotations

import sys
import traceback

from sse_starlette.sse import SendTimeoutError
from starlette.requests import ClientDisconnect

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
PAIRS = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
NAMES = {name for name, _ in PAIRS}


class Shield:
    """Answers as the application does, with our headers on each answer."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        async def with_headers(message):
            if message["type"] == "http.response.start":
                others = [pair for pair in message["headers"] if pair[0].lower() not in NAMES]
                message = {**message, "headers": [*others, *PAIRS]}
            await send(message)

        try:
            await self.app(scope, receive, with_headers)
        # A page that takes nothing, a learner who went.
        except (SendTimeoutError, ClientDisconnect):
            raise
        except Exception:
            traceback.print_exc(file=sys.stderr)
            raise
