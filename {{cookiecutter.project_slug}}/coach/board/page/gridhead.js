// The head of the grid: the exercises, how many have passed each, and the buttons that sort.

import { at, make, mark, say, share } from "./dom.js";
import { passedBy, passedEach, room } from "./room.js";

const { compare } = new Intl.Collator(undefined, { numeric: true });
const byName = (a, b) => compare(a.name, b.name) || a.id - b.id;
const stuckSince = (one) => one.stuck?.since ?? Infinity;
const lastCheck = (one) => one.last ?? 0;

/** How rows are compared, by the key of a column. */
export const by = {
  name: byName,
  passed: (a, b) => passedBy(a) - passedBy(b) || byName(a, b),
  stuck: (a, b) => (stuckSince(a) === stuckSince(b) ? byName(a, b) : stuckSince(a) - stuckSince(b)),
  last: (a, b) => lastCheck(a) - lastCheck(b) || byName(a, b),
};
const COLUMNS = { name: "Learner", passed: "Passed", stuck: "Stuck", last: "Last seen" };

export const chosen = { key: "name", turned: false };
let drawnFor = "";

/** Draw the head; return whether the columns are new, so that rows must be. */
export function draw(sorted) {
  const columns = JSON.stringify(room.exercises);
  const fresh = columns !== drawnFor;
  if (fresh) at("table").tHead.replaceChildren(...build(sorted));
  drawnFor = columns;
  const counts = passedEach();
  room.exercises.forEach((one, index) => {
    say(at(`sum-${index}`), counts[index]);
    share(at(`sum-${index}`), counts[index]);
    mark(at(`head-${index}`), "aria-current", one.id === room.agenda.at ? "step" : null);
  });
  return fresh;
}

function build(sorted) {
  const heads = Object.keys(COLUMNS).map((key) => sorter(key, sorted));
  const exercises = room.exercises.map(columnHead);
  const sums = room.exercises.map((one, index) => make("td", { id: `sum-${index}`, class: "sum" }));
  const blank = () => make("td");
  return [
    make("tr", {}, ...heads.slice(0, 3), ...exercises, heads[3]),
    make("tr", { class: "sums" }, make("th", { scope: "row" }, "Passed by"), blank(), blank(), ...sums, blank()),
  ];
}

function columnHead({ number, title }, index) {
  const attributes = { scope: "col", id: `head-${index}`, title: `${number} ${title}` };
  return make("th", attributes, number, make("span", { class: "unseen" }, ` ${title}`));
}

function sorter(key, sorted) {
  const button = make("button", { type: "button" }, COLUMNS[key]);
  const head = make("th", { scope: "col", class: key === "name" ? "" : "wide" }, button);
  if (key === chosen.key) head.setAttribute("aria-sort", direction());
  button.addEventListener("click", () => {
    chosen.turned = key === chosen.key && !chosen.turned;
    chosen.key = key;
    for (const other of head.parentElement.children) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", direction());
    sorted();
  });
  return head;
}

const direction = () => (chosen.turned ? "descending" : "ascending");
