"""The open pages: each is told everything once, and from then on what has changed, a few times a second at most."""

from __future__ import annotations

import asyncio
import contextlib
import time

from sse_starlette import JSONServerSentEvent

from coach.board import views
from coach.board.keys import INSTRUCTOR, PROJECTOR

PAUSE, TICK = 0.2, 1.0  # seconds between two messages at least; between two looks at the clock
MOST_WAITING = 25  # messages; a page that lets more of them wait is cut off, and begins anew


class Pages:
    """Tells the pages what becomes of a classroom; a message is made once for all pages of a view."""

    def __init__(self, classroom, about):
        self.classroom, self.about = classroom, about
        self.waiting = {INSTRUCTOR: set(), PROJECTOR: set()}
        self.cards = {view: {} for view in self.waiting}  # what each view shows of each learner
        self.told = {view: {} for view in self.waiting}  # {id: row} that the pages know
        self.agenda = None

    @property
    def count(self):
        return sum(map(len, self.waiting.values()))

    async def follow(self, view):
        """Yield the messages for a new page, until it is cut off."""
        self.tell()  # so that it begins where all others are
        mine = asyncio.Queue(MOST_WAITING)
        mine.put_nowait(self.everything(view))
        self.waiting[view].add(mine)
        try:
            while message := await mine.get():
                yield message
        finally:
            self.waiting[view].discard(mine)

    def everything(self, view):
        """Return the message with all that a page shows."""
        room = self.classroom
        about = {"view": view, **self.about, "exercises": views.exercises(room.lessons)}
        rows = [{"id": key, **row} for key, row in self.told[view].items()]
        return encoded("all", {**self.common(), **about, "learners": rows})

    def common(self):
        """Return what every message says."""
        room, now = self.classroom, time.time()
        agenda = views.agenda(room.learners, room.lessons, room.clock, now, room.pause)
        return {"now": now, "agenda": agenda, "hardest": views.hardest(room.learners, room.lessons)}

    def tell(self):
        """Tell all pages what has changed since the last time."""
        room = self.classroom
        common, changed = self.common(), room.changed
        if not room.is_changed and common["agenda"] == self.agenda:
            return
        room.changed, room.is_changed, self.agenda = set(), False, common["agenda"]
        for view, pages in self.waiting.items():
            new, gone = self.difference(view, changed)
            if pages:
                message = encoded("changed", {**common, "learners": new, "gone": gone})
                for page in list(pages):
                    self.put(page, message)

    def difference(self, view, changed):
        """Return the rows that are new and the ids that are gone, and remember what the pages know then."""
        room, told, cards = self.classroom, self.told[view], self.cards[view]
        for one in map(room.everyone.get, changed):
            if one.is_gone:
                cards.pop(one.id, None)
            else:
                cards[one.id] = views.card(view, one, room.lessons)
        self.told[view] = rows = views.rows(view, cards.values())
        # A row is made anew where its learner has changed, and only there.
        new = [{"id": key, **row} for key, row in rows.items() if told.get(key) is not row]
        return new, [key for key in told if key not in rows]

    def put(self, page, message):
        """Give a message to a page; one that does not keep up gets no more."""
        try:
            page.put_nowait(message)
        except asyncio.QueueFull:
            while not page.empty():
                page.get_nowait()
            page.put_nowait(None)

    async def run(self):
        """Tell the pages what has changed, until this is cancelled."""
        looked = 0.0
        while True:
            await asyncio.sleep(PAUSE)
            if self.classroom.is_changed or time.monotonic() - looked >= TICK:
                looked = time.monotonic()
                self.tell()

    @contextlib.asynccontextmanager
    async def running(self):
        """Let the pages be told for as long as the block lasts."""
        task = asyncio.create_task(self.run())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def encoded(event, data) -> bytes:
    """Return a message as it goes over the wire."""
    return JSONServerSentEvent(data, event=event, sep="\n").encode()
