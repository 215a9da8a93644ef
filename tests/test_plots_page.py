"""The pages of `dvc plots` show their charts without the internet; needs the page's template in .dvc/ and vl-convert-python."""

import os
import shutil
import subprocess
import sys

import pytest

MAKE = "from coach import plots_page; plots_page.make('.')"
WITHOUT = "import sys; sys.modules['vl_convert'] = None; "
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync"
OFFLINE = "--disable-background-networking --disable-component-update --host-resolver-rules=MAP\t*\t~NOTFOUND"
MARKS = 'class="marks"'  # the drawing of a chart; the menu beside it has an <svg> too
HINT = "which <code>coach bucket start</code> writes"  # in the page's script these words are not in one piece
PLACES = {"default": "dvc_plots", "below": "reports/pages", "here": "."}


@pytest.fixture(scope="module")
def workshop(states, tmp_path_factory):
    """Return the workshop after the last exercise, with the script."""
    copy = states.copy(10, tmp_path_factory.mktemp("plots"))
    copy.run(sys.executable, "-c", MAKE)
    return copy


@pytest.fixture(scope="session")
def browser():
    """Return a browser; only a person's own machine may lack one."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found and os.environ.get("CI"):
        pytest.fail(f"no browser: expected one of {', '.join(BROWSERS)}; `apt-get install chromium`")
    return found or pytest.skip(f"needs one of {', '.join(BROWSERS)}")


def plots(workshop, place):
    """Return the page that DVC writes to a folder."""
    workshop.run("dvc", "plots", "show", "-o", place)
    return workshop.root / place / "index.html"


def test_script_is_written_once(workshop):
    """It is one closed script; a second call leaves it alone and needs no vl_convert."""
    script = workshop.root / ".coach" / "vega.js"
    text, before = script.read_text(encoding="utf-8"), script.stat().st_mtime_ns
    assert text.startswith("(() => {") and "window.vegaEmbed" in text
    workshop.run(sys.executable, "-c", WITHOUT + MAKE)
    assert script.stat().st_mtime_ns == before
    assert not list(script.parent.glob(".vega.js.*"))


def test_quiet_without_vl_convert(workshop, tmp_path):
    """Where vl_convert is not installed nothing is written and nothing is said."""
    call = MAKE.replace("'.'", repr(str(tmp_path)))
    done = workshop.run(sys.executable, "-c", WITHOUT + call)
    assert (done.stdout, done.stderr, list(tmp_path.iterdir())) == ("", "", [])


def test_page_asks_for_the_local_script_first(workshop):
    """The page names the coach's script; DVC's own scripts wait in an inert element."""
    text = plots(workshop, "dvc_plots").read_text(encoding="utf-8")
    inert = text[text.index("<template") : text.index("</template>")]
    assert ".coach/vega.js" in text and text.count("vegaEmbed('#") == 5
    assert "https://" in inert and 'src="https://' not in text.replace(inert, "")


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_charts_show_offline(workshop, browser, tmp_path, place):
    """Each chart is drawn, with no network, wherever in the workshop the page lies."""
    assert drawn(browser, plots(workshop, place), tmp_path).count(MARKS) == 5


def test_page_says_what_is_missing(workshop, browser, tmp_path):
    """Outside the workshop and with no network the page says why it has no charts."""
    dom = drawn(browser, plots(workshop, str(tmp_path / "page")), tmp_path)
    assert MARKS not in dom and HINT in dom


def drawn(browser, page, folder):
    """Return the page's elements after its scripts have run."""
    options = [part.replace("\t", " ") for part in f"{QUIET} {OFFLINE}".split(" ")]
    options += [f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=8000", "--dump-dom"]
    return subprocess.run(
        [browser, *options, page.as_uri()], capture_output=True, text=True, timeout=120, check=True
    ).stdout
