"use strict";
(() => {
  const root = document.documentElement;
  const slides = [...document.querySelectorAll("main > section")];
  const roomy = matchMedia("(min-width: 700px) and (min-height: 420px)");
  const button = (id) => document.getElementById(id);
  let at = 0;

  function show(number, focus = true) {
    slides[at].classList.remove("now");
    at = Math.max(0, Math.min(slides.length - 1, number));
    const slide = slides[at];
    slide.classList.add("now");
    button("place").textContent = `${at + 1} of ${slides.length}`;
    button("back").disabled = at === 0;
    button("on").disabled = at === slides.length - 1;
    if (slide.dataset.minutes) sayWhenItGoesOn(slide);
    if (!root.classList.contains("show")) return;
    history.replaceState(null, "", `#${slide.id}`);
    if (focus) slide.focus({ preventScroll: true });
  }

  function sayWhenItGoesOn(slide) {
    const then = new Date(Date.now() + slide.dataset.minutes * 60000);
    const clock = [then.getHours(), then.getMinutes()].map((part) => String(part).padStart(2, "0"));
    slide.querySelector(".until").textContent = `; we go on at ${clock.join(":")}`;
  }

  function fromAddress() {
    const number = slides.findIndex((slide) => slide.id === decodeURIComponent(location.hash.slice(1)));
    return number < 0 ? 0 : number;
  }

  function toggleNotes() {
    button("notes").setAttribute("aria-pressed", root.classList.toggle("notes"));
  }

  function toggleFullScreen() {
    const done = document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen?.();
    done?.catch(() => {});
  }

  const keys = {
    ArrowRight: () => show(at + 1), ArrowDown: () => show(at + 1), PageDown: () => show(at + 1), " ": () => show(at + 1),
    ArrowLeft: () => show(at - 1), ArrowUp: () => show(at - 1), PageUp: () => show(at - 1),
    Home: () => show(0), End: () => show(slides.length - 1),
    f: toggleFullScreen, n: toggleNotes,
  };

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !root.classList.contains("show")) return;
    const inNotes = event.target.closest("aside") && /^(Arrow(Up|Down)|Page| )/.test(event.key);
    const onButton = event.target.closest("button, a") && event.key === " ";
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (!(name in keys) || inNotes || onButton) return;
    event.preventDefault();
    if (event.shiftKey && name === " ") show(at - 1);
    else keys[name]();
  });
  addEventListener("hashchange", () => show(fromAddress()));
  button("back").addEventListener("click", () => show(at - 1, false));
  button("on").addEventListener("click", () => show(at + 1, false));
  button("notes").addEventListener("click", toggleNotes);
  button("full").addEventListener("click", toggleFullScreen);

  function arrange() {
    root.classList.toggle("show", roomy.matches);
    show(roomy.matches ? fromAddress() : at, false);
  }
  roomy.addEventListener("change", arrange);
  arrange();
})();
