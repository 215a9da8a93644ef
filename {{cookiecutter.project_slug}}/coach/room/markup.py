"""Markdown: a text's blocks and sections, and the HTML of a piece; HTML in a text is shown, not obeyed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from markdown_it import MarkdownIt

KINDS = {"fence": "code", "code_block": "code", "table": "table", "heading": "heading"}
KINDS |= {"bullet_list": "list", "ordered_list": "list"}


@dataclass(frozen=True)
class Block:
    """A block of a text as it stands there: its kind (text, code, list, table, heading) and its lines."""

    kind: str
    source: str

    @property
    def info(self):
        """Return what kind of code it is: console, yaml."""
        return self.source.split("\n", 1)[0].lstrip("`~ ").strip() if self.kind == "code" else ""

    @property
    def lines(self):
        """Return the lines of code, or those of the source."""
        lines = self.source.rstrip("\n").split("\n")
        return lines[1:-1] if self.kind == "code" else lines


def blocks(text):
    """Return the Blocks of a text, one after another."""
    lines = text.splitlines(keepends=True)
    tops = (t for t in PARSER.parse(text) if t.level == 0 and t.map and t.nesting >= 0)
    return [
        Block(KINDS.get(top.type.removesuffix("_open"), "text"), "".join(lines[slice(*top.map)]))
        for top in tops
    ]


def sections(text):
    """Return [(heading, its Blocks)]; what stands before the first heading has none."""
    found = [("", [])]
    for block in blocks(text):
        if block.kind == "heading":
            found.append((block.source.strip("# \n"), []))
        else:
            found[-1][1].append(block)
    return [(heading, inside) for heading, inside in found if heading or inside]


def first_sentence(text):
    """Split a text behind its first sentence; a full stop in code or in brackets ends none."""
    text = " ".join(text.split())
    for match in re.finditer(r"[.!?]\)?(?= [A-Z`*(\[])", text):
        first = text[: match.end()]
        whole = first.count("`") % 2 == 0 and first.count("(") == first.count(")")
        if whole and first.count("[") == first.count("]") and not re.search(r"\be\.g\.$", first):
            return first, text[match.end() :].strip()
    return text, ""


def sentences(text):
    """Return the sentences of a text."""
    found = []
    while text:
        first, text = first_sentence(text)
        found.append(first)
    return found


def announcement(block):
    """Return the sentence by which a paragraph announces what stands below it (`Type this:`), or nothing."""
    last = sentences(block.source)[-1:] if block.kind == "text" else []
    return last[0] if last and last[0].rstrip("*_").endswith(":") else ""


def opening(text, enough):
    """Return the first sentences of a text that have enough letters together."""
    first, rest = first_sentence(text)
    while rest and len(first) < enough:
        more, rest = first_sentence(rest)
        first = f"{first} {more}"
    return first


def html(text):
    """Return a text as HTML."""
    return PARSER.render(text)


def inline(text):
    """Return a piece of a line as HTML."""
    return PARSER.renderInline(text)


def words(text):
    """Return a piece of a line without its marks, for a label."""
    tokens = PARSER.parseInline(text)[0].children
    return "".join(token.content or " " * (token.type == "softbreak") for token in tokens)


def code(_self, tokens, index, _options, _env):
    """Return a block of code: in a console what is typed stands out, in a diff what changes."""
    kind = tokens[index].info.strip()
    rows = "".join(f"{line_of_code(kind, line)}\n" for line in tokens[index].content.splitlines())
    return f'<pre class="{escape(kind) or "text"}"><code>{rows}</code></pre>\n'


def line_of_code(kind, line):
    """Return a line of code as HTML."""
    if kind == "console":
        if line.startswith("$ "):
            return f'<span class="typed"><i>$ </i>{escape(line[2:])}</span>'
        return f'<span class="said">{escape(line)}</span>'
    head = line.startswith(("+++", "---"))
    mark = {"+": "added", "-": "taken"}.get(line[:1]) if kind == "diff" and not head else None
    return f'<span class="{mark}">{escape(line)}</span>' if mark else escape(line)


def new_window(self, tokens, index, options, env):
    """Let a link leave the page open."""
    tokens[index].attrSet("target", "_blank")
    tokens[index].attrSet("rel", "noopener")
    return self.renderToken(tokens, index, options, env)


PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
PARSER.add_render_rule("fence", code)
PARSER.add_render_rule("link_open", new_window)
