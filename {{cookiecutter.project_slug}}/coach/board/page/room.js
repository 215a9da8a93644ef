// What the board has told this page about the class, and the board's clock.

export const WORKING = 15 * 60; // seconds since the last news of somebody
export const LONG = 10 * 60; // seconds on one check, from which somebody needs help
const SOON = 5 * 60; // seconds on one check, from which somebody may be stuck, as may be who tried it
const OFTEN = 3; // times

export const room = {
  view: "names", workshop: "", join: "", exercises: [], hardest: [],
  agenda: { started: null, paused: null, breaks: [], at: null, begins: null, ends: null, due: [], done: 0 },
  learners: new Map(),
};
let ahead = 0; // the board's clock less this page's, which never jumps

/** Return the time by the board's clock, in seconds. */
export const now = () => performance.now() / 1000 + ahead;

/** Return the moment at which the agenda is: while it is paused, that of the pause. */
export const moment = () => room.agenda.paused ?? now();

/** Take the whole state over. */
export function takeAll(message) {
  const { view, workshop, join, exercises } = message;
  Object.assign(room, { view, workshop, join, exercises, learners: new Map() });
  takeChanges({ ...message, gone: [] });
}

/** Take over what has changed. */
export function takeChanges({ now: then, agenda, hardest, learners, gone }) {
  ahead = then - performance.now() / 1000;
  Object.assign(room, { agenda, hardest });
  for (const learner of learners) room.learners.set(learner.id, learner);
  for (const id of gone) room.learners.delete(id);
}

export const everybody = () => [...room.learners.values()];
export const exerciseOf = (id) => room.exercises.find((one) => one.id === id);
export const breakBefore = (id) => room.agenda.breaks.find((one) => one.before === id);
export const breakNow = () => (moment() < room.agenda.begins ? breakBefore(room.agenda.at) : undefined);
export const passedBy = (learner) => learner.cells.filter((verdict) => verdict === "passed").length;
export const isLong = (learner) => learner.stuck !== null && now() - learner.stuck.since >= LONG;
const isStuck = ({ stuck }) => stuck !== null && (stuck.tries >= OFTEN || now() - stuck.since >= SOON);
export const isWorking = (learner) => learner.last !== null && now() - learner.last < WORKING;
export const needsHelp = (learner) => learner.hand !== null || isLong(learner);

/** Return the raised hands, the first one first. */
export function hands() {
  return everybody().filter((one) => one.hand).sort((a, b) => a.hand.since - b.hand.since);
}

/** Return who is stuck at a check, and not just beginning with it, by `since` (longest first) or by `tries` (most first). */
export function stuck(by = "since") {
  const orders = { since: (one) => one.stuck.since, tries: (one) => -one.stuck.tries };
  const value = orders[by];
  const compare = (a, b) => value(a) - value(b) || a.stuck.since - b.stuck.since;
  return everybody().filter(isStuck).sort(compare);
}

/** Return how many have passed each exercise, in their order. */
export function passedEach() {
  const counts = room.exercises.map(() => 0);
  for (const learner of room.learners.values()) {
    learner.cells.forEach((verdict, index) => { counts[index] += verdict === "passed"; });
  }
  return counts;
}
