"""Every message that a learner can meet says its four facts, ends in a command that exists, and is in the catalogue."""

import difflib

import messages
import pytest
from commands import commands, fault_of
from messages import FACTS, GOLDEN, WRITE, as_text, collect, module_of, read_sources
from resolve import Scope, Sources, is_words, without_placeholders

CATALOGUE = collect(read_sources())
MESSAGES = list(CATALOGUE.every())
CHECKS = [
    pytest.param(check, id=f"{name.partition('.')[2]}-{check.name}")
    for name, checks in CATALOGUE.checks.items()
    for check in checks
]
# Programs of the learner's system, which ours need not have, and commands that only a run knows.
FOREIGN = ("gcloud ", "winget ", "xcode-select ", "sudo ", "w32tm ", "rm ", "del ", "python -m ", "{command}", "{line}")


def spoken(text):
    """Return a text as a learner reads it: a word in place of each placeholder."""
    return without_placeholders(text, "X")


def faults_of(message):
    """Return what is wrong with a message, a line for each fault."""
    faults = [f"{fact}: there is none" for fact in FACTS if not message.facts[fact]]
    for fact in ("expected", "found"):
        bare = [text for text in message.facts[fact] if not is_words(text, 1) and text not in messages.VALUES]
        faults += [f"{fact}: {text!r} tells nothing; put words to it, or into VALUES what it is" for text in bare]
    for text in message.facts["next"]:
        found = commands(spoken(text))
        faults += [f"next: `{line}`: {fault_of(line)}" for line in found if fault_of(line)]
        if not found and not any(f"`{program}" in text for program in FOREIGN):
            faults.append(f"next: {text!r} has no command that goes on, such as `coach check`")
    return faults


def test_every_message_says_where_one_stands_and_how_to_go_on(generated, monkeypatch):
    """Expected, found, where and next are there; next has a command, and the installed programs have it."""
    monkeypatch.chdir(generated)
    found = [f"{m.module}, {m.function}: {fault}" for m in MESSAGES for fault in faults_of(m)]
    assert not found, "\n".join(["", *found])


def test_the_catalogue_is_up_to_date():
    """tests/messages.md is what the sources say."""
    old, new = GOLDEN.read_text(encoding="utf-8").splitlines(), as_text(CATALOGUE).splitlines()
    changes = [line for line in difflib.unified_diff(old, new, "tests/messages.md", "the sources", n=1, lineterm="")]
    assert not changes, "\n".join(["", *changes, "", f"Read the changes; `{WRITE}` writes them."])


def test_the_catalogue_misses_no_exercise_and_no_module(template):
    """Each exercise and each part of the coach that speaks is in it."""
    assert set(CATALOGUE.checks) == {f"exercises.{each.parent.name}" for each in template.glob("exercises/*/test_*.py")}
    speaking = {message.module for message in MESSAGES if not message.module.startswith("exercises.")}
    assert {"coach.checks.common", "coach.environment", "coach.buckets.errors", "package.params"} <= speaking
    assert len(MESSAGES) > 100 and all(
        check.messages or check.also for checks in CATALOGUE.checks.values() for check in checks
    )


def test_what_a_bare_value_is_told_of_is_used():
    """No entry of VALUES is left over."""
    said = {text for message in MESSAGES for fact in ("expected", "found") for text in message.facts[fact]}
    assert set(messages.VALUES) <= said


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_has_a_title_and_hints(check):
    """A check's title is one sentence, and it has at least two hints, all different."""
    assert check.title.endswith(".") and len(check.title) < 130
    assert len(check.hints) == len(set(check.hints)) >= 2


# The finder itself: what it must see, and what it must not let pass

