// While its officer is on duty, a page reports the unit's position and keeps the screen awake, and says what fails.
(() => {
  const FURTHER = 15; // metres that are worth a report at once
  const EVERY = 15000; // ms between reports of a unit that stands still
  const TICK = 3000;
  const PATIENCE = 10000;
  const form = document.getElementById("reports");

  const say = (group, name) => {
    for (const line of document.querySelectorAll(`[data-${group}]`)) line.hidden = line.dataset[group] !== name;
  };

  // --- the position ---
  const HOW = { enableHighAccuracy: true, maximumAge: 5000, timeout: 60000 };
  const problems = { place: "", network: "" }; // what is wrong, by where it goes wrong
  let newest = null; // the newest fix; it waits here for as long as the network is away
  let sent = null; // the fix that was sent last
  let sentAt = 0;
  let sending = false;
  let ended = false;

  function wrong(where, what) {
    problems[where] = what;
    say("report", problems.network || problems.place);
  }

  // Metres between two fixes on a flat map: good enough for fifteen metres.
  function apart(one, other) {
    const north = (one.latitude - other.latitude) * 110600;
    const east = (one.longitude - other.longitude) * 111320 * Math.cos((one.latitude * Math.PI) / 180);
    return Math.hypot(north, east);
  }

  function due() {
    if (!newest || newest === sent || sending || ended) return false;
    return !sent || performance.now() - sentAt >= EVERY || apart(newest.coords, sent.coords) > FURTHER;
  }

  async function report() {
    if (!due()) return;
    const fix = newest;
    const { latitude, longitude, accuracy } = fix.coords;
    const body = new URLSearchParams(new FormData(form));
    for (const [name, value] of Object.entries({ latitude, longitude, accuracy })) body.set(name, value);
    body.set("at", new Date(fix.timestamp).toISOString());
    const breaker = window.AbortController ? new AbortController() : null;
    const limit = setTimeout(() => breaker && breaker.abort(), PATIENCE);
    sending = true;
    try {
      const answer = await fetch("/unit/position", {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        credentials: "same-origin",
        signal: breaker ? breaker.signal : undefined,
      });
      if (answer.status >= 500) throw new Error(answer.statusText);
      ended = !answer.ok && answer.status !== 422; // signed out or off duty: this page reports no more
      [sent, sentAt] = [fix, performance.now()];
      wrong("network", ended ? "ended" : "");
      if (answer.status === 204) show(fix);
    } catch (error) {
      wrong("network", "unsent");
    } finally {
      clearTimeout(limit);
      sending = false;
    }
  }

  // The server says the same at the next poll.
  function show(fix) {
    const clock = document.querySelector("#position time");
    if (clock) clock.dateTime = new Date(fix.timestamp).toISOString();
  }

  function lost(problem) {
    wrong("place", problem.code === problem.PERMISSION_DENIED ? "denied" : "lost");
  }

  function found(fix) {
    newest = fix;
    wrong("place", "");
    report();
  }

  // A unit that stands still is not watched as moving: it is asked for, so that its position stays fresh.
  function tick() {
    if (newest === sent && performance.now() - sentAt >= EVERY && !ended) {
      navigator.geolocation.getCurrentPosition(found, lost, { ...HOW, maximumAge: 0 });
    }
    report();
  }

  // --- an offer is not repeated among the rows below it ---
  function hideOffered() {
    const offer = document.querySelector("[data-status=offered]");
    for (const row of document.querySelectorAll(".queued")) row.hidden = Boolean(offer) && row.id === `row-${offer.dataset.number}`;
  }

  for (const name of ["htmx:afterSwap", "htmx:after:swap"]) document.addEventListener(name, hideOffered);
  hideOffered();

  // --- the screen ---
  let lock = null;

  async function stayAwake() {
    if (document.visibilityState !== "visible") return;
    try {
      lock = await navigator.wakeLock.request("screen");
      lock.addEventListener("release", () => say("awake", "off"));
      say("awake", "on");
    } catch (error) {
      say("awake", "off"); // no such thing in this browser, or the battery is low
    }
  }

  if (navigator.geolocation) {
    navigator.geolocation.watchPosition(found, lost, HOW);
    setInterval(tick, TICK);
  } else {
    wrong("place", "denied");
  }
  addEventListener("online", report);
  document.addEventListener("visibilitychange", stayAwake);
  stayAwake();
})();
