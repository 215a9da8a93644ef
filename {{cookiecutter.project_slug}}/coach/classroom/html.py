"""Build HTML from parts, so that no text can ever become markup."""

from __future__ import annotations

from xml.etree.ElementTree import Element, tostring


def tag(kind, /, *children, **attributes):
    """Return an element; a text among the children stays text. `class_` and `aria_label` are `class`, `aria-label`."""
    element = Element(
        kind, {dashed(key): text for key, text in attributes.items() if text is not None}
    )
    for child in children:
        if isinstance(child, str):
            add_text(element, child)
        else:
            element.append(child)
    return element


def dashed(key):
    return key.rstrip("_").replace("_", "-")


def add_text(element, text):
    """Put a text behind what an element has so far."""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def sentence(text):
    """Return a text as a sentence."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


def bdi(text):
    """Return a name, which may be written from right to left."""
    return tag("bdi", text)


def table(label, *parts, **attributes):
    """Return a table that scrolls in a frame of its own, by keyboard too."""
    return tag(
        "div",
        tag("table", *parts, **attributes),
        class_="frame",
        tabindex="0",
        role="region",
        aria_label=label,
    )


def document(root):
    """Return the text of a whole page."""
    return "<!doctype html>\n" + tostring(root, encoding="unicode", method="html") + "\n"
