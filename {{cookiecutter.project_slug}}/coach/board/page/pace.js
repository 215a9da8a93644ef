// The pace of the class against the agenda, in words, and what can be done with its clock.

import { confirm } from "./dialogs.js";
import { at, say } from "./dom.js";
import { breakNow, exerciseOf, moment, room } from "./room.js";
import * as strip from "./strip.js";
import { clock, span } from "./words.js";
import { wish } from "./wishes.js";

export function start() {
  at("clock").addEventListener("click", startOrPause);
  at("stop").addEventListener("click", stop);
}

export function draw() {
  words();
  buttons();
  strip.draw();
}

/** Say where the agenda is, and how many are with it. */
export function words() {
  say(at("agenda-at"), where());
  say(at("agenda-with"), company());
}

function where() {
  const { started, paused, at: id, begins, ends } = room.agenda;
  const minutes = room.exercises.reduce((sum, one) => sum + one.minutes, 0);
  if (!room.exercises.length) return "There is no agenda: this workshop has no exercises.";
  if (started === null) return `The clock is not running. The exercises take ${span(minutes * 60)} in all.`;
  const one = exerciseOf(id);
  if (!one) return `The agenda, which began at ${clock(started)}, is over.`;
  const name = `${one.number} ${one.title}`;
  const rest = breakNow()?.title;
  const left = `${span((rest ? begins : ends) - moment())} left`;
  const held = rest ? `the break: ${left}, then ${name}` : `${name}: ${left}`;
  if (paused !== null) return `Paused since ${clock(paused)} in ${held}`;
  return rest ? `${rest} until ${clock(begins)}, then ${name}` : `${name}, until ${clock(ends)}: ${left}`;
}

function company() {
  const { started, due, done } = room.agenda;
  if (started === null || !room.exercises.length || !room.learners.size) return "";
  if (!due.length) return "No exercise is due yet.";
  const from = due.length === 1 ? "exercise" : `exercises ${number(due[0])} to`;
  return `${done} of ${room.learners.size} have passed what is due: ${from} ${number(due.at(-1))}`;
}

const number = (id) => exerciseOf(id)?.number ?? id;

/** Show what can be done with the clock; a button that goes leaves the focus to the other one. */
function buttons() {
  const { started, paused, at: id } = room.agenda;
  const [first, second, focused] = [at("clock"), at("stop"), document.activeElement];
  const running = started !== null;
  say(first, paused !== null ? "Go on" : running ? "Pause" : "Start the clock");
  first.hidden = !room.exercises.length || (running && id === null);
  second.hidden = !running;
  if (focused === first && first.hidden) second.focus();
  if (focused === second && second.hidden) first.focus();
}

function startOrPause() {
  const { started, paused } = room.agenda;
  return wish("/api/agenda", { clock: started === null || paused !== null ? "start" : "pause" });
}

async function stop() {
  const text = "When you start it again, the agenda begins with the first exercise. A pause keeps the place.";
  const sure = await confirm("Stop the clock?", text, "Stop it", "Leave it");
  if (sure) await wish("/api/agenda", { clock: "stop" });
}
