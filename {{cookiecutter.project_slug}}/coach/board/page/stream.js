// The line to the board: opened, lost, back, or closed because the board does not know this browser.

const QUIET = 60_000; // without a word for so long, the line is opened anew: a sleeping laptop's may be dead
const PATIENCE = 10_000; // a line that does not open in this time is lost
const AGAIN = 2_000;

let source, quiet, patience, told;

/** Listen to the board; `on` has all(data), changed(data), lost(why) and refused(). */
export function listen(view, on) {
  told = { view, on };
  connect();
  addEventListener("online", connect);
  addEventListener("offline", () => told?.on.lost());
}

function connect() {
  stop();
  if (!told) return;
  source = new EventSource(`/api/stream?view=${told.view}`);
  source.addEventListener("all", (event) => { heard(); told.on.all(JSON.parse(event.data)); });
  source.addEventListener("changed", (event) => { heard(); told.on.changed(JSON.parse(event.data)); });
  source.addEventListener("error", failed);
  patience = setTimeout(() => told.on.lost(), PATIENCE);
}

function stop() {
  clearTimeout(quiet);
  clearTimeout(patience);
  source?.close();
}

function heard() {
  clearTimeout(patience);
  clearTimeout(quiet);
  quiet = setTimeout(connect, QUIET);
}

/** A lost line is opened again by the browser; one that was refused is not, so ask why. */
async function failed() {
  if (source.readyState !== EventSource.CLOSED) return told.on.lost();
  stop();
  const answer = await status();
  if (answer === 401 || answer === 403) {
    told.on.refused();
    told = null;
    return;
  }
  told.on.lost(answer === 503 ? "too many pages of this board are open" : "");
  quiet = setTimeout(connect, AGAIN);
}

/** Return what the board answers to this browser, 0 where it does not. */
async function status() {
  const over = new AbortController();
  try {
    return (await fetch(`/api/stream?view=${told.view}`, { signal: over.signal })).status;
  } catch {
    return 0;
  } finally {
    over.abort();
  }
}

/** Send the board a wish; return the answer's status, 0 where there is none, and its data. */
export async function post(path, body) {
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  try {
    const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    return { status: answer.status, ok: answer.ok, data: await answer.json().catch(() => ({})) };
  } catch {
    return { status: 0, ok: false, data: {} };
  }
}
