// The grid, learners by exercises: one row a learner, of which only what has changed is touched.

import { look, show } from "./dialogs.js";
import { arrange, at, make, mark, nameOf, say, visible } from "./dom.js";
import { by, chosen, draw as drawHead } from "./gridhead.js";
import { isLong, passedBy, room } from "./room.js";
import { since } from "./words.js";

const SIZES = [[12, "large"], [80, "middle"], [Infinity, "small"]]; // learners, up to which rows are so high
const rows = new Map(); // by a learner's id: the row and its cells

const body = () => at("table").tBodies[0];

export function start() {
  at("find").addEventListener("input", arrangeAnew);
  at("table").addEventListener("click", (event) => {
    const name = event.target.closest("button.name");
    if (name) show(Number(name.closest("tr").dataset.id));
  });
  body().addEventListener("keydown", move);
  body().addEventListener("pointerover", tell);
  body().addEventListener("focusin", (event) => onlyStop(event.target));
}

/** Draw the rows that have changed, or all where `changed` is null. */
export function draw(changed) {
  const empty = !room.learners.size || !room.exercises.length;
  at("region").hidden = at("legend").hidden = empty;
  at("nobody").hidden = room.learners.size > 0;
  at("nothing").hidden = room.exercises.length > 0 || !room.learners.size;
  if (drawHead(arrangeAnew)) rows.clear();
  const size = SIZES.find(([most]) => room.learners.size <= most)[1];
  mark(at("table"), "class", `${size} ${room.exercises.length > 12 ? "many" : "few"}`);
  forget();
  for (const learner of room.learners.values()) drawRow(learner, changed === null || changed.has(learner.id));
  arrangeRows();
}

function forget() {
  for (const id of rows.keys()) if (!room.learners.has(id)) rows.delete(id);
}

function drawRow(learner, all) {
  let row = rows.get(learner.id);
  if (row?.name !== learner.name) rows.set(learner.id, row = newRow(learner));
  const long = isLong(learner);
  say(row.stuck, learner.stuck ? since(learner.stuck.since) : "");
  say(row.last, learner.last === null ? "" : since(learner.last));
  if (!all && row.drawn && row.long === long) return;
  row.drawn = true;
  row.long = long;
  mark(row.tr, "class", long ? "long" : null);
  row.hand.hidden = !learner.hand;
  say(row.passed, `${passedBy(learner)}`);
  row.cells.forEach((cell, index) => drawCell(cell, learner, index));
}

function drawCell(cell, learner, index) {
  const verdict = learner.cells[index];
  mark(cell, "class", look(learner, index));
  if (cell.firstChild.textContent === verdict) return;
  cell.firstChild.textContent = verdict;
  cell.setAttribute("aria-label", `${visible(learner)}, ${room.exercises[index].id}: ${verdict}`);
}

function newRow(learner) {
  const button = make("button", { type: "button", class: "name", tabindex: "-1" }, nameOf(learner));
  const hand = make("span", { class: "tag" }, "hand");
  const passed = make("td", { class: "number" });
  const stuck = make("td", { class: "number" });
  const last = make("td", { class: "number soft" });
  const cells = room.exercises.map(() => make("td", {}, make("span", { class: "word" })));
  const head = make("th", { scope: "row" }, make("div", { class: "who" }, button, hand));
  const tr = make("tr", { "data-id": learner.id }, head, passed, stuck, ...cells, last);
  return { tr, hand, passed, stuck, last, cells, name: learner.name };
}

/** Show those who fit what is looked for, in the order that was chosen. */
function arrangeRows() {
  const wanted = at("find").value.trim().toLocaleLowerCase();
  const all = [...room.learners.values()].sort(by[chosen.key]);
  if (chosen.turned) all.reverse();
  const fits = all.filter((learner) => textOf(learner).includes(wanted));
  arrange(body(), fits.map((learner) => rows.get(learner.id).tr));
  say(at("found"), wanted ? `${fits.length} of ${all.length}` : "");
  if (!body().querySelector("button[tabindex='0']")) onlyStop(body().querySelector("button"));
}

/** Show them in a new order, or others: Tab then enters the rows at the first. */
function arrangeAnew() {
  arrangeRows();
  onlyStop(body().querySelector("button"));
}

function textOf({ name, hand, stuck }) {
  const texts = [name, hand?.message, stuck?.exercise, stuck?.check, stuck?.title];
  return texts.join("\n").toLocaleLowerCase();
}

/** Make one name the place where Tab enters the rows. */
function onlyStop(button) {
  body().querySelector("button[tabindex='0']")?.setAttribute("tabindex", "-1");
  button?.setAttribute("tabindex", "0");
}

/** Let the mouse read the words of a cell. */
function tell({ target }) {
  mark(target, "title", target.getAttribute("aria-label"));
}

/** Go from name to name with the arrows, Home and End. */
function move(event) {
  const row = event.target.closest("tr");
  const steps = {
    ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling,
    Home: body().firstElementChild, End: body().lastElementChild,
  };
  if (!(event.key in steps)) return;
  event.preventDefault();
  steps[event.key]?.querySelector("button").focus();
}
