// The two small windows: one learner in full, and a question before what cannot be taken back.

import { at, make, nameOf, visible } from "./dom.js";
import { isLong, passedBy, room } from "./room.js";
import { wish } from "./wishes.js";
import { count, since } from "./words.js";

let shown = null; // the id of the learner in the window
let closing = false;

/** Show one learner: what passed, what fails for how long, the hand. */
export function show(id) {
  shown = id;
  const dialog = at("learner");
  dialog.onclose = () => { shown = null; };
  fill(dialog, room.learners.get(id));
  dialog.showModal();
}

/** Keep the window as the board is. */
export function draw() {
  if (shown === null) return;
  const learner = room.learners.get(shown);
  if (learner) facts(at("facts"), learner);
  else at("learner").close();
}

function fill(dialog, learner) {
  const heading = make("h2", { id: "learner-name", tabindex: "-1", autofocus: "" }, nameOf(learner));
  const facts_ = make("div", { id: "facts" });
  facts(facts_, learner);
  const close = make("button", { type: "button", class: "main" }, "Close");
  close.addEventListener("click", () => dialog.close());
  const remove = make("button", { type: "button" }, "Take out of view…");
  remove.addEventListener("click", () => takeOut(learner));
  dialog.replaceChildren(heading, facts_, make("p", { class: "buttons" }, close, remove));
}

function facts(place, learner) {
  const lines = [];
  if (learner.hand) lines.push(line("Hand up", `for ${since(learner.hand.since)}`, make("bdi", { dir: "auto" }, learner.hand.message)));
  if (learner.stuck) lines.push(line("Stuck", `for ${since(learner.stuck.since)}, ${count(learner.stuck.tries, "try", "tries")}`, learner.stuck.title, `${learner.stuck.exercise} · ${learner.stuck.check}`));
  lines.push(line("Last check", learner.last === null ? "none yet" : `${since(learner.last)} ago`));
  lines.push(line("Passed", `${passedBy(learner)} of ${room.exercises.length}`));
  const list = room.exercises.map((one, index) => {
    const verdict = learner.cells[index];
    return make("li", {}, make("span", { class: `sign ${look(learner, index)}`, "aria-hidden": "true" }), `${one.number} ${one.title}: `, make("b", {}, verdict));
  });
  place.replaceChildren(make("dl", {}, ...lines.flat()), make("ul", { class: "verdicts" }, ...list));
}

function line(term, ...parts) {
  return [make("dt", {}, term), ...parts.filter((part) => part !== "").map((part) => make("dd", {}, part))];
}

/** Return the class of a cell: its verdict, and whether somebody is stuck in it for long. */
export function look(learner, index) {
  const verdict = learner.cells[index].replaceAll(" ", "-");
  const long = learner.stuck?.exercise === room.exercises[index].id && isLong(learner);
  return long ? `${verdict} long` : verdict;
}

async function takeOut(learner) {
  const sure = await confirm(`Take ${visible(learner)} out of view?`, "The row goes away. What was reported stays in the board's file.", "Take out", "Leave in");
  if (!sure) return;
  if (await wish(`/api/remove/${learner.id}`)) at("learner")?.close();
}

/** Ask a question; return whether the answer was yes. */
export function confirm(title, text, yes, no) {
  const dialog = at("ask");
  at("ask-title").textContent = title;
  at("ask-text").textContent = text;
  at("ask-yes").textContent = yes;
  at("ask-no").textContent = no;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((answer) => { dialog.onclose = () => answer(dialog.returnValue === "yes"); });
}