SOURCE = """
from coach.checks.vocabulary import NotYet, require
KINDS = {{"a": "an apple", "b": "a pear"}}
SIGN_IN = "`git status`"
def check(kind):
{}
def tell(rank, *facts):
    return NotYet(*facts)
def wrong(found, next):
    return NotYet("all well", found, "here", next)
def words(missing):
    if missing:
        return "`dvc push`"
    return "`dvc pull`"
def pairs():
    yield "one", "`git log`"
    yield "two", "`git diff`"
"""
VOCABULARY = """
class NotYet(AssertionError):
    pass
def require(condition, *, expected, found, where, next):
    if not condition:
        raise NotYet(expected, found, where, next)
"""
KNOWN = {
    "a constant": ('raise NotYet("e", "f", "w", SIGN_IN)', "next", ["`git status`"]),
    "a choice": ('raise NotYet("e", "f" if kind else "g", "w", "n")', "found", ["f", "g"]),
    "a variable": ('n = "x"\n    if kind:\n        n = "y"\n    raise NotYet("e", "f", "w", n)', "next", ["x", "y"]),
    "a variable set anew": ('n = "x"\n    n = "y"\n    raise NotYet("e", "f", "w", n)', "next", ["y"]),
    "a pair": ('f, n = "f", "n"\n    raise NotYet("e", f, "w", n)', "next", ["n"]),
    "a function": (
        'require(0, expected="e", found="f", where="w", next=words(kind))',
        "next",
        ["`dvc push`", "`dvc pull`"],
    ),
    "a table": ('raise NotYet("e", KINDS[kind], "w", "n")', "found", ["an apple", "a pear"]),
    "an f-string": ('raise NotYet("e", f"no {kind.name}", "w", "n")', "found", ["no {kind.name}"]),
    "an f-string of constants": (
        'raise NotYet("e", "f", "w", f"{SIGN_IN}, then go")',
        "next",
        ["`git status`, then go"],
    ),
    "a loop": ('for f, n in pairs():\n        raise NotYet("e", f, "w", n)', "next", ["`git log`", "`git diff`"]),
    "a factory": ('raise wrong("an error", "`git log`")', "next", ["`git log`"]),
    "a factory of a row": ('raise tell(1, "e", "an error", "w", "n")', "found", ["an error"]),
    "a sum": ('raise NotYet("e", "f: " + ", ".join(kind), "w", "n")', "found", ["f: {kind, …}"]),
    "an unknown": ('raise NotYet("e", kind.name, "w", "n")', "found", ["{kind.name}"]),
}


def found_in(body):
    """Return the messages of `check` with this body."""
    modules = {"coach.checks.vocabulary": module_of("coach.checks.vocabulary", VOCABULARY)}
    modules["exercise"] = module_of("exercise", SOURCE.format("    " + body))
    collector = messages.Collector(Sources(modules))
    return collector.messages(modules["exercise"], modules["exercise"].functions["check"])


@pytest.mark.parametrize("body, fact, texts", KNOWN.values(), ids=KNOWN)
def test_the_finder_resolves(body, fact, texts):
    """What a fact can be is found wherever it was written."""
    (message,) = found_in(body)
    assert message.facts[fact] == texts


FAULTY = {
    "a fact that is not there": ('raise NotYet("e", "f", "w", "")', "next: there is none"),
    "a next without a command": ('raise NotYet("e", "f", "w", "try again")', "has no command"),
    "a command that is none": ('raise NotYet("e", "f", "w", "`dvc brew`")', "there is no such command"),
    "an option that is none": ('raise NotYet("e", "f", "w", "`dvc push --fast`")', "there is no option --fast"),
    "one of two": ('raise NotYet("e", "f", "w", "go" if kind else "`dvc push`")', "has no command"),
    "a bare value": ('raise NotYet("e", kind.mystery, "w", "`dvc push`")', "tells nothing"),
}


@pytest.mark.parametrize("body, fault", FAULTY.values(), ids=FAULTY)
def test_a_message_that_does_not_do_is_found(body, fault, generated, monkeypatch):
    """Each way to leave a learner alone is named."""
    monkeypatch.chdir(generated)
    (message,) = found_in(body)
    (said,) = faults_of(message)
    assert fault in said


def test_a_parameter_is_what_the_callers_say():
    """The same function says other words for other callers, and each is a message of its own."""
    body = 'raise wrong("one", "`git log`") if kind else wrong("two", "`git diff`")'
    assert [message.facts["found"] for message in found_in(body)] == [["one"], ["two"]]
    module = module_of("m", 'def f(x):\n    return f"{x}!"\ndef g():\n    return f("a") + f("b")\n')
    call = module.functions["g"].body[0].value
    assert Sources({"m": module}).texts(call, Scope(module, module.functions["g"])) == ["a!b!"]
