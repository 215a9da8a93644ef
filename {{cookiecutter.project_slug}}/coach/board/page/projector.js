// The view for the wall: no names, the command to join, the pace, and how many have passed each exercise.

import { at, keep, make, mark, say, share } from "./dom.js";
import { counts } from "./names.js";
import { words } from "./pace.js";
import { passedEach, room } from "./room.js";

export function start() {
  document.body.classList.add("wall");
}

export function draw() {
  counts();
  words();
  at("nothing").hidden = room.exercises.length > 0;
  at("bars-title").hidden = !room.exercises.length;
  document.title = `${room.workshop}, projector`;
  const passed = passedEach();
  mark(at("bars"), "class", room.exercises.length > 12 ? "many" : null);
  keep(at("bars"), room.exercises, (one) => one.id, bar, (row, one) => {
    const number = passed[room.exercises.indexOf(one)];
    share(row, number);
    mark(row, "aria-current", one.id === room.agenda.at ? "step" : null);
    say(row.lastElementChild, `${number} of ${room.learners.size}`);
  });
}

function bar(one) {
  return make("li", {}, make("b", {}, one.number), make("span", { class: "title" }, one.title),
    make("span", { class: "bar", "aria-hidden": "true" }), make("span", { class: "number" }));
}
