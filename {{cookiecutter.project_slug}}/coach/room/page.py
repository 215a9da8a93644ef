"""One HTML file that needs nothing else: its styles and its script are in it, and nothing more may run or load."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from pathlib import Path
from string import Template

from coach import environment, show
from coach.environment import Trouble
from coach.writable import must_be_writable

HERE = Path(__file__).parent
MARK = '<meta name="generator" content="coach class">'
PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '$style_hash'; script-src $script_hash; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
$mark
<meta name="color-scheme" content="light dark">
<title>$title</title>
<style>$style</style>
</head>
<body>
$body
$script</body>
</html>
""")


def make(title, body, styles, script=None):
    """Return the page's text; `styles` and `script` are files beside this one."""
    style = "".join(read(name) for name in styles)
    code = read(script) if script else ""
    return PAGE.substitute(
        title=escape(title),
        mark=MARK,
        style=style,
        style_hash=digest(style),
        script=f"<script>{code}</script>\n" if code else "",
        script_hash=f"'{digest(code)}'" if code else "'none'",
        body=body,
    )


def read(name):
    """Return the text of a file beside this one."""
    return (HERE / name).read_text(encoding="utf-8")


def digest(text):
    """Return a text's hash as a Content-Security-Policy names it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def place(root, file, kind):
    """Return where a page is to be written, before it is made; a file that the coach has not written stays as it is."""
    name = f"{kind}.html"
    if not file:
        file = Path(root) / ".coach" / name
        file.parent.mkdir(exist_ok=True)
    file = Path(file).expanduser().absolute()
    file = file / name if file.is_dir() else file
    must_be_writable(file, f"coach class {kind}")
    if file.exists() and MARK not in file.read_text("utf-8", "replace"):
        raise Trouble(
            found="a file that the coach has not written",
            expected=f"no file, or an earlier {name}",
            where=file,
            next="name another file (`coach class --help`), or move that one away",
        )
    return file


def write(file, text):
    """Write a page and say where."""
    environment.write(file, text)
    file.chmod(0o644)  # to be handed on
    show.line(f"Written: {file}")
    show.line(f"Open it in a browser: {file.as_uri()}")
