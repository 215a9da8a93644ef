// Times and numbers in words.

import { now } from "./room.js";

/** Return how long ago a moment was: `12 min`. */
export const since = (moment) => span(now() - moment);

/** Return a number of seconds in words, in whole minutes. */
export function span(seconds) {
  const minutes = Math.max(0, Math.floor(seconds / 60));
  if (minutes < 1) return "<1 min";
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`;
}

/** Return a moment as the agenda prints it, whatever the browser's own way: `09:05`. */
export function clock(moment) {
  return new Date(moment * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

/** Return a number with its noun: `1 try`, `4 tries`. */
export const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;
