// Who needs somebody: raised hands, who is stuck, and the checks that fail for most.

import { show } from "./dialogs.js";
import { at, keep, make, mark, nameOf, say, share, visible } from "./dom.js";
import { hands, isLong, room, stuck } from "./room.js";
import { wish } from "./wishes.js";
import { count, since } from "./words.js";

const MOST_STUCK = 5; // the grid has them all
const MOST_HANDS = 8; // the others come up as these are lowered

export function start() {
  at("stuck-by").addEventListener("change", drawStuck);
}

export function draw() {
  drawHands();
  drawStuck();
  drawHardest();
}

const person = (one) => `${one.id} ${one.name}`; // a board that began anew may give a number to somebody else

function drawHands() {
  const up = hands();
  at("hands-none").hidden = up.length > 0;
  say(at("hands-count"), up.length || "");
  rest("hands-more", up.length - MOST_HANDS, "after these");
  keep(at("hands"), up.slice(0, MOST_HANDS), person, handRow, (row, one) => {
    say(row.querySelector(".what"), one.hand.message);
    row.querySelector(".what").hidden = !one.hand.message.trim();
    say(row.querySelector(".soft"), [workingOn(one), since(one.hand.since)].filter(Boolean).join(" · "));
  });
}

function handRow(learner) {
  const whose = make("span", { class: "unseen" }, ` the hand of ${visible(learner)}`);
  const lower = make("button", { type: "button" }, "Lower", whose);
  lower.addEventListener("click", () => lowerHand(learner.id, lower));
  const message = make("bdi", { class: "what", dir: "auto" });
  const text = make("p", {}, opener(learner), message, make("span", { class: "soft" }));
  return make("li", { class: "hand" }, text, lower);
}

/** Lower a hand; who came by the keyboard goes on at the next one. */
async function lowerHand(id, button) {
  const row = button.closest("li");
  button.disabled = true;
  const next = row.nextElementSibling ?? row.previousElementSibling;
  if (!await wish(`/api/hand/${id}`)) button.disabled = false;
  else (next?.querySelector("button:last-child") ?? at("hands-title")).focus();
}

/** Return a learner's name as a button that shows more. */
function opener(learner) {
  const button = make("button", { type: "button", class: "name" }, nameOf(learner));
  button.addEventListener("click", () => show(learner.id));
  return button;
}

/** Return what somebody works on: the check that fails, or the first exercise that has not passed. */
function workingOn(learner) {
  const next = room.exercises[learner.cells.findIndex((verdict) => verdict !== "passed")];
  return learner.stuck?.exercise ?? next?.id ?? "";
}

function drawStuck() {
  const all = stuck(at("stuck-by").querySelector(":checked").value);
  at("stuck-none").hidden = all.length > 0;
  at("stuck-by").hidden = all.length < 2;
  say(at("stuck-count"), all.length || "");
  rest("stuck-more", all.length - MOST_STUCK, "in the table, by “Stuck”");
  keep(at("stuck"), all.slice(0, MOST_STUCK), person, stuckRow, (row, one) => {
    mark(row, "class", isLong(one) ? "long" : "");
    say(row.querySelector(".time"), since(one.stuck.since));
    say(row.querySelector(".tries"), count(one.stuck.tries, "try", "tries"));
    say(row.querySelector(".what"), one.stuck.title);
    say(row.querySelector(".which"), `${one.stuck.exercise} · ${one.stuck.check}`);
  });
}

/** Say how many are not in a list, and where they are. */
function rest(id, number, where) {
  say(at(id), number > 0 ? `and ${number} more ${where}` : "");
}

function stuckRow(learner) {
  const part = (name, ...children) => make("span", { class: name }, ...children);
  const numbers = part("numbers", part("time"), " · ", part("tries"));
  return make("li", {}, make("p", {}, opener(learner), numbers, part("what"), part("soft which")));
}

function drawHardest() {
  at("hardest-none").hidden = room.hardest.length > 0;
  keep(at("hardest"), room.hardest, (one) => `${one.exercise}/${one.check}`, hardRow, (row, one) => {
    say(row.querySelector(".numbers"), `${one.now} now · ${one.ever} so far`);
    share(row, one.now);
  });
}

function hardRow(one) {
  const part = (name, text = "") => make("span", { class: name }, text);
  const where = part("soft which", `${one.exercise} · ${one.check}`);
  return make("li", { class: "hard" }, make("p", {}, part("what", one.title), where, part("numbers")));
}
