// Stores positions of homes from templates/residents/map.html: the point that map.js puts into the form, or the device's,
// is saved at once for the chosen home. Without this each home is placed in its own form.
(() => {
  const GOOD = 10; // metres: nothing better is waited for
  const COARSE = 50; // metres: this may be the neighbour's house
  const PATIENCE = 20000; // ms
  const SETTLED = 1000; // ms: a tap so soon after a home was placed was meant for that home
  const UNANSWERED = 15000; // ms
  const MOMENTARY = ["asking", "better", "saving"];

  const form = document.getElementById("homes-map");
  const [current, here, said] = ["current", "here", "said"].map((name) => document.getElementById(`homes-${name}`));
  const { latitude, longitude, accuracy } = form.elements;
  let chosen = null;
  let saving = false;
  let placedAt = null; // until the leader chooses a home
  let watch = null;
  let best = null;

  const lists = () => document.getElementById("homes-lists");
  const buttons = () => [...document.querySelectorAll("[data-home]")];

  function say(what, metres = "") {
    const textContent = form.dataset[what].replace("{metres}", metres);
    show(Object.assign(document.createElement("p"), { className: `notice ${MOMENTARY.includes(what) ? "info" : "warn"}`, textContent }));
  }

  function show(words) {
    said.textContent = "";
    said.appendChild(words);
  }

  function choose(button) {
    chosen = button || null;
    for (const one of buttons()) {
      one.hidden = false;
      one.setAttribute("aria-pressed", String(Boolean(chosen) && one.dataset.home === chosen.dataset.home));
    }
    current.textContent = chosen ? current.dataset.words.replace("{home}", chosen.dataset.named) : current.dataset.none;
  }

  // The map's own mark goes: the home stands there from now on, or nothing does.
  function clear() {
    latitude.value = longitude.value = accuracy.value = "";
    latitude.dispatchEvent(new Event("change", { bubbles: true }));
  }

  async function post({ home, seen }) {
    const body = new FormData(form);
    body.set("seen", seen);
    const given = new AbortController();
    const limit = setTimeout(() => given.abort(), UNANSWERED);
    const answer = await fetch(home, { method: "POST", credentials: "same-origin", body, signal: given.signal });
    clearTimeout(limit);
    const part = document.createElement("template");
    part.innerHTML = await answer.text();
    const words = part.content.querySelector("[data-said]");
    if (!words) return say("refused"); // signed out meanwhile, or the home is gone
    if (answer.ok) placedAt = Date.now();
    show(words);
    lists().replaceWith(part.content.getElementById("homes-lists"));
    return choose(lists().querySelector("[data-chosen]"));
  }

  async function save() {
    if (saving || !latitude.value) return;
    if (watch !== null) stop(); // the tap counts, and the next home is another
    if (placedAt !== null && Math.abs(Date.now() - placedAt) < SETTLED) {
      clear();
      return;
    }
    if (!chosen) {
      say("choose");
      clear();
      return;
    }
    saving = true;
    say("saving");
    await post(chosen.dataset).catch(() => say("failed"));
    saving = false;
    clear();
  }

  // --- where the device is ---
  function stop() {
    navigator.geolocation.clearWatch(watch);
    watch = null;
    here.disabled = false;
  }

  function keep() {
    stop();
    if (!best) say("unknown");
    else if (best.accuracy > COARSE) say("coarse", Math.round(best.accuracy));
    else {
      latitude.value = best.latitude.toFixed(6);
      longitude.value = best.longitude.toFixed(6);
      accuracy.value = best.accuracy.toFixed(1);
      save();
    }
  }

  function found({ coords }) {
    if (watch === null || (best && coords.accuracy >= best.accuracy)) return;
    best = coords;
    if (best.accuracy <= GOOD) keep();
    else say("better", Math.round(best.accuracy)); // and wait
  }

  function failed(error) {
    if (watch === null || best || error.code !== error.PERMISSION_DENIED) return;
    stop();
    say("denied");
  }

  here.hidden = !("geolocation" in navigator);
  here.addEventListener("click", () => {
    if (!chosen) return say("choose");
    best = placedAt = null;
    here.disabled = true;
    say("asking");
    watch = navigator.geolocation.watchPosition(found, failed, { enableHighAccuracy: true, maximumAge: 0, timeout: PATIENCE });
    const mine = watch;
    return setTimeout(() => watch === mine && keep(), PATIENCE);
  });

  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-home]");
    if (!button) return;
    if (watch !== null) stop(); // the door it was for is another
    placedAt = null;
    choose(button);
    form.querySelector(".map-canvas").focus({ preventScroll: true });
    if (form.getBoundingClientRect().top < 0) form.scrollIntoView();
  });
  latitude.addEventListener("change", save);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  document.getElementById("homes-plain").hidden = true;
  choose(document.querySelector("[data-chosen]"));
})();
