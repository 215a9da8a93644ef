"""What an instructor opens before the first exercise and says at its beginning; the template's docs/run-this-workshop.md has all of it."""

from __future__ import annotations

from coach.room import agenda


def opening(rows):
    """Return it as Markdown, for the speaker's notes and beside the first slide."""
    begin = agenda.clock(rows[0].begins)
    return f"""**Before {begin}**, on your machine, in the workshop's folder and `pipenv shell`:

1. `coach doctor`. All of it should be well.
2. `coach board --host 0.0.0.0` in a terminal of its own; it stays open all day. It prints two addresses to open in your
   browser. The projector's page has no names and says how to join. Yours has all names: keep it to yourself.
3. `coach class slides` writes the slides. Put them on the projector; `f` fills the screen.

**At {begin}**, show the projector's page and say what the board is for. Who wants you to see where they are stuck types
once, with ADDRESS and CODE from that page:

```console
$ coach join ADDRESS CODE --name "Ada"
```

From then on each `coach check` tells the board which exercise it was, what has passed, and when: no code, no files, and
nothing of somebody who has not joined. `coach leave` ends it.

Show what helps, too: `coach hint` when they are stuck, `coach raise-hand "my push fails"` to call you, and `coach undo`
when something is broken.

A room in which machines cannot reach each other does without the board; all else works. More is on the page "Run this
workshop", docs/run-this-workshop.md in the template.
"""
