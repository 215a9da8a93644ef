"""Where the learner is: all exercises by part, and in short."""

from __future__ import annotations

import itertools
from dataclasses import asdict, dataclass

from rich.text import Text

from coach import course, encoding, progress, show
from coach.environment import Trouble, find_root

SCHEMA = "coach/list/v1"
WIDE = 92  # columns for an exercise on one line


@dataclass
class Row:
    """One exercise as the list shows it; `by` is `you`, `the coach` or None."""

    exercise: str
    title: str
    part: str
    minutes: int
    verdict: str
    points: int
    max_points: int
    by: str | None
    current: bool

    @property
    def says(self):
        """Return the verdict, and after a pass whose it is."""
        return f"{self.verdict} by {self.by}" if self.by else self.verdict

    @property
    def score(self):
        return f"{self.points} of {self.max_points}"


def exercises(root):
    """Return the exercises; without any, a Trouble."""
    found = course.exercises(root)
    if not found:
        raise Trouble(
            expected="the exercises' folders, 01_… and so on",
            found="none",
            where=root / "exercises",
            next="`git restore exercises`",
        )
    return found


def choose(root, key=None):
    """Return the exercise that the learner named, or the current one (the last, where all have passed)."""
    found = exercises(root)
    if key:
        return course.find(root, key)
    return progress.current(progress.load(root), found) or found[-1]


def rows(root, known):
    """Return a Row for each exercise; one that has ever passed counts as passed."""
    found = course.exercises(root)
    current = progress.current(known, found)
    return [row_of(known, one, current is not None and one.id == current.id) for one in found]


def row_of(known, one, is_current):
    """Return the Row of one exercise."""
    passed, of = one.id in known.passed, one.max_points
    return Row(
        exercise=one.id,
        title=one.title,
        part=one.part,
        minutes=one.minutes,
        verdict=show.PASSED if passed else known.verdicts.get(one.id, "not started"),
        points=of if passed else min(known.points.get(one.id, 0), of),
        max_points=of,
        by=("the coach" if one.id in known.by_coach else "you") if passed else None,
        current=is_current,
    )


def as_json(found):
    """Return the one object that `coach list --json` prints."""
    return {
        "schema": SCHEMA,
        "passed": sum(row.verdict == show.PASSED for row in found),
        "exercises": [asdict(row) for row in found],
    }


def table(found):
    """Return the list of all exercises by part, the current one marked with >."""
    wide, lines = show.width() >= WIDE, []
    longest = max((len(row.title) for row in found), default=0)
    for part, members in itertools.groupby(found, key=lambda row: row.part):
        lines += [Text(f"Part {part}" if part else "Exercises", "bold")]
        for row in members:
            lines += one_line(row, longest) if wide else two_lines(row)
    return lines


def one_line(row, longest):
    """Return an exercise on one line, in columns."""
    length = longest if show.width() == show.UNLIMITED else min(longest, show.width() - 59)
    title = row.title if len(row.title) <= length else row.title[: length - 1] + "…"
    text = (
        f"{mark(row)} {row.exercise:<15}  {title:<{length}}  {row.minutes:>3} min  {row.score:>8}  "
    )
    return [Text.assemble(text, (row.says, show.STYLES.get(row.verdict, "dim")))]


def two_lines(row):
    """Return an exercise on two lines, for a narrow terminal."""
    about = f"    {row.says}, {row.score} points, {row.minutes} min"
    return [
        show.hanging(Text(f"{mark(row)} {row.exercise}  "), row.title),
        show.hanging(Text("    "), about.strip(), show.STYLES.get(row.verdict, "dim")),
    ]


def mark(row):
    return ">" if row.current else " "


def lost(known):
    """Return a sentence for each exercise that passed once and did not when it was last checked."""
    gone = [one for one in known.passed if known.verdicts.get(one, show.PASSED) != show.PASSED]
    return [
        f"{name} passed once, but its last check was: {known.verdicts[name]}. `coach check {name[:2]}` says why."
        for name in gone
    ]


def show_list(known, found):
    """Print the list, and how far the learner is."""
    show.put(*table(found))
    show.line()
    show.put(show.bar(len(passed(found)), len(found)))
    for sentence in lost(known):
        show.line(sentence)


def passed(found):
    return [row for row in found if row.verdict == show.PASSED]


def here():
    """Answer `coach` without a command."""
    encoding.install()
    root = find_root()
    show_place(progress.load(root), exercises(root))


def show_place(known, exercises):
    """Print where the learner is, how far, and the next step."""
    current = progress.current(known, exercises)
    done = [one for one in exercises if one.id in known.passed]
    if current is None:
        show.put(show.bar(len(done), len(exercises)))
        show.line("All exercises have passed. `coach check --all` grades them once more.")
        return
    verdict = known.verdicts.get(current.id, "not started")
    show.put(show.heading(current.id, current.title))
    show.line(f"{verdict}, about {current.minutes} minutes", show.STYLES.get(verdict))
    show.put(show.bar(len(done), len(exercises)))
    show.line(f"Next: read exercises/{current.id}/README.md, do its steps, then `coach check`.")
    show.line("`coach list` shows all exercises, `coach watch` checks while you work.", "dim")
