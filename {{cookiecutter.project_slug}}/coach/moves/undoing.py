"""`coach undo` and `coach saved`: say what going back will do, go back, and list where one can go back to."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from coach import show
from coach.environment import Trouble
from coach.moves.guards import alone
from coach.saves import bucket, restore, store

OWN = (".git/", ".dvc/cache/", ".dvc/tmp/", ".coach/")  # Git's, DVC's and the coach's files


def to_undo(root, number=None):
    """Return the save that `coach undo` goes back to: the one of this number, or the newest before a change."""
    known = {save.number: save for save in store.saves(root)}
    number = restore.unfinished(root) if number is None else number
    chosen = (
        [save for save in known.values() if save.to_undo] if number is None else [known.get(number)]
    )
    if not chosen or chosen[-1] is None:
        raise Trouble(
            found="nothing that the coach has changed" if number is None else f"no save {number}",
            expected="a save to go back to",
            where=store.folder(root),
            next="`coach saved` lists the saves; `coach undo`, with a number from there, goes to one",
        )
    return chosen[-1]


def announce(root, save):
    """Say what going back to a save will do."""
    changes = restore.changes(root, save)
    show.line(f"Back to save {save.number}, made {save.when} {save.why}:", "bold")
    for what, paths in (
        ("come back", changes.back),
        ("change back", changes.changed),
        ("go away", changes.gone),
    ):
        own = [path for path in paths if path.startswith(OWN)]
        named = [path for path in paths if not path.startswith(OWN)]
        if named:
            more = " …" if len(named) > 8 else ""
            point(f"{count(named)} {what}: {', '.join(named[:8])}{more}")
        if own:
            point(f"{count(own)} inside of .git, .dvc and .coach {what}")
    if not changes:
        point("the files are as they were then")
    if head := restore.head_of(root, save):
        point(f"Git is on {head} again")
    if save.bucket is not None and save.bucket != bucket.objects(root):
        point(f"the cache bucket holds {len(save.bucket)} objects again")
    show.line("What you have now is saved first.")


def point(text):
    """Print one of several points."""
    show.put(show.hanging(Text("  "), text))


def count(paths):
    """Return how many files these are, in words."""
    return "1 file" if len(paths) == 1 else f"{len(paths)} files"


def undo(root, save):
    """Go back to a save."""
    with alone(root, "coach undo", resuming=True):
        reached = restore.restore(root, save, "before `coach undo`")
        save.to_undo = False
        store.keep(root, save)
        after = store.saves(root)[-1]
    if not reached:
        show.line("The bucket server was not reached, so the cache bucket stays as it is.")
    show.line(
        f"Everything is as in save {save.number}. `coach undo {after.number}` takes the undo back."
    )
    show.line("Next: `coach` shows where you are.")


def list_saves(root):
    """Print the saves, the oldest first."""
    table = Table(box=None, padding=(0, 1))
    for heading in ("Save", "When", "Made", "Holds"):
        table.add_column(heading, overflow="fold")
    known = store.saves(root)
    for save in known:
        table.add_row(str(save.number), save.when, Text(save.why), f"{len(save.entries)} files")
    show.console.print(table if known else "There are no saves yet.")
    if known:
        show.line("`coach undo NUMBER` brings one back.")
