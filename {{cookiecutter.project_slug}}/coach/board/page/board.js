// The page of the live board: it listens, and draws what has changed at most ten times a second.

import { at, say } from "./dom.js";
import * as login from "./login.js";
import * as names from "./names.js";
import * as projector from "./projector.js";
import { room, takeAll, takeChanges } from "./room.js";
import { listen } from "./stream.js";
import { clock, span } from "./words.js";

const view = location.pathname.startsWith("/projector") ? "projector" : "names";
const views = { names, projector };
const PAUSE = 100; // milliseconds between two drawings
const TICK = 5_000; // durations count on

let changed = new Set();
let timer = 0;
let lostAt = null;

/** Show the view, empty until the board has spoken. */
function open() {
  at("content").replaceChildren(at(`${view}-view`).content.cloneNode(true));
  at("views").hidden = view === "projector"; // no way to the names where a room looks on
  for (const link of at("views").children) {
    if (link.getAttribute("href") === location.pathname) link.setAttribute("aria-current", "page");
  }
  views[view].start();
  listen(view, { all, changed: some, lost, refused: () => shut("") });
}

/** Ask for the secret; nothing of the class stays on the page. */
function shut(wrong) {
  clearTimeout(timer);
  document.title = "Board";
  say(at("link"), "The board asks for its secret.");
  login.ask(wrong, view, () => location.reload());
}

function all(message) {
  connected();
  takeAll(message);
  changed = null;
  draw();
}

function some(message) {
  takeChanges(message);
  for (const learner of message.learners) changed?.add(learner.id);
  timer ||= setTimeout(draw, PAUSE);
}

function draw() {
  clearTimeout(timer);
  timer = 0;
  at("workshop").textContent = room.workshop;
  views[view].draw(changed);
  changed = new Set();
}

function connected() {
  document.body.classList.remove("lost");
  const lasted = lostAt === null ? 0 : (Date.now() - lostAt) / 1000;
  say(at("link"), lasted ? `The connection is back; it was lost for ${span(lasted)}.` : "Live");
  if (lasted) setTimeout(() => lostAt === null && say(at("link"), "Live"), 10_000);
  lostAt = null;
}

function lost(why) {
  lostAt ??= Date.now();
  document.body.classList.add("lost");
  const when = clock(lostAt / 1000) + (why ? `: ${why}` : "");
  say(at("link"), `Connection lost at ${when}. This is how it was then. Trying again…`);
}

async function begin() {
  const wrong = await login.withAddress(view);
  if (wrong) shut(wrong);
  else open();
}

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  at("content").focus();
});
addEventListener("hashchange", () => location.reload()); // somebody pastes the address with the secret
setInterval(() => room.workshop && at("join") && draw(), TICK);
begin();
