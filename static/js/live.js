// Keeps polled containers honest: says since when they are not live, keeps focus, place and open parts across swaps,
// and runs the clocks. Works with htmx 2 and 4. Times come from the server's clock; a device's own may be wrong.
(() => {
  const PATIENCE = 4000; // ms without an answer until a container is called not live
  const ZONE = "Asia/Jakarta";
  const page = document.documentElement;
  const minutes = new Intl.DateTimeFormat(page.lang, { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const seconds = new Intl.DateTimeFormat(page.lang, { timeZone: ZONE, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  let ahead = Date.parse(page.dataset.now) - Date.now(); // ms that the server's clock is ahead of ours

  const now = () => Date.now() + ahead;
  const containers = () => document.querySelectorAll("[data-live]");
  const within = (target) => target instanceof Element && target.closest("[data-live]");

  // --- live or not ---
  const lastAnswer = new WeakMap(); // container → server time (ms) of its last good answer
  const patience = (container) => Math.max(PATIENCE, Number(container.dataset.live) * 1500);

  function answered(container, date) {
    if (date) ahead = Date.parse(date) + 500 - Date.now(); // the header has whole seconds
    lastAnswer.set(container, now());
    show(container, true);
  }

  function show(container, live) {
    const banner = document.getElementById(`${container.id}-not-live`);
    if (banner.hidden === live) return;
    if (!live) {
      const since = banner.querySelector("time");
      since.dateTime = new Date(lastAnswer.get(container)).toISOString();
      since.textContent = `${minutes.format(lastAnswer.get(container))} WIB`;
    }
    banner.hidden = live;
    container.classList.toggle("is-stale", !live);
    container.classList.toggle("is-blank", !container.offsetHeight); // a frame around nothing would say nothing
    container.dispatchEvent(new CustomEvent("live", { bubbles: true, detail: live }));
  }

  function watch() {
    for (const container of containers()) {
      if (!lastAnswer.has(container)) lastAnswer.set(container, page.dataset.kept ? Date.parse(page.dataset.kept) : now());
      if (now() - lastAnswer.get(container) > patience(container)) show(container, false);
    }
  }

  // htmx 2 tells of an XMLHttpRequest, htmx 4 of a fetch response.
  function onAnswer(event) {
    const container = within(event.target);
    const { xhr, ctx } = event.detail;
    const answer = xhr || (ctx && ctx.response);
    if (!container || !answer || answer.status < 200 || answer.status >= 300) return;
    answered(container, xhr ? xhr.getResponseHeader("Date") : answer.headers.get("Date"));
  }

  // --- swaps that do not disturb ---
  let pressed = null; // the container in which a finger or mouse button is down
  let kept = null;

  function beforeSwap(event) {
    const container = within(event.target);
    if (!container) return;
    if (pressed === container) {
      event.preventDefault(); // a button must not vanish under the finger; the next poll brings the same again
      return;
    }
    const seen = [...container.querySelectorAll("[id]")].find((part) => part.getBoundingClientRect().bottom > 0);
    kept = {
      focus: container.contains(document.activeElement) ? document.activeElement.id : "",
      open: [...container.querySelectorAll("details[open][id]")].map((part) => part.id),
      anchor: window.scrollY > 0 && seen ? { id: seen.id, top: seen.getBoundingClientRect().top } : null,
    };
  }

  function afterSwap(event) {
    const container = within(event.target);
    if (!container) return;
    const version = container.querySelector("[data-version]");
    if (version) container.setAttribute("hx-vals", JSON.stringify({ v: version.dataset.version }));
    if (kept) restore(kept);
    kept = null;
    tick();
  }

  function restore({ focus, open, anchor }) {
    const part = (id) => document.getElementById(id);
    for (const unfolded of open.map(part)) if (unfolded) unfolded.setAttribute("open", "");
    if (part(focus)) part(focus).focus({ preventScroll: true });
    if (anchor && part(anchor.id)) window.scrollBy(0, part(anchor.id).getBoundingClientRect().top - anchor.top);
  }

  // --- clocks ---
  function mark(clock, name, holds) {
    if (holds === clock.hasAttribute(name)) return; // nothing changes for who watches the page
    if (holds) clock.setAttribute(name, "");
    else clock.removeAttribute(name);
  }

  const UNITS = [86400, 3600, 60, 1]; // seconds: days to seconds, in the order of data-words

  function inWords(words, seconds) {
    const place = UNITS.findIndex((unit) => seconds >= unit || unit === 1);
    return words[place].replace("{n}", Math.floor(seconds / UNITS[place]));
  }

  function tick() {
    for (const clock of document.querySelectorAll("time.age")) {
      const seconds = Math.max(0, Math.floor((now() - Date.parse(clock.dateTime)) / 1000));
      const two = (number) => String(number).padStart(2, "0");
      const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
      clock.textContent = clock.dataset.words ? inWords(clock.dataset.words.split("|"), seconds) : h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
      if (clock.dataset.steps) clock.dataset.step = clock.dataset.steps.split(" ").filter((step) => seconds > Number(step)).length;
      if (clock.dataset.lateAfter) mark(clock, "data-late", seconds > Number(clock.dataset.lateAfter));
    }
    for (const clock of document.querySelectorAll("time.now")) {
      clock.dateTime = new Date(now()).toISOString();
      clock.textContent = seconds.format(now());
    }
    for (const clock of document.querySelectorAll("time.countdown")) {
      const left = Math.max(0, Math.ceil((Date.parse(clock.dateTime) - now()) / 1000));
      clock.textContent = String(left);
      mark(clock, "data-over", left === 0);
    }
    for (const bar of document.querySelectorAll("progress[data-until]")) bar.value = Math.max(0, (Date.parse(bar.dataset.until) - now()) / 1000);
  }

  for (const name of ["htmx:afterRequest", "htmx:after:request"]) document.addEventListener(name, onAnswer);
  for (const name of ["htmx:beforeSwap", "htmx:before:swap"]) document.addEventListener(name, beforeSwap);
  for (const name of ["htmx:afterSwap", "htmx:after:swap"]) document.addEventListener(name, afterSwap);
  document.addEventListener("pointerdown", (event) => (pressed = within(event.target)));
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => setTimeout(() => (pressed = null)));
  if (navigator.serviceWorker) {
    navigator.serviceWorker.addEventListener("message", (event) => {
      if (event.data && event.data.pushed) for (const container of containers()) container.dispatchEvent(new Event("pushed"));
    });
  }
  watch();
  tick();
  setInterval(() => {
    watch();
    tick();
  }, 500);
})();
