"""`coach board`: the class at a glance, on a page that the instructor's machine serves."""

from __future__ import annotations

from typing import Annotated

import typer

from coach.environment import find_root
from coach.room.cli import Pause

app = typer.Typer()

HOST = "the address to listen at; 0.0.0.0 lets everybody in your network in, by plain http"


@app.command(
    epilog="Examples: `coach board` for a rehearsal on this machine, `coach board --host 0.0.0.0` for a class."
    " The class is kept in .coach/board; the same command goes on with it."
    " The agenda is that of `coach class agenda`, from when you start the clock: give both the same --break."
)
def board(
    host: Annotated[str, typer.Option(help=HOST)] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="the port; 0 takes a free one")
    ] = 8700,
    pause: Pause = 15,
):
    """For instructors: serve a page that shows live who is where, who is stuck, and raised hands."""
    from coach import overview

    root = find_root()
    overview.exercises(root)
    run(root, host, port, pause)


def run(root, host, port, pause):
    """Serve the class until Ctrl-C."""
    from coach import course, show
    from coach.board import app as application
    from coach.board import lessons, serve, store
    from coach.board.classroom import Classroom
    from coach.board.pages import Pages

    known, file = lessons.lessons(root), store.file_of(root)
    with serve.listen(host, port) as listener:
        store.make_folder(file)
        with serve.alone(file):
            room = Classroom(file, known, pause)
            room.writer.start()
            try:
                where = serve.address(listener)
                join = f'coach join {where} {room.code} --name "…"'
                again = command(host, listener.getsockname()[1], pause)
                announce(root, room, listener.getsockname(), where, join, again)
                about = {"workshop": course.workshop_name(root), "join": join}
                serve.serve(application.make(room, Pages(room, about)), listener)
            finally:
                room.writer.end()
    show.line(f"The board has ended; the class is kept. `{again}` goes on with it.")


def command(host, port, pause):
    """Return the command that opens the board where learners look for it, with the same agenda."""
    from coach.room.agenda import PAUSE

    rest = "" if pause == PAUSE else f" --break {pause}"
    return f"coach board --host {host} --port {port}{rest}"


def announce(root, room, at, where, join, again):
    """Say how to reach the board, who can, and what is kept."""
    from rich.text import Text

    from coach import show
    from coach.board import keys
    from coach.board.serve import ANYWHERE

    host, port = at[:2]
    here = f"http://127.0.0.1:{port}" if host in ANYWHERE else where
    rows = {
        "Your page": f"{here}/#{keys.key(room.secret, keys.INSTRUCTOR)}",
        "Projector": f"{here}/projector#{keys.key(room.secret, keys.PROJECTOR)}  (no names, no messages)",
        "Join code": room.code,
        "Learners": join,
    }
    show.line(
        "The board is open. Who has the address of your page sees all names: keep it to yourself."
    )
    for label, text in rows.items():
        # Never folded: to be copied in one piece.
        show.console.print(Text(f"  {label:<10} {text}"), soft_wrap=True)
    show.line(reach(host, where))
    show.line(
        f"Kept in {room.file.relative_to(root).as_posix()}: names, verdicts, raised hands with their messages, and times."
        " Delete the folder .coach/board to forget the class."
    )
    show.line(f"Ctrl-C ends the board; `{again}` goes on with the same class, code and address.")


def reach(host, where):
    """Return who can reach the board."""
    if host.startswith("127.") or host in ("::1", "localhost"):
        return (
            "It listens on this machine only, which is enough for a rehearsal."
            " For a class: `coach board --host 0.0.0.0`."
        )
    return (
        f"Everybody in your network can reach it at {where}, by plain http: who listens in can read what is sent."
        " Open your own page on this machine, and leave networks that you do not trust."
    )
