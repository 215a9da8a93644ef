"""The board's addresses: what learners send, what the instructor's pages ask; JSON only, each request by a schema."""

# Without `from __future__ import annotations`: FastAPI could not resolve the names of functions inside of `make`.
# Every function that FastAPI calls is `async`: it would run a plain one in a thread, beside others that change the class.

import mimetypes
import sqlite3
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from pydantic import ValidationError
from sse_starlette import EventSourceResponse

from coach.board import keys, limits, wire
from coach.board.classroom import Classroom, Refused
from coach.board.keys import INSTRUCTOR, PROJECTOR
from coach.board.pages import Pages
from coach.board.standing import Learner

PAGE = Path(__file__).with_name("page")
PING, PATIENCE = 15, 10  # seconds between two signs of life; for a page that takes nothing
# What Windows' registry says of a file's kind may be another's word; a browser refuses a script of a wrong one.
KINDS = {".js": "text/javascript", ".css": "text/css"}
SAFE_SITES = ("same-origin", "none")  # what a browser says of a request that our own page makes


def make(classroom: Classroom, pages: Pages) -> FastAPI:
    """Return the application."""
    app = FastAPI(openapi_url=None, redirect_slashes=False, lifespan=lambda _: pages.running())
    wrong, joins = limits.Addresses(*limits.CODES), limits.Addresses(*limits.JOINS)
    for ending, kind in KINDS.items():
        mimetypes.add_type(kind, ending)
    app.mount("/page", StaticFiles(directory=PAGE))

    @app.exception_handler(Refused)
    async def refused(request, error):
        return JSONResponse({"detail": error.why}, error.status)

    @app.exception_handler(sqlite3.Error)
    async def not_kept(request, error):
        said = {"detail": "the board cannot write at the moment; nothing of it was kept"}
        return JSONResponse(said, 503, {"Retry-After": "5"})

    @app.get("/")
    @app.get("/projector")
    async def page():
        return FileResponse(PAGE / "index.html", media_type="text/html; charset=utf-8")

    # What learners send

    async def token_of(request: Request) -> str:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        return token if kind.lower() == "bearer" else ""

    async def learner_of(token: Annotated[str, Depends(token_of)]) -> Learner:
        learner = classroom.known(token)
        if learner is None:
            raise HTTPException(401, "this board does not know you", {"WWW-Authenticate": "Bearer"})
        if learner.is_gone:
            raise HTTPException(403, "you are not in the class any more")
        classroom.buckets[learner.id].take()
        return learner

    Sender = Annotated[Learner, Depends(learner_of)]

    @app.post("/api/join")
    async def join(request: Request, token: Annotated[str, Depends(token_of)]):
        joins.of(request).take()
        wanted = await read(request, wire.Join)
        allow(request, keys.same_code(wanted.code, classroom.code), "that is not the join code")
        learner, token = await classroom.join(wanted.name, token)
        said = {"learner": learner.id, "name": learner.name, "token": token}
        return {**said, "delivered": learner.number}

    @app.post("/api/events")
    async def events(request: Request, learner: Sender):
        return {"delivered": await classroom.deliver(learner, await read(request, wire.Events))}

    @app.post("/api/leave")
    async def leave(learner: Sender):
        await classroom.remove(learner)
        return {}

    # What the instructor's pages ask

    def allow(request, is_right, why):
        """Let a right code or secret pass; HTTPException for a wrong one, and a pause for whoever tries many."""
        bucket = wrong.of(request)
        if bucket.wait() or not is_right:
            bucket.take()
            raise HTTPException(403, why)

    async def may_see(request: Request, view: Literal["names", "projector"]) -> str:
        roles = (INSTRUCTOR,) if view == INSTRUCTOR else (INSTRUCTOR, PROJECTOR)
        if not any(has_session(request, role) for role in roles):
            raise HTTPException(403, "open the page by the address that `coach board` printed")
        return view

    def has_session(request, role):
        known = keys.session(classroom.secret, role)
        return keys.same(request.cookies.get(cookie(role), ""), known)

    async def own_page(request: Request):
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        is_own = origin is None or urlsplit(origin).netloc == request.headers.get("host")
        if not is_own or site not in (None, *SAFE_SITES):
            raise HTTPException(403, "only the board's own page may do that")

    async def instructor(request: Request, _: Annotated[None, Depends(own_page)]):
        await may_see(request, INSTRUCTOR)

    async def named(learner: int) -> Learner:
        if learner not in classroom.everyone:
            raise HTTPException(404, "there is no such learner")
        return classroom.everyone[learner]

    Named = Annotated[Learner, Depends(named)]

    @app.post("/api/login", dependencies=[Depends(own_page)])
    async def login(request: Request, response: Response):
        given = (await read(request, wire.Login)).secret
        roles = [r for r in (INSTRUCTOR, PROJECTOR) if keys.same(given, key_of(r))]
        allow(request, roles, "that is not the secret of this board")
        value = keys.session(classroom.secret, roles[0])
        response.set_cookie(cookie(roles[0]), value, path="/api", httponly=True, samesite="strict")
        return {"view": roles[0]}

    def key_of(role):
        return keys.key(classroom.secret, role)

    @app.get("/api/stream", dependencies=[Depends(own_page)])
    async def stream(view: Annotated[str, Depends(may_see)]):
        if pages.count >= limits.MOST_PAGES:
            raise HTTPException(503, "too many pages are open", {"Retry-After": "10"})
        messages = pages.follow(view)
        return EventSourceResponse(messages, ping=PING, send_timeout=PATIENCE, sep="\n")

    @app.post("/api/agenda", dependencies=[Depends(instructor)])
    async def agenda(request: Request):
        await classroom.set_clock((await read(request, wire.Agenda)).clock)
        return {}

    @app.post("/api/hand/{learner}", dependencies=[Depends(instructor)])
    async def hand(learner: Named):
        await classroom.lower(learner)
        return {}

    @app.post("/api/remove/{learner}", dependencies=[Depends(instructor)])
    async def remove(learner: Named):
        await classroom.remove(learner)
        return {}

    return app


def cookie(role):
    """Return the name of a role's cookie; there are two, as one browser may show both pages."""
    return f"coach_board_{role}"


async def read(request, schema):
    """Return the body as the schema has it; whatever does not fit is refused in words."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415, "the body must be application/json")
    try:
        return schema.model_validate_json(await limits.body(request))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])[:100]
        raise HTTPException(422, f"{place}: {first['msg']}"[:300]) from None
