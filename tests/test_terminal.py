"""A learner in a real terminal: what they see in `coach watch`, what their keys do, and the terminal afterwards."""

import os
import re
import signal
import sys
import time

import pexpect
import pytest

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.fixture(scope="module")
def workshop(states, tmp_path_factory):
    """Return a workshop after exercise 02, its buckets running."""
    with states.copy(2, tmp_path_factory.mktemp("terminal")).buckets() as made:
        yield made


@pytest.fixture
def terminal(workshop):
    """Return a function that starts a program in a terminal of some size."""
    started = []

    def start(*command, columns=100, rows=30, **env):
        usual = {key: value for key, value in workshop.env.items() if key not in ("COLUMNS", "LINES")}
        env = {**usual, "TERM": "xterm-256color", "PS1": "", **env}
        child = pexpect.spawn(
            command[0],
            [*command[1:]],
            cwd=workshop.root,
            env=env,
            dimensions=(rows, columns),
            encoding="utf-8",
            timeout=60,
        )
        started.append(child)
        return child

    yield start
    for child in started:
        child.close(force=True)


def coach(*arguments):
    """Return the command that runs the coach."""
    return [sys.executable, "-m", "coach", *arguments]


ENDINGS = {  # how a watch ends, and the exit code that the shell sees
    "q": (lambda screen, pid: screen.send("q"), 0),
    "Ctrl-C": (lambda screen, pid: screen.sendintr(), 0),
    "SIGTERM": (lambda screen, pid: os.kill(pid, signal.SIGTERM), 143),
}


def is_running(pid):
    """Say whether there is a process of this number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("name", ENDINGS)
def test_the_terminal_is_as_it_was(workshop, terminal, name):
    """However it ends, the terminal has the settings that it had before."""
    end, code = ENDINGS[name]
    shell = terminal("sh")
    shell.sendline("stty -a > before; sh -c 'echo $$ > pid; exec \"$0\" -m coach watch 02' " + sys.executable)
    shell.expect("checked at")
    pid = int((workshop.root / "pid").read_text())
    end(shell, pid)
    while is_running(pid):  # what is typed before would go to the coach
        time.sleep(0.1)
    shell.sendline("echo code=$?; stty -a > after; echo written")
    shell.expect(rf"code={code}\r\n")
    shell.expect(r"written\r\n")
    before, after = ((workshop.root / file).read_text() for file in ("before", "after"))
    assert before == after and " icanon" in before and " echo " in before


def test_keys_that_are_no_choices_do_nothing(workshop, terminal):
    """An arrow and a pasted command are no keys; Enter checks again."""
    screen = terminal(*coach("watch", "03"))
    screen.expect("checked at")
    for sent in ("\x1b[A", "dvc push"):
        screen.send(sent)
    with pytest.raises(pexpect.TIMEOUT):
        screen.expect("Hint 1|Part 1|checked at", timeout=2)
    screen.send("\r")
    screen.expect("checking ...")
    screen.expect("checked at")


SCREENS = {
    "coach": [],
    "list": ["list"],
    "check": ["check", "03"],
    "hint": ["hint", "03"],
    "watch": ["watch", "03", "--once"],
    "solution": ["solution", "03", "--give-up"],
}


@pytest.mark.parametrize("columns", [40, 100])
@pytest.mark.parametrize("name", SCREENS)
def test_every_line_fits(terminal, name, columns):
    """In a narrow terminal as in a wide one the coach folds its lines itself, and no word is lost."""
    screen = terminal(*coach(*SCREENS[name]), columns=columns)
    screen.expect(pexpect.EOF)
    lines = ESCAPES.sub("", screen.before).splitlines()
    assert max(map(len, lines)) <= columns
    if name == "check":
        words = " ".join(" ".join(lines).split())
        assert re.search("Expected a default remote.* Found no remote Where .dvc/config Next `dvc remote add", words)


def test_words_carry_the_verdict(terminal):
    """With NO_COLOR the terminal gets no colour, and the same words."""
    said = {}
    for value in ("", "1"):
        screen = terminal(*coach("check", "03"), NO_COLOR=value)
        screen.expect(pexpect.EOF)
        said[value] = screen.before
    assert "\x1b[33m" in said[""] and not re.search(r"\x1b\[[0-9;]*3[0-7]m", said["1"])
    assert ESCAPES.sub("", said[""]) == ESCAPES.sub("", said["1"])


def test_wrong_then_hint_then_right_then_next(workshop, terminal):
    """A learner saves a wrong answer, asks for a hint, mends it, passes, goes on, and quits."""
    (workshop.root / ".coach" / "progress.json").unlink()
    workshop.coach("check", "--all", check=False)
    screen = terminal(*coach("watch"))
    screen.expect("> 03_remote")
    screen.expect("checked at")
    config = workshop.root / ".dvc" / "config"
    config.write_text("[core]\n    remote = mine\n['remote \"mine\"']\n    url = gs://somewhere-else/me\n")
    screen.expect("gs://somewhere-else/me")  # what the check has found
    screen.expect("checked at")
    screen.send("n")
    screen.expect("03_remote has not passed yet. `coach skip`")
    screen.send("s")
    screen.expect("The solution opens after a pass or after all hints")
    screen.send("h")
    screen.expect("Hint 1 of 3: ")
    screen.expect("h:hint")
    workshop.run("git", "checkout", "solution/03_remote", "--", ".dvc/config")
    screen.expect("The address is committed")
    workshop.run("git", "commit", "-m", "Name the remote")
    screen.expect("Every file that the last commit")
    workshop.run("dvc", "push")
    screen.expect("passed, 6 of 6 points")
    screen.expect("press n to go on to 04_preprocess")
    screen.send("n")
    screen.expect("> 04_preprocess")
    screen.expect("not yet, 0 of 18 points")
    screen.send("l")
    screen.expect("Part 1 Core")
    screen.send("q")
    screen.expect(pexpect.EOF)
    screen.close()
    assert screen.exitstatus == 0
