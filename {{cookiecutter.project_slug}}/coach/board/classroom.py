"""The class in memory, rebuilt from the store at the start; whatever changes it is on the disk first."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import time
from collections import defaultdict
from dataclasses import replace

from coach.board import clock, keys, store, text
from coach.board.limits import MOST_LEARNERS, REQUESTS, Bucket
from coach.board.standing import Learner
from coach.board.writer import Writer
from coach.clean import clean
from coach.joined.agreed import LONGEST_MESSAGE, LONGEST_NAME
from coach.room.agenda import PAUSE


class Refused(Exception):
    """Why somebody cannot join, in words, and HTTP's number for it."""

    def __init__(self, status, why):
        self.status, self.why = status, why
        super().__init__(why)


class Classroom:
    """The learners, by number and by token; `changed` holds those of whom the pages do not know yet."""

    def __init__(self, file, lessons, pause=PAUSE):
        self.lessons, self.file, self.pause = lessons, file, pause
        self.everyone, self.by_token, self.buckets = {}, {}, {}
        self.names, self.changed, self.is_changed = set(), set(), False
        self.turns = defaultdict(
            asyncio.Lock
        )  # one change of a learner, or of the clock, after the other
        db = store.connect(file)
        try:
            self.load(db)
        except (sqlite3.DatabaseError, ValueError, KeyError, TypeError) as error:
            raise store.damaged(file, error) from None
        self.highest = max(self.everyone, default=0)
        self.writer = Writer(db)

    def load(self, db):
        """Rebuild the class from the store."""
        meta = store.meta(db)
        self.code, self.secret = meta["code"], meta["secret"]
        self.clock = clock.kept(meta)
        for number, name, token, joined, lowered, gone in store.learners(db):
            self.take_in(Learner(number, name, joined, lowered, gone is not None), token)
        for learner, number, at, body in store.events(db):
            self.everyone[learner].apply(self.lessons, number, at, body)

    def take_in(self, learner, token):
        """Add a learner."""
        self.everyone[learner.id] = self.by_token[token] = learner
        self.buckets[learner.id] = Bucket(*REQUESTS)
        self.touch(learner)
        if not learner.is_gone:
            self.names.add(text.key(learner.name))

    @property
    def learners(self):
        """Return those who are in view."""
        return [one for one in self.everyone.values() if not one.is_gone]

    def touch(self, learner=None):
        """Note that the pages must be told: of a learner, or of what concerns all."""
        self.is_changed = True
        if learner:
            self.changed.add(learner.id)

    # What learners do

    def known(self, token) -> Learner | None:
        """Return the learner with a token."""
        return self.by_token.get(keys.digest(token)) if token else None

    async def join(self, name, token=None):
        """Return (learner, token) of a new one; whoever brings the token of this class is the same as before."""
        wanted, before = clean(name, LONGEST_NAME), self.known(token)
        if not wanted:
            raise Refused(422, "the name has no letter that can be shown")
        if before:
            await self.rename(before, wanted)
            return before, token
        return await self.enrol(wanted)

    async def enrol(self, wanted):
        """Add a new learner under a name that nobody has yet."""
        token = keys.new_secret()
        with self.reserved(wanted) as name:
            self.highest += 1
            learner = Learner(self.highest, name, time.time())
            row = (learner.id, name, keys.digest(token), learner.joined)
            await self.write(store.ADD_LEARNER, row)
        self.take_in(learner, row[2])
        return learner, token

    async def rename(self, learner, wanted):
        """Let a learner be in view under a name that nobody else has."""
        async with self.turns[learner.id]:
            mine = set() if learner.is_gone else {text.key(learner.name)}
            with self.reserved(wanted, mine) as name:
                await self.change(learner, name=name, is_gone=False)

    @contextlib.contextmanager
    def reserved(self, wanted, mine=frozenset()):
        """Give a name that nobody else gets, in the place of one's own; where the block fails, all is as before."""
        if not mine and len(self.names) >= MOST_LEARNERS:
            raise Refused(409, f"the class is full: {MOST_LEARNERS} learners")
        name = text.unlike(wanted, self.names - mine, LONGEST_NAME)
        new = {text.key(name)}
        self.names |= new
        try:
            yield name
        except BaseException:
            self.names -= new - mine
            raise
        self.names -= mine - new

    async def deliver(self, learner, wanted):
        """Keep a learner's events, each number once, and return the highest number that is kept."""
        rows = [self.row(learner, wanted.now, event) for event in wanted.events]
        fresh = await self.writer.do(lambda db: store.add_events(db, rows))
        for row, is_fresh in zip(rows, fresh):
            if is_fresh:
                learner.apply(self.lessons, row[1], row[3], json.loads(row[5]))
                self.touch(learner)
        return learner.number

    def row(self, learner, now, event):
        """Return an event as the store keeps it; its time is by the board's clock, whatever the learner's says."""
        received = time.time()
        at = max(learner.joined, min(received, event.time + received - now))
        body = event.model_dump(exclude={"kind", "number", "time"})
        if body.get("message") is not None:
            body["message"] = clean(body["message"], LONGEST_MESSAGE)
        said = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        return (learner.id, event.number, received, at, event.kind, said)

    # What the instructor does

    async def remove(self, learner):
        """Take somebody out of view; what they have done stays in the store."""
        async with self.turns[learner.id]:
            if not learner.is_gone:
                await self.change(learner, is_gone=True)
                self.names.discard(text.key(learner.name))

    async def lower(self, learner):
        """Lower the hand of a learner; one that goes up meanwhile stays up."""
        async with self.turns[learner.id]:
            if hand := learner.hand:
                await self.change(learner, lowered=hand.number)
                learner.lower(hand.number)

    async def change(self, learner, **parts):
        """Write down a learner's name, lowered hands, and whether they are in view; only then it is so."""
        new = replace(learner, **parts)
        gone = time.time() if new.is_gone else None
        await self.write(store.CHANGE_LEARNER, (new.name, new.lowered, gone, new.id))
        vars(learner).update(parts)
        self.touch(learner)

    async def set_clock(self, wish):
        """Start the agenda's clock, pause it, let it go on, or stop it; the same wish twice is one."""
        async with self.turns["clock"]:
            new = self.clock.after(wish, time.time())
            if new != self.clock:
                await self.writer.do(lambda db: db.executemany(store.SET_META, new.rows()) and None)
                self.clock = new
                self.touch()

    async def write(self, statement, row):
        """Execute a statement; sqlite3.Error where it is not on the disk."""
        await self.writer.do(lambda db: db.execute(statement, row) and None)
