// The instructor's secret: from the address behind #, or typed in. It never stays in the address.

import { at } from "./dom.js";
import { post } from "./stream.js";

const PROJECTOR_ONLY = "That is the key of the projector, which shows no names. Type your own page's secret.";
const ANSWERS = {
  0: "The board does not answer. Is it running?",
  403: "That is not the secret of this board. The terminal where it runs shows the right address.",
  429: "Too many tries. Wait a minute, then try again.",
};

/** Log in with the secret in the address, if there is one; return what is wrong, or nothing. */
export async function withAddress(view) {
  const secret = location.hash.slice(1);
  if (!secret || at(secret)) return "";
  history.replaceState(null, "", location.pathname);
  return login(secret, view);
}

async function login(secret, view) {
  const { status, ok, data } = await post("/api/login", { secret });
  if (!ok) return ANSWERS[status] ?? `The board refused it (${status}).`;
  return view === "names" && data.view === "projector" ? PROJECTOR_ONLY : "";
}

/** Ask for the secret; call `done` once it is right. */
export function ask(wrong, view, done) {
  at("content").replaceChildren(at("login-view").content.cloneNode(true));
  const field = at("secret");
  at("login-error").textContent = wrong;
  field.focus();
  at("login").addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = await login(field.value.trim(), view);
    at("login-error").textContent = wrong;
    if (wrong) field.select();
    else done();
  });
}
