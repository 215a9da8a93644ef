// The pace of the class against the agenda, in words and as a strip.

import { confirm } from "./dialogs.js";
import { at, keep, make, mark, say, share } from "./dom.js";
import { exerciseOf, now, passedEach, room } from "./room.js";
import { clock, span } from "./words.js";
import { wish } from "./wishes.js";

export function start() {
  at("clock").addEventListener("click", startOrStop);
}

export function draw() {
  words();
  say(at("clock"), room.agenda.started === null ? "Start the clock" : "Stop the clock");
  at("clock").hidden = !room.exercises.length;
  strip();
}

/** Say where the agenda is, and how many are with it. */
export function words() {
  say(at("agenda-at"), where());
  say(at("agenda-with"), company());
}

function where() {
  const { started, at: id, begins, ends } = room.agenda;
  const minutes = room.exercises.reduce((sum, one) => sum + one.minutes, 0);
  if (!room.exercises.length) return "There is no agenda: this workshop has no exercises.";
  if (started === null) return `The clock is not running. The exercises take ${span(minutes * 60)} in all.`;
  const one = exerciseOf(id);
  if (!one) return `The agenda, which began at ${clock(started)}, is over.`;
  if (now() < begins) return `Break until ${clock(begins)}, then ${one.number} ${one.title}`;
  return `${one.number} ${one.title}, until ${clock(ends)}: ${span(ends - now())} left`;
}

function company() {
  const { started, due, done } = room.agenda;
  if (started === null || !room.exercises.length || !room.learners.size) return "";
  if (!due.length) return "No exercise is due yet.";
  const from = due.length === 1 ? "exercise" : `exercises ${number(due[0])} to`;
  return `${done} of ${room.learners.size} have passed what is due: ${from} ${number(due.at(-1))}`;
}

const number = (id) => exerciseOf(id)?.number ?? id;

async function startOrStop() {
  const running = room.agenda.started !== null;
  const text = "When you start it again, the agenda begins with the first exercise.";
  const sure = !running || await confirm("Stop the clock?", text, "Stop it", "Let it run");
  if (sure) await wish("/api/agenda", { started: !running });
}

/** Draw each exercise as wide as it is long, filled as far as the class has passed it, and a line for now. */
function strip() {
  const counts = passedEach();
  keep(at("strip"), room.exercises, (one) => one.id, piece, (element, one) => {
    element.style.setProperty("--minutes", one.minutes || 1);
    share(element, counts[room.exercises.indexOf(one)]);
    const here = one.id === room.agenda.at;
    mark(element, "class", here ? "piece here" : "piece");
    element.style.setProperty("--gone", here ? gone(one).toFixed(3) : 0);
  });
}

function piece(one) {
  return make("div", {}, make("span", {}, one.number));
}

/** Return how much of an exercise's time has gone, from 0 to 1. */
function gone(one) {
  const left = (room.agenda.ends - now()) / Math.max(one.minutes * 60, 1);
  return Math.min(1, Math.max(0, 1 - left));
}
