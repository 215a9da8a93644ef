"""Join a class, raise a hand in it, leave it; each tells whether the board has heard."""

from __future__ import annotations

import time

from coach.encoding import one_line
from coach.environment import Trouble
from coach.joined import membership, reporting, sender, spool, talk
from coach.joined.agreed import LONGEST_MESSAGE, LONGEST_NAME
from coach.joined.membership import Membership

LATER = "as soon as it is back: the coach tries for some minutes, and again after your next check"
HELP = "`coach join --help` shows an example"


def join(root, address, code, name) -> Membership:
    """Join the class of this code; whoever is in it already stays the same, with another name or address perhaps."""
    url, name = checked_address(address), checked("name", name, LONGEST_NAME)
    before = membership.last(root)
    stays = before is not None and before.is_same_class(code)
    answer = ask(url, code, name, before.token if stays else "")
    if answer.status != 200 or not is_welcome(answer):
        raise refusal(url, answer)
    member = Membership(url, code, one_line(answer.data["name"]), answer.data["token"])
    if not stays:
        spool.clear(root)  # what waits is for another class
    spool.begin(root, answer.delivered)
    membership.save(root, member)
    if spool.waiting(root):
        reporting.start(root)
    return member


def ask(url, code, name, token):
    """Ask the board to be let in; a Trouble where nobody answers."""
    try:
        return talk.ask(url, "/api/join", {"code": code, "name": name}, token)
    except talk.Away as error:
        raise Trouble(
            found=f"no answer: {error}",
            expected="the instructor's board",
            where=url,
            next=f"compare the address with the one that the instructor shows; are you in the same network? {HELP}",
        ) from None


def is_welcome(answer):
    """Say whether an answer is that of a board which has let us in."""
    words = [answer.data.get(key) for key in ("name", "token")]
    return answer.delivered is not None and all(isinstance(word, str) for word in words)


def refusal(url, answer) -> Trouble:
    """Return the Trouble of an answer that lets nobody in."""
    found, expected, next = {
        403: (
            "a code that is not the one of the class",
            "the code that the instructor shows, such as K7QM-3XPA",
            f"look at the code again; {HELP}",
        ),
        409: (
            f"no room: {answer.why}",
            "a place in the class",
            "tell the instructor; you can work without the board, `coach` shows where you are",
        ),
        422: (
            f"a name or a code that the board does not take: {answer.why}",
            "a name with letters, and the code of the class",
            HELP,
        ),
        429: (
            f"a board that is busy: {answer.why}",
            "a board that lets you in",
            f"wait for {int(answer.wait) + 1} seconds, then the same command; {HELP}",
        ),
        503: (
            f"a board that cannot write: {answer.why}",
            "a board that lets you in",
            f"tell the instructor, whose terminal says why; {HELP}",
        ),
    }.get(
        answer.status,
        (
            f"something else that answers there (HTTP status {answer.status})",
            "the instructor's board",
            f"compare the address with the one that the instructor shows; {HELP}",
        ),
    )
    return Trouble(found=found, expected=expected, where=url, next=next)


def checked_address(text) -> str:
    """Return the address of a board; a Trouble for what cannot be one."""
    try:
        return talk.address(text.partition("#")[0])
    except ValueError:
        raise Trouble(
            found=f"{text[:200]!r}, which is no such address",
            expected="the address of a board, such as http://10.0.0.5:8700",
            where="what you typed behind `coach join`",
            next=HELP,
        ) from None


def checked(what, text, longest) -> str:
    """Return a text that the board takes; a Trouble where it is too long."""
    text = text.encode("utf-8", "replace").decode()
    command = "coach join" if what == "name" else "coach raise-hand"
    if len(text) > longest or what == "name" and not text.strip():
        raise Trouble(
            found=f"a {what} of {len(text)} characters",
            expected=f"a {what} of {1 if what == 'name' else 0} to {longest} characters",
            where="what you typed",
            next=f"the same command with fewer words; `{command} --help` shows an example",
        )
    return text


def member_of(root) -> Membership:
    """Return the membership; a Trouble without one."""
    found = membership.load(root)
    if found is None:
        raise Trouble(
            found="no class that this workshop has joined",
            expected="a class",
            where=membership.file_of(root),
            next=f"join with the address and the code that the instructor shows; {HELP}",
        )
    return found


def hand(root, message) -> bool:
    """Raise the hand with a message, or lower it (None); return whether the board has heard it."""
    member = member_of(root)
    if message is not None:
        message = checked("message", message, LONGEST_MESSAGE)
    spool.put(root, [{"kind": "hand", "time": time.time(), "message": message}])
    try:
        is_there = sender.deliver_now(root)
    except sender.Out as error:
        spool.forget_hands(root)  # a hand that was refused must not go up later
        raise out(member, error) from None
    if not is_there:
        reporting.start(root)
    return is_there


def out(member, error) -> Trouble:
    """Return the Trouble of a learner whom the board does not know, or not any more."""
    return Trouble(
        found=f"a board that takes nothing from you: {error}",
        expected="a class that you are in",
        where=member.url,
        next=f"join once more; {HELP}",
    )


def leave(root) -> str:
    """Leave the class and say what became of it; what the board cannot be told is given up."""
    member = member_of(root)
    try:
        sender.deliver_now(root, seconds=2)
        answer = talk.ask(member.url, "/api/leave", {}, member.token, seconds=4)
        is_told = answer.status in (200, 401, 403)
    except (talk.Away, sender.Out) as error:
        is_told = isinstance(error, sender.Out)
    membership.leave(root)
    spool.clear(root)
    if is_told:
        return "You have left the class. Nothing is sent any more. Joined again, it knows you as before."
    return (
        "You have left the class: nothing is sent any more. The board does not answer now, so your row stays there"
        " until the instructor removes it."
    )
