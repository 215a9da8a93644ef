"""Make the README's pictures of the live board, from a real board with simulated learners: `make pictures`."""

import io
import os
import random
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))

from live_board import LiveBoard  # noqa: E402
from states import generate, surroundings  # noqa: E402

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
OPTIONS += ("--disable-component-update", "--disable-sync")
SIZE = {"width": 1536, "height": 960}
STARTED = 68  # minutes since the clock was started
CHECKS = {  # what somebody may be stuck at
    "02_download": ("test_dependencies", "test_has_run"),
    "03_remote": ("test_everything_pushed", "test_default_remote"),
    "04_preprocess": ("test_training_split", "test_dependencies"),
    "05_repro": ("test_lock_belongs",),
}
# (name, exercises passed, since when at a check of the next one and how often tried, since when a hand is up and why)
CLASS = (
    ("Amara Okafor", 4, None, None),
    ("Beatriz Costa", 3, (3, 2), None),
    ("Chen Wei", 5, None, None),
    ("Daniel Berg", 2, (17, 6), (4, "The push says 403. What does it want from me?")),
    ("Elif Yılmaz", 3, (6, 3), None),
    ("Farid Haddad", 3, None, None),
    ("Greta Lindqvist", 4, (2, 1), None),
    ("Hiro Tanaka", 3, (1, 1), None),
    ("Ines Moreau", 3, None, None),
    ("Jonas Fischer", 1, (24, 8), None),
    ("Kavya Gupta", 3, (12, 5), None),
    ("Liam Walsh", 2, None, None),
    ("Maja Novak", 3, (4, 2), None),
    ("Noor de Vries", 4, None, None),
    ("Oksana Petrenko", 2, (7, 3), (2, "I am on a train: may I catch up later?")),
    ("Pablo Quispe", 3, None, None),
    ("Qadir Rahman", 3, (2, 1), None),
    ("Rosa Bianchi", 1, None, None),
    ("Samuel Eze", 4, (1, 2), None),
    ("Tove Jensen", 3, None, None),
    ("Uma Sato", 2, (5, 2), None),
    ("Viktor Dvořák", 3, (3, 1), None),
    ("Wren Abbott", 2, None, None),
    ("Zofia Kowalska", 3, (9, 4), None),
)


def fill(board):
    """Let the class of the table have worked for a while."""
    learners = [board.join(name) for name, *_ in CLASS]
    board.instruct("agenda", clock="start")
    board.stop()
    board.age(STARTED)
    board.start()
    chance = random.Random(4)
    for learner, (_, passed, trouble, hand) in zip(learners, CLASS):
        for done, exercise in enumerate(board.exercises[:passed], start=1):
            learner.passes(exercise, ago=60 * (STARTED - 14 * done + chance.randrange(6)))
        if trouble:
            fail(learner, board.exercises[passed], chance, *trouble)
        if hand:
            learner.raises_hand(hand[1], ago=60 * hand[0] + 5)


def fail(learner, exercise, chance, minutes, times):
    """Let somebody try a check again and again."""
    check = chance.choice(CHECKS[exercise])
    for done in range(times):
        learner.fails(exercise, check, ago=60 * minutes * (times - done) / times + 5)


def picture(browser, address, file):
    """Write what a page shows, with few colours so that it is small."""
    page = browser.new_page(viewport=SIZE, color_scheme="light", locale="en-GB")
    page.goto(address)
    page.locator("#link", has_text="Live").wait_for()
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    shot.quantize(128, dither=Image.Dither.NONE).save(file, optimize=True)
    page.close()
    print(f"docs/{file.name}, {file.stat().st_size // 1000} kB")


def main():
    """Write both pictures beside this file."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None) or sys.exit(f"needs one of {', '.join(BROWSERS)}")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        os.environ.update(surroundings(folder))
        board = LiveBoard(generate(folder))
        try:
            fill(board.start())
            browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
            picture(browser, board.address(), HERE / "board.png")
            picture(browser, board.address("projector"), HERE / "board-projector.png")
            browser.close()
        finally:
            board.stop()


if __name__ == "__main__":
    main()
