// The agenda as a strip: exercises and breaks as wide as they are long, and a line for now.

import { at, keep, make, mark, share } from "./dom.js";
import { breakBefore, breakNow, exerciseOf, moment, passedEach, room } from "./room.js";
import { span } from "./words.js";

/** Draw the strip; an exercise is filled as far as the class has passed it. */
export function draw() {
  const counts = passedEach();
  const current = breakNow() ?? exerciseOf(room.agenda.at);
  const rows = room.exercises.flatMap((one) => [breakBefore(one.id), one]).filter(Boolean);
  keep(at("strip"), rows, (one) => `${one.id ?? one.before}: ${named(one)}`, piece, (element, one) => {
    element.style.setProperty("--minutes", one.minutes || 1);
    share(element, counts[room.exercises.indexOf(one)] ?? 0);
    mark(element, "aria-current", one === current ? "step" : null);
    element.style.setProperty("--gone", one === current ? gone(one).toFixed(3) : 0);
  });
}

function piece(one) {
  const shown = make("span", { "aria-hidden": "true" }, one.number ?? one.title);
  return make("li", { class: one.id ? "piece" : "piece break" }, shown, make("span", { class: "unseen" }, named(one)));
}

/** Return what a screen reader says of an exercise or a break. */
function named({ number, title, minutes }) {
  return `${number ? `${number} ` : ""}${title}, ${span(minutes * 60)}`;
}

/** Return how much of the time of an exercise or a break has gone, from 0 to 1. */
function gone(one) {
  const left = ((one.id ? room.agenda.ends : room.agenda.begins) - moment()) / Math.max(one.minutes * 60, 1);
  return Math.min(1, Math.max(0, 1 - left));
}
