// Elements made and kept up to date. All text goes in as text, never as markup.

import { room } from "./room.js";

export const at = (id) => document.getElementById(id);

/** Return a new element with attributes and children; a child that is text stays text. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Return a learner's name, kept apart from the direction of the text around it. */
export const nameOf = (learner) => make("bdi", { dir: "auto" }, visible(learner));

/** Return a name that can be seen: one of blanks and invisible marks is replaced by the learner's number. */
export function visible(learner) {
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(learner.name) ? learner.name : `(no name, number ${learner.id})`;
}

/** Set a text where it has changed, so that nothing is drawn or read aloud for nothing. */
export function say(element, text) {
  if (element.textContent !== String(text)) element.textContent = text;
}

/** Set or take away an attribute where that is a change. */
export function mark(element, name, value) {
  if (value === null || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

/** Set how much of all learners a drawing shows, from 0 to 1. */
export function share(element, number) {
  element.style.setProperty("--share", (number / Math.max(room.learners.size, 1)).toFixed(3));
}

/** Put children into an order, moving only those that are out of it; what has the focus keeps it. */
export function arrange(parent, wanted) {
  const focused = document.activeElement;
  const stays = new Set(wanted);
  for (const child of [...parent.children]) if (!stays.has(child)) child.remove();
  const moving = outOfOrder(parent, wanted);
  let next = parent.firstElementChild;
  for (const child of wanted) {
    while (next && moving.has(next)) next = next.nextElementSibling;
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
  }
  if (focused !== document.activeElement && parent.contains(focused)) focused.focus({ preventScroll: true });
}

/** Return the children that have to move: all but a longest run that is in order already. */
function outOfOrder(parent, wanted) {
  const place = new Map([...parent.children].map((child, index) => [child, index]));
  const runs = []; // runs[n]: the run of n + 1 children that ends furthest to the front
  for (const child of wanted.filter((one) => place.has(one))) {
    const here = place.get(child);
    let low = 0;
    for (let high = runs.length; low < high;) {
      const middle = (low + high) >> 1;
      if (runs[middle].here < here) low = middle + 1;
      else high = middle;
    }
    runs[low] = { child, here, before: runs[low - 1] };
  }
  const moving = new Set(wanted);
  for (let run = runs.at(-1); run; run = run.before) moving.delete(run.child);
  return moving;
}

/** Keep one child for each item, by its key; `fill(child, item)` brings a child up to date. */
export function keep(parent, items, key, create, fill) {
  const known = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  arrange(parent, items.map((item) => {
    const child = known.get(String(key(item))) ?? create(item);
    child.dataset.key = key(item);
    fill(child, item);
    return child;
  }));
}
