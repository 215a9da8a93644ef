// The instructor's view: who is here, the pace, who needs help, and the grid.

import { at, say, visible } from "./dom.js";
import * as dialogs from "./dialogs.js";
import * as grid from "./grid.js";
import * as needs from "./needs.js";
import * as pace from "./pace.js";
import { everybody, hands, isWorking, needsHelp, room } from "./room.js";

let raised = null; // who had a hand up when the page was last drawn: {id: since}

export function start() {
  at("copy").addEventListener("click", copy);
  pace.start();
  needs.start();
  grid.start();
}

export function draw(changed) {
  counts();
  pace.draw();
  needs.draw();
  grid.draw(changed);
  dialogs.draw();
  announce();
}

/** Say how many are here, and the command to join; both views have these. */
export function counts() {
  const all = everybody();
  say(at("joined"), all.length);
  say(at("working"), all.filter(isWorking).length);
  if (at("needing")) say(at("needing"), all.filter(needsHelp).length);
  say(at("join"), room.join);
}

/** Tell a screen reader of hands that have just been raised, and the window's title of all. */
function announce() {
  const up = hands();
  const fresh = up.filter((one) => raised && raised[one.id] !== one.hand.since);
  const said = fresh.map((one) => `${visible(one)} raised a hand. ${one.hand.message}`);
  if (said.length) say(at("news"), said.join(" "));
  raised = Object.fromEntries(up.map((one) => [one.id, one.hand.since]));
  const title = up.length ? `(${up.length}) ${room.workshop}, board` : `${room.workshop}, board`;
  if (document.title !== title) document.title = title;
}

/** Copy the command; where the page came by plain http there is no clipboard, and the old way is left. */
async function copy() {
  let done = false;
  try {
    await navigator.clipboard.writeText(room.join);
    done = true;
  } catch {
    getSelection().selectAllChildren(at("join"));
    done = document.execCommand("copy");
  }
  say(at("copied"), done ? "Copied." : "It is selected: copy it with the keyboard.");
  setTimeout(() => at("copied") && say(at("copied"), ""), 4_000);
}
