"""What the keys of `coach watch` do."""

from __future__ import annotations

from coach import course, overview, progress
from coach.environment import Trouble
from coach.helping import answer, hints
from coach.loop import keys, screen


def press(session, key):
    """Do what a key stands for; False ends the session."""
    if key == keys.QUIT:
        return False
    session.message = ""
    try:
        page = ACTIONS.get(key, nothing)(session, progress.load(session.root))
    except Trouble as trouble:
        page, session.message = None, f"{trouble.found}. Next: {trouble.next}"
    if page:
        screen.show_page(page)
    else:
        session.draw()
    return True


def nothing(session, known):
    """Bring the screen back."""


def again(session, known):
    """Check once more: what is pushed to a bucket in the cloud changes nothing here."""
    session.seen = None
    session.look()


def hint(session, known):
    """Give one hint more."""
    if session.graded is None:
        session.message = "There is no result yet to give a hint for."
    elif hints.give(known, session.graded) is None:
        session.message = "It has passed; there is nothing to hint at."
    else:
        progress.save(session.root, known)


def list_all(session, known):
    """Return the page of all exercises."""
    return lambda: overview.show_list(known, overview.rows(session.root, known))


def solution(session, known):
    """Return the page of the solution if it is open, otherwise say what opens it."""
    name, graded = session.name, session.graded
    if name in {*known.passed, *known.given_up} or graded and hints.is_open(known, graded):
        exercise = course.find(session.root, name)
        return lambda: answer.show_all(session.root, exercise)
    session.message = (
        "The solution opens after a pass or after all hints (key h)."
        f" To see it now: `coach solution {session.number} --give-up`"
    )


def go_on(session, known):
    """Watch the next exercise, once this one has passed."""
    if session.name not in known.passed:
        session.message = f"{session.name} has not passed yet. `coach skip` lets the coach do it."
        return
    following = screen.next_one(session, known, overview.rows(session.root, known))
    if following is None:
        session.message = "All exercises have passed."
    else:
        session.change_to(following.exercise)


ACTIONS = {"h": hint, "l": list_all, "s": solution, "n": go_on, keys.ENTER: again}
