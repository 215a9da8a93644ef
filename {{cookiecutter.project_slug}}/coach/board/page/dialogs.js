// The two small windows: one learner in full, and a question before what cannot be taken back.

import { at, make, nameOf, visible } from "./dom.js";
import { isLong, passedBy, room } from "./room.js";
import { wish } from "./wishes.js";
import { count, since } from "./words.js";

let shown = null; // the id of the learner in the window

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
  if (learner) facts(learner);
  else at("learner").close();
}

function fill(dialog, learner) {
  const heading = make("h2", { id: "learner-name", tabindex: "-1", autofocus: "" }, nameOf(learner));
  const close = make("button", { type: "button", class: "main" }, "Close");
  close.addEventListener("click", () => dialog.close());
  const remove = make("button", { type: "button" }, "Take out of view…");
  remove.addEventListener("click", () => takeOut(learner));
  const buttons = make("p", { class: "buttons" }, close, remove);
  dialog.replaceChildren(heading, make("div", { id: "facts" }), buttons);
  facts(learner);
}

/** Say where a learner is; what has not changed stays, so that it can be selected and copied. */
function facts(learner) {
  const list = make("ul", { class: "verdicts" }, ...verdicts(learner));
  const parts = [make("dl", {}, ...situation(learner)), list];
  const text = parts.map((part) => part.textContent).join("");
  if (text !== at("facts").textContent) at("facts").replaceChildren(...parts);
}

function situation({ hand, stuck, last, cells }) {
  const lines = [];
  const message = make("bdi", { dir: "auto" }, hand?.message ?? "");
  if (hand) lines.push(line("Hand up", `for ${since(hand.since)}`, message));
  if (stuck) {
    const long = `for ${since(stuck.since)}, ${count(stuck.tries, "try", "tries")}`;
    lines.push(line("Stuck", long, stuck.title, `${stuck.exercise} · ${stuck.check}`));
  }
  lines.push(line("Last seen", last === null ? "none yet" : `${since(last)} ago`));
  lines.push(line("Passed", `${passedBy({ cells })} of ${room.exercises.length}`));
  return lines.flat();
}

function verdicts(learner) {
  return room.exercises.map((one, index) => {
    const sign = make("span", { class: `sign ${look(learner, index)}`, "aria-hidden": "true" });
    return make("li", {}, sign, `${one.number} ${one.title}: `, make("b", {}, learner.cells[index]));
  });
}

function line(term, ...parts) {
  return [make("dt", {}, term), ...parts.map((part) => make("dd", {}, part))];
}

/** Return the class of a cell: its verdict, and whether somebody is stuck in it for long. */
export function look(learner, index) {
  const verdict = learner.cells[index].replaceAll(" ", "-");
  const long = learner.stuck?.exercise === room.exercises[index].id && isLong(learner);
  return long ? `${verdict} long` : verdict;
}

async function takeOut(learner) {
  const text = "The row goes away until they join again. What was reported stays in the board's file.";
  const sure = await confirm(`Take ${visible(learner)} out of view?`, text, "Take out", "Leave in");
  if (sure && await wish(`/api/remove/${learner.id}`)) at("learner")?.close();
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
