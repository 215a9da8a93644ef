"use strict";
const view = location.pathname === "/projector" ? "projector" : "names";
const body = JSON.stringify({ secret: location.hash.slice(1) });
const headers = { "Content-Type": "application/json" };
fetch("/api/login", { method: "POST", headers, body }).then(() => {
  history.replaceState(null, "", location.pathname);
  const stream = new EventSource("/api/stream?view=" + view);
  for (const kind of ["all", "changed"]) {
    stream.addEventListener(kind, (event) => {
      document.getElementById("state").textContent = JSON.stringify(JSON.parse(event.data), null, 1);
    });
  }
});
