"""Who may do what: the join code, the learners' tokens, the instructor's secret and what is derived from it."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from coach.joined.agreed import plain

# None that is taken for another one when it is read aloud.
LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
INSTRUCTOR, PROJECTOR = "names", "projector"  # the two roles, called as the views that they may see


def new_code() -> str:
    """Return a join code that nobody guesses: 39 bits, and the board slows down whoever tries."""
    letters = [secrets.choice(LETTERS) for _ in range(8)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


def new_secret() -> str:
    """Return a token or a secret with 192 bits."""
    return secrets.token_urlsafe(24)


def same_code(given, code) -> bool:
    """Say whether a code is the one of the class, however it is typed."""
    return same(plain(given), plain(code))


def same(given, known) -> bool:
    """Compare two secrets in a time that tells nothing of them."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), known.encode())


def digest(token) -> str:
    """Return what the board keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def key(secret, role) -> str:
    """Return what opens the page of a role: the secret itself, or for the projector a key that shows no names."""
    return secret if role == INSTRUCTOR else derived(secret, "key of the projector")[:32]


def session(secret, role) -> str:
    """Return the value of a role's cookie: it cannot be turned back into the secret."""
    return derived(secret, f"session of {role}")


def derived(secret, purpose) -> str:
    """Return a secret of its own for a purpose."""
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()
