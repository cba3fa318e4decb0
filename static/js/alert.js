// An alert's page: says aloud (and by a buzz, unless it is silent) when something has changed, puts away what only an open
// alert needs, and on the phone that pressed sends newer positions by itself.
(() => {
  const status = document.getElementById("status");
  const spoken = document.getElementById("spoken");
  const open = document.getElementById("while-open");
  const stage = () => status.querySelector("[data-stage]").dataset.stage;
  let shown = stage();

  // --- the dark screen of a silent alert ---
  const dark = window.meteorDark;
  const showStage = () => dark && dark.mark(status.querySelector("[data-sign]").dataset.sign);

  document.addEventListener("live", (event) => dark && (event.detail ? showStage() : dark.mark("offline")));

  function changed() {
    showStage();
    if (stage() === shown) return;
    shown = stage();
    spoken.textContent = status.querySelector("[data-stage]").dataset.says;
    if (!open) return;
    open.hidden = shown === "closed";
    const allowed = !navigator.userActivation || navigator.userActivation.hasBeenActive;
    if (navigator.vibrate && allowed && open.dataset.silent === "0" && !(dark && dark.covered())) navigator.vibrate([80, 80, 80]);
  }

  for (const name of ["htmx:afterSwap", "htmx:after:swap"]) document.addEventListener(name, changed);
  if (!open) return;

  // --- where the phone is goes along with “I need help here” ---
  if (!window.meteorPlace) return; // an alarm of premises is there, wherever this phone is
  const here = document.querySelector("#here form");
  const FIELDS = ["latitude", "longitude", "accuracy"];

  function fill() {
    const fix = meteorPlace.now();
    if (!fix) return;
    for (const name of FIELDS) here.elements[name].value = fix[name];
  }

  document.addEventListener("place", fill); // before js/connection.js sends it
  fill();

  // --- a newer position follows by itself, from the phone that pressed: another may be far from its owner ---
  const PRESSED = "meteor.pressed";
  const mine = open.dataset.address;

  function pressedHere() {
    const led = location.hash === "#pressed";
    try {
      if (led) localStorage.setItem(PRESSED, mine);
      return led || localStorage.getItem(PRESSED) === mine;
    } catch (error) {
      return led; // no storage here
    }
  }

  if (!pressedHere()) return;
  const RETRY = 5000; // ms
  const STEP = 25; // metres that count as having moved
  const place = JSON.parse(open.dataset.place || "null");
  const token = open.querySelector("[name=csrf_token]").value;
  let known = place && { latitude: place[0], longitude: place[1], accuracy: place[2] === null ? Infinity : place[2] };
  const EVERY = open.dataset.unit === "1" ? 15000 : Infinity; // ms; the incident follows an officer's unit
  let [busy, sent] = [false, Date.now()];

  function metres(one, other) {
    const north = (one.latitude - other.latitude) * 110600;
    const east = (one.longitude - other.longitude) * 111320 * Math.cos((one.latitude * Math.PI) / 180);
    return Math.hypot(north, east);
  }

  const isNews = (fix) => !known || fix.taken - sent > EVERY || fix.accuracy < 0.8 * known.accuracy || metres(fix, known) > Math.max(STEP, fix.accuracy);

  async function follow() {
    const fix = meteorPlace.now();
    if (busy || open.hidden || !fix || !isNews(fix)) return;
    busy = true;
    try {
      const answer = await fetch(`${open.dataset.address}/position`, {
        method: "POST",
        body: new URLSearchParams(FIELDS.map((name) => [name, fix[name]])), // pairs, since Chrome 60 takes no object
        credentials: "same-origin",
        headers: { "X-CSRFToken": token, Accept: "application/json" },
      });
      if (answer.ok) [known, sent] = [fix, fix.taken];
    } catch (error) {
      // no network: the next try comes below
    }
    busy = false;
    if (known !== fix) setTimeout(follow, RETRY);
  }

  document.addEventListener("place", follow);
  follow();
})();
