"""What fits on a slide: an estimate in em, the height of a letter, of slides.css; what is too long goes on with the next."""

from __future__ import annotations

import math
import re

from coach.room import markup

# A slide is at least 45 em wide and 29 em high, whatever the screen (slides.css: 4:3 is the narrowest, 16:9 the lowest).
WIDTH, HEIGHT = 40.4, 23.9  # inside of its margins, above the line at the foot
HEADING = 49  # letters of a heading's line
LETTER, LINE, GAP = 0.49, 1.4, 0.55  # of text
CODE_LETTER, CODE_LINE, FRAME = 0.482, 1.1, 1.5  # of code; its frame
ROW = 0.5  # between two rows of a table
COLUMN = 0.8  # between two columns
SIZES = (1.45, 1.2, 1.0, 0.85, 0.78)  # below the heading: large where there is little


def height(block, size=1.0):
    """Return how high a block is in letters of that size."""
    width = WIDTH / size
    if block.kind == "code":
        return FRAME + CODE_LINE * rows_of_code(block, size)
    if block.kind == "table":
        return GAP + sum(ROW + LINE * rows for rows in rows_of_table(block, width))
    if block.kind == "list":
        return GAP + sum(0.25 + LINE * folded(item, LETTER, width - 2) for item in items(block))
    return GAP + LINE * folded(" ".join(block.lines), LETTER, width)


def rows_of_code(block, size):
    """Return on how many lines a block of code is folded."""
    return sum(folded(line, CODE_LETTER, (WIDTH - FRAME) / size) for line in block.lines)


def folded(line, letter, width):
    """Return on how many lines a line is folded."""
    return max(1, math.ceil(len(line) * letter / width))


def rows_of_table(block, width):
    """Return on how many lines each row of a table is folded: a column gets its share by its longest cell."""
    cells = [split_row(line) for line in block.lines if not is_rule(line)]
    longest = [max(1, *map(len, column)) for column in zip(*cells)]
    letters = min(1.0, (width - COLUMN * len(longest)) / (LETTER * sum(longest)))
    return [
        max(math.ceil(len(cell) / (most * letters)) for cell, most in zip(row, longest))
        for row in cells
    ]


def split_row(line):
    """Return the cells of a table's row."""
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def is_rule(line):
    """Say whether this is the line below a table's head."""
    return not line.strip("|-: ")


def items(block):
    """Return the items of a list, each with all its lines."""
    return [" ".join(item.split()) for item in split_list(block.source)]


def split_list(source):
    """Return the source of each item of a list."""
    return [part for part in re.split(r"(?m)^(?=[-*+] |\d+[.)] )", source) if part.strip()]


def room_below(heading):
    """Return how much room a slide has below its heading."""
    return HEIGHT - 0.9 - 2.05 * math.ceil(max(1, len(heading)) / HEADING)


def fits(found, room, size):
    """Say whether blocks fit in letters of that size, none of their code folded for the size alone."""
    if size > 1 and any(is_folded(line, size) for block in found for line in drawn(block)):
        return False
    return sum(height(block, size) for block in found) * size <= room


def drawn(block):
    """Return the lines of code whose shape matters: all but what is typed."""
    return [line for line in block.lines if block.kind == "code" and not line.startswith("$ ")]


def is_folded(line, size):
    """Say whether a line of code is folded for its size alone."""
    widths = ((WIDTH - FRAME) / size, WIDTH - FRAME)
    return folded(line, CODE_LETTER, widths[0]) > folded(line, CODE_LETTER, widths[1])


def size_of(heading, found):
    """Return the largest size in which blocks fit below a heading, or the smallest."""
    room = room_below(heading)
    return next((size for size in SIZES if fits(found, room, size)), SIZES[-1])


def pages(heading, found):
    """Return the blocks in groups, each of which fits below the heading on a slide; what announces something is with it."""
    room = room_below(heading)
    if fits(found, room, SIZES[-1]):
        return [list(found)]
    groups = [[]]
    for block in found:
        taken = sum(height(above) for above in groups[-1][-1:] if markup.announcement(above))
        for piece in pieces(block, room / 2 if markup.announcement(block) else room, taken):
            if groups[-1] and not fits([*groups[-1], piece], room, 1.0):
                turn(groups)
            groups[-1].append(piece)
    return groups


def turn(groups):
    """Begin a page with what has announced what comes next; if that is all that the last page has, it is that page."""
    last = groups[-1]
    if not markup.announcement(last[-1]):
        groups.append([])
    elif len(last) > 1:
        groups.append([last.pop()])


def pieces(block, room, taken=0):
    """Return a block in pieces that fit into so much room each, the first one below what has taken some of it."""
    if fits([block], room - taken, SIZES[-1]):
        return [block]
    head, rows = rows_of(block)
    found, inside = [], []
    for row in rows:
        if inside and not fits([build(block, head, [*inside, row])], room - taken, 1.0):
            found.append(build(block, head, inside))
            inside, taken = [], 0
        inside.append(row)
    return [*found, build(block, head, inside)]


def rows_of(block):
    """Return what every piece of a block repeats, and the rows that can be parted."""
    if block.kind == "table":
        return block.lines[:2], block.lines[2:]
    if block.kind == "code":
        return [block.source.split("\n", 1)[0]], block.lines
    if block.kind == "list":
        return [], [item.rstrip("\n") for item in split_list(block.source)]
    return [], markup.sentences(block.source)


def build(block, head, rows):
    """Return a piece of a block."""
    if block.kind == "code":
        return markup.Block("code", "\n".join([*head, *rows, "```"]) + "\n")
    return markup.Block(block.kind, "\n".join([*head, *rows]) + "\n")
