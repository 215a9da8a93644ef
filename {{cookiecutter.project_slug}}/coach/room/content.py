"""A slide as data; what of an exercise's text stands on its slides, and what the speaker says beside them."""

from __future__ import annotations

from dataclasses import dataclass

from coach.room import lesson, markup
from coach.room.markup import Block

TITLE, EXERCISE, TEXT, REST = "title", "exercise", "text", "rest"  # kinds of slides
CHECKED = "What is checked"
WHY = "Why it matters"
SHORT, LONG = 40, 120  # letters of a sentence that needs another beside it, or makes no heading
ENOUGH, WHOLE = 120, 160  # letters of a paragraph: where it may end, and up to which it stays whole
SAID_ONLY = ("Read on",)  # sections for the learner at home


@dataclass(frozen=True)
class Slide:
    """A slide: texts are Markdown; `over` stands small above the heading."""

    kind: str
    heading: str
    blocks: tuple[Block, ...] = ()
    over: str = ""
    notes: str = ""
    minutes: int = 0
    name: str = ""  # for the address: 04.3


def text(source):
    """Return a paragraph."""
    return Block("text", source + "\n")


def of_section(heading, blocks, checks):
    """Return the slides of a section of an exercise's text; a heading alone makes none."""
    if heading in SAID_ONLY:
        return []
    if heading == CHECKED:
        return of_checks(blocks, checks)
    before, steps = lesson.steps(blocks)
    opening = [of_prose(heading, before, bool(steps) or heading == WHY)] if before else []
    return opening + [of_step(step) for step in steps]


def of_prose(heading, blocks, is_brief):
    """Return a slide without steps; what is shortened there is said whole."""
    blocks = tuple(blocks)
    found = shorter(blocks) if is_brief else blocks
    return Slide(TEXT, heading, found, notes=said(blocks) if found != blocks else "")


def of_step(step):
    """Return the slide of a step: its first sentence and its commands; the rest is for the speaker."""
    blocks = [text(step.rest)] * bool(step.rest) + list(step.blocks)
    number, notes = f"step {step.number}", said(blocks)
    if len(step.title) > LONG:
        below = (text(step.title), *shown(blocks, False))
        return Slide(TEXT, number.capitalize(), below, notes=notes)
    return Slide(TEXT, step.title, shown(blocks, len(step.title) < SHORT), number, notes)


def of_checks(blocks, checks):
    """Return the slides of what is checked, and of the first hint of each check."""
    points = sum(check.points for check in checks)
    code = tuple(block for block in blocks if block.kind == "code")
    titles = Block("list", "".join(f"- {check.title}\n" for check in checks))
    first = Block("list", "".join(f"- {check.hints[0]}\n" for check in checks if check.hints))
    notes = "\n\n".join(stuck(check) for check in checks if check.hints)
    found = [Slide(TEXT, f"{CHECKED}: {points} points", (*code, titles), notes=said(blocks))]
    if first.source:
        found.append(Slide(TEXT, "Not yet? Ask yourself", (first,), notes=notes))
    return found


def stuck(check):
    """Return a check with all its hints, as Markdown."""
    return f"{check.title}\n\n" + "".join(f"- {hint}\n" for hint in check.hints)


def shown(blocks, is_opened):
    """Return what a step shows: all but its prose, and of that what opens it, announces a block or parts two of them."""
    if all(block.kind == "text" for block in blocks):
        return until_said(blocks)
    found, kinds = [], [*(block.kind for block in blocks), "text"]
    for number, block in enumerate(blocks):
        if block.kind == "text":
            is_above = kinds[number + 1] != "text"
            parts = is_above and {*kinds[:number]} - {"text"}
            found += map(text, brief(block, parts or is_opened and number == 0, is_above))
        else:
            found.append(block)
    return tuple(found)


def until_said(blocks):
    """Return the first paragraph, and while one only announces the next, that one too."""
    count = 1
    while count < len(blocks) and markup.announcement(blocks[count - 1]):
        count += 1
    return tuple(blocks[:count])


def brief(paragraph, opens, announces):
    """Return of a paragraph its first sentence, if it opens something, and the one that announces what is below."""
    announcement = markup.announcement(paragraph) if announces else ""
    whole = " ".join(paragraph.source.split())
    if announcement and len(whole) <= WHOLE:
        return [whole]
    first = markup.first_sentence(whole)[0] if opens else ""
    return [first] * (first not in ("", announcement)) + [announcement] * bool(announcement)


def said(blocks):
    """Return what is said beside a slide: the prose, with the tables and lists that belong to it."""
    return "\n\n".join(block.source.strip() for block in blocks if block.kind != "code")


def shorter(blocks):
    """Return prose by how each paragraph begins and what it announces, everything else as it is."""
    found = []
    for block in blocks:
        if block.kind == "text":
            first, last = markup.opening(block.source, ENOUGH), markup.announcement(block)
            found += map(text, [first] if first.endswith(last) else [first, last])
        else:
            found.append(block)
    return tuple(found)
