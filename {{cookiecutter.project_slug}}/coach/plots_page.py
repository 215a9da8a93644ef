"""The script that the pages of `dvc plots` load, so that their charts show without the internet."""

from __future__ import annotations

from pathlib import Path

from coach import environment

VEGA_LITE = "5.20"  # DVC's charts are written for version 5
ENTRY = "window.vegaEmbed = vegaEmbed;"  # the one name that a page of DVC calls


def file_of(root):
    """Return where the script is kept; `.dvc/plots.html` names the same place."""
    return Path(root) / ".coach" / "vega.js"


def make(root):
    """Write the script unless it is there, whole or not at all; without vl_convert a page takes DVC's own scripts."""
    file = file_of(root)
    if file.exists():
        return
    try:
        import vl_convert
    except ImportError:
        return
    file.parent.mkdir(exist_ok=True)
    bundle = vl_convert.javascript_bundle(ENTRY, vl_version=VEGA_LITE)
    # The bundle is a module: as a plain script its thousands of short names would become global.
    environment.write(file, "(() => {\n" + bundle + "\n})();\n")
