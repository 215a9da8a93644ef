// What the instructor asks of the board; where it does not do it, the page says so.

import { at, say } from "./dom.js";
import { post } from "./stream.js";

/** Send a wish; return whether the board took it. */
export async function wish(path, body) {
  const { status, ok } = await post(path, body);
  if (at("trouble")) say(at("trouble"), ok ? "" : why(status));
  return ok;
}

function why(status) {
  if (status === 0) return "The board does not answer: nothing was changed. Try again when it is back.";
  if (status === 401 || status === 403) return "The board asks for its secret: load this page again.";
  if (status === 404) return "That learner is not on the board any more.";
  return `The board refused (${status}): nothing was changed.`;
}
