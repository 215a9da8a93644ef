"""The slides as one HTML page."""

from __future__ import annotations

from html import escape
from string import Template

from coach import course
from coach.room import deck, fit, markup, page
from coach.room.content import REST, TEXT

SLIDE = Template(
    """<section id="$name" class="$kind" role="group" aria-roledescription="slide" aria-labelledby="h$number" tabindex="-1"$minutes>
<p class="over">$over</p>
<h2 id="h$number">$heading</h2>
<div class="body$size">
$body</div>
$notes</section>
"""
)
SIZES = dict(zip(fit.SIZES, (" largest", " large", "", " small", " smallest")))
BAR = """<nav aria-label="Slides">
<button type="button" id="back" aria-label="The slide before">‹</button>
<output id="place" aria-live="off"></output>
<button type="button" id="on" aria-label="The next slide">›</button>
<button type="button" id="notes" aria-pressed="false">Notes</button>
<button type="button" id="full">Full screen</button>
</nav>
"""


def make(root, rows):
    """Return (the page's text, how many slides it has)."""
    name = course.workshop_name(root)
    found = deck.make(name, course.exercises(root), rows)
    sections = "".join(one(slide, number) for number, slide in enumerate(found, start=1))
    text = f'<main>\n<h1 class="unseen">{escape(name)}</h1>\n{sections}</main>\n{BAR}'
    return page.make(name, text, ["colours.css", "slides.css"], "slides.js"), len(found)


def one(slide, number):
    """Return a slide as HTML."""
    return SLIDE.substitute(
        name=escape(slide.name),
        kind=slide.kind,
        number=number,
        size=SIZES[fit.size_of(slide.heading, slide.blocks)] if slide.kind == TEXT else "",
        over=escape(slide.over),
        heading=markup.inline(slide.heading),
        minutes=f' data-minutes="{slide.minutes}"' if slide.kind == REST else "",
        body=body(slide),
        notes=notes(slide),
    )


def body(slide):
    """Return what stands below a heading; the script adds when a break ends."""
    if slide.kind == REST:
        return f'<p>{slide.minutes} minutes<span class="until"></span></p>\n'
    return "".join(markup.html(block.source) for block in slide.blocks)


def notes(slide):
    """Return the speaker's notes of a slide."""
    if not slide.notes:
        return ""
    return f'<aside aria-label="Notes" tabindex="0">\n{markup.html(slide.notes)}</aside>\n'
