"""The bearer token for Google Cloud Storage, from wherever this machine keeps its credentials, within seconds."""

from __future__ import annotations

import functools
import os
import queue
import threading

SCOPE = "https://www.googleapis.com/auth/devstorage.read_write"
SECONDS = 10


class NoToken(Exception):
    """There are credentials, but no token can be had of them; the text says why."""


def within(seconds, function, *arguments):
    """Return what the function returns, or raise TimeoutError after so many seconds, whatever it does."""
    answers = queue.SimpleQueue()

    def work():
        try:
            answers.put((function(*arguments), None))
        except Exception as error:
            answers.put((None, error))

    threading.Thread(target=work, daemon=True).start()
    try:
        value, error = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError(f"no answer within {seconds} s") from None
    if error:
        raise error
    return value


def token():
    """Return a token, or None where this machine has no credentials at all; NoToken says what is wrong with them."""
    try:
        return within(SECONDS, ask_google)
    except TimeoutError as error:
        raise NoToken(f"Google's sign-in gave {error}") from None


def ask_google():
    """Return the token of google-auth's default credentials (a key file, or the sign-in of gcloud)."""
    try:
        import google.auth
        from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
        from google.auth.transport.requests import Request
    except ImportError:
        raise NoToken(
            "the package google-auth, which comes with `dvc[gs]`, is not installed"
        ) from None
    try:
        credentials, _ = google.auth.default(scopes=[SCOPE])
        credentials.refresh(functools.partial(Request(), timeout=5))
    except DefaultCredentialsError as error:
        if os.environ.get("GOOGLE_APPLICATION_CREDENTIALS"):
            raise NoToken(str(error)) from None
        return None
    except (GoogleAuthError, ValueError, OSError) as error:
        raise NoToken(f"{type(error).__name__}: {error}") from None
    return credentials.token
