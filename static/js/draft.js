// Keeps what is typed on the server as it is typed, field by field, and says so when it cannot; brings the questions of
// the type that was chosen, and asks at once what is known about the rest. A browser that is closed has lost nothing that
// stood still for half a second.
(() => {
  const PAUSE = 400; // ms after the last letter
  const AGAIN = 2000; // ms until the next attempt
  const PATIENCE = 5000; // ms
  const form = document.querySelector("form[data-draft]");
  const said = document.getElementById("unsaved");
  const script = document.getElementById("script");
  const known = document.getElementById("known");
  const NEVER = ["csrf_token", "form_key", "version", "class", "reason", "colleague", "incident"];
  let kept = typed();
  let timer = 0;
  let underWay = false;
  let leaving = false;
  let typeShown = type();

  function typed() {
    const fields = {};
    for (const [name, value] of new FormData(form)) if (!NEVER.includes(name)) fields[name] = value;
    if (form.elements.silent && !fields.silent) fields.silent = "";
    return fields;
  }

  function type() {
    return form.elements.type_id ? form.elements.type_id.value : "";
  }

  function changes(now) {
    return Object.keys(now).filter((name) => now[name] !== kept[name]);
  }

  function pick(fields, names) {
    const picked = {};
    for (const name of names) picked[name] = fields[name];
    return picked;
  }

  function pack(version, fields) {
    const sent = Object.assign({ csrf_token: form.elements.csrf_token.value, version }, fields);
    return new URLSearchParams(Object.entries(sent));
  }

  async function send(body, signal) {
    const headers = { Accept: "application/json" };
    const answer = await fetch(form.dataset.draft, { method: "POST", body, credentials: "same-origin", headers, signal });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  // What could not be kept before the page was left (signed out, no network) waits in this tab for the next visit. It
  // is sent as from a window that has seen nothing: it replaces no other text without keeping that aside.
  async function bringBack() {
    const left = sessionStorage.getItem(form.dataset.draft);
    if (!left) return;
    const { version } = await send(pack("-1", JSON.parse(left)));
    sessionStorage.removeItem(form.dataset.draft);
    if (String(version) !== form.elements.version.value) location.reload();
  }

  function leave() {
    const now = typed();
    const changed = changes(now);
    if (leaving || !changed.length) return;
    const fields = pick(now, changed);
    if (navigator.onLine) navigator.sendBeacon(form.dataset.draft, pack(form.elements.version.value, fields));
    sessionStorage.setItem(form.dataset.draft, JSON.stringify(fields));
  }

  function say(words) {
    said.textContent = words;
    said.hidden = !words;
  }

  async function keep() {
    const now = typed();
    const changed = changes(now);
    if (underWay || leaving || !changed.length) return;
    underWay = true;
    const breaker = new AbortController();
    const late = setTimeout(() => breaker.abort(), PATIENCE);
    try {
      const { version, holder } = await send(pack(form.elements.version.value, pick(now, changed)), breaker.signal);
      form.elements.version.value = version;
      for (const name of changed) kept[name] = now[name];
      known.dispatchEvent(new Event("refresh"));
      say(holder ? `${said.dataset.holder} ${holder}` : "");
    } catch (error) {
      if (!leaving) say(said.dataset.unsaved);
      schedule(AGAIN);
    } finally {
      clearTimeout(late);
      underWay = false;
    }
    if (changes(typed()).length) schedule(PAUSE);
  }

  function schedule(pause) {
    clearTimeout(timer);
    timer = setTimeout(keep, pause);
  }

  async function ask() {
    if (type() === typeShown) return;
    typeShown = type();
    const asked = typeShown;
    if (!asked) {
      script.textContent = "";
      return;
    }
    const answer = await fetch(`/incident-types/${asked}/script`, { credentials: "same-origin", headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer && answer.ok && asked === type()) script.innerHTML = await answer.text();
    else if (asked === type()) typeShown = ""; // the next letter tries again
  }

  // Facts that are polled with the others and stand elsewhere: the clock, the question about the place.
  function copy() {
    for (const part of known.querySelectorAll("[data-copy-to]")) {
      const target = document.getElementById(part.dataset.copyTo);
      if (target && target.textContent.trim() !== part.textContent.trim()) target.innerHTML = part.innerHTML;
    }
  }

  // Enter sends no help by a slip: it presses the button of the part around the field, if there is one.
  function entered(event) {
    if (event.defaultPrevented || event.isComposing || !event.target.matches("input, select")) return;
    event.preventDefault();
    const part = event.target.closest("[data-enter]");
    if (part) part.querySelector("button").click();
  }

  function escaped({ target }) {
    const part = target.closest(".ending details[open]");
    if (!part) return;
    part.open = false;
    part.querySelector("summary").focus();
  }

  bringBack().catch(() => {});
  addEventListener("pagehide", leave);
  form.addEventListener("input", () => schedule(PAUSE));
  form.addEventListener("change", () => schedule(PAUSE));
  form.addEventListener("chosen", () => {
    schedule(0);
    ask();
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    leaving = true; // the form takes everything along
    setTimeout(() => (leaving = false), PATIENCE);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter") entered(event);
    else if (event.key === "Escape") escaped(event);
  });
  for (const name of ["htmx:afterSwap", "htmx:after:swap"]) known.addEventListener(name, copy);
})();
