"""The commands with which a learner joins a class: join, leave, raise-hand, lower-hand."""

from __future__ import annotations

from typing import Annotated

import typer

from coach.environment import find_root

app = typer.Typer()

SENT = (
    "What is sent, after each `coach check` and each check of `coach watch`: your name, the exercise, its checks with"
    " their verdicts, and the time. Raised hands with their message. No code, no files."
)


@app.command(
    epilog=f'Example: `coach join http://10.0.0.5:8700 K7QM-3XPA --name "Ada"`. {SENT}'
    " `coach leave` ends it. Without joining nothing leaves your machine."
)
def join(
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="of the board, as the instructor shows it")
    ],
    code: Annotated[str, typer.Argument(metavar="CODE", help="the join code")],
    name: Annotated[str, typer.Option(help="the name by which the instructor sees you")],
):
    """Join a class: the instructor then sees which exercises you have done and where you are stuck."""
    from coach import show
    from coach.joined import joining

    member = joining.join(find_root(), address, code, name)
    show.line(f"You are in the class as {member.name}.")
    if member.name.endswith(")") and not name.endswith(")"):
        show.line("The number tells you from somebody in the class who has that name, too.")
    show.line(SENT)
    show.line("It goes over your network by plain http unless the address begins with https.")
    show.line(
        "What you did before is not sent: if you have begun already, `coach check --all` tells where you are."
    )
    show.line(
        'Next: `coach`. `coach raise-hand "…"` asks for help, `coach leave` ends the reporting.'
    )


@app.command(epilog="Example: `coach leave`. Then nothing is sent any more.")
def leave():
    """Leave the class: the board is told once more, and nothing after that."""
    from coach import show
    from coach.joined import joining

    show.line(joining.leave(find_root()))


@app.command(
    "raise-hand", epilog='Examples: `coach raise-hand "dvc push hangs"`, `coach raise-hand`.'
)
def raise_hand(
    message: Annotated[str, typer.Argument(help="in a few words, what you need")] = "",
):
    """Ask the instructor for help, in a few words."""
    from coach import show
    from coach.joined import joining

    is_there = joining.hand(find_root(), message)
    if is_there:
        show.line("Your hand is up: the instructor sees it. `coach lower-hand` takes it down.")
    else:
        show.line(f"The board does not answer now. Your hand goes up {joining.LATER}.")


@app.command("lower-hand", epilog="Example: `coach lower-hand`")
def lower_hand():
    """Take your raised hand down."""
    from coach import show
    from coach.joined import joining

    is_there = joining.hand(find_root(), None)
    if is_there:
        show.line("Your hand is down.")
    else:
        show.line(f"The board does not answer now. Your hand goes down {joining.LATER}.")
