// Delivers a press until the server has answered with its number. The press is kept in the phone: a page that was closed
// goes on when it is opened again. Its UUID is the same in every try, so however often it arrives it is one alert.
// Where it goes and the name under which it is kept stand at the script's own element, unless it is the citizen's.
(() => {
  const { address = "/alerts", key: KEY = "meteor.press" } = document.currentScript.dataset;
  const WAITS = [1, 2, 3, 5]; // seconds between the tries, the last for ever
  const PATIENCE = 3000; // ms without an answer until a press is called not yet sent
  const LONGEST = 10000; // ms until a try is given up
  const STALE = 30 * 60; // seconds after which a press that was kept is sent only when asked for
  const CORRECTION = 60; // seconds by which a phone's clock is corrected; one that went back further was set
  let current = null;

  function kept() {
    try {
      return JSON.parse(localStorage.getItem(KEY));
    } catch (error) {
      return null; // no storage here, or not ours: the press lives in this page only
    }
  }

  function keep(press) {
    try {
      if (press) localStorage.setItem(KEY, JSON.stringify(press));
      else localStorage.removeItem(KEY);
    } catch (error) {
      return; // the same
    }
  }

  function uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  // Seconds since a moment of this phone's clock: negative if the clock was set back meanwhile.
  const since = (moment) => (Date.now() - moment) / 1000;
  const isFresh = (moment) => since(moment) > -CORRECTION && since(moment) < STALE;

  // What a press says when it is sent now: how old its place is, and how long it has waited. The server judges both.
  function fields(press) {
    const { latitude, longitude, accuracy, taken } = press.place || {};
    const said = { id: press.id, kind: press.kind, waited: since(press.at), silent: press.silent ? "1" : "" };
    if (press.premises) said.premises = press.premises;
    if (taken) {
      const age = since(taken) > -CORRECTION ? Math.max(0, since(taken)) : since(taken);
      Object.assign(said, { latitude, longitude, accuracy, position_age: age });
    }
    const body = new URLSearchParams();
    for (const name of Object.keys(said)) body.append(name, said[name]);
    return body;
  }

  const tooLong = () => new Promise((resolve, reject) => setTimeout(reject, LONGEST));

  // Given up after LONGEST also by phones that cannot abort it: what comes of it later is the same alert.
  async function attempt(press) {
    const breaker = window.AbortController ? new AbortController() : null;
    try {
      return await Promise.race([post(press, breaker), tooLong()]);
    } catch (error) {
      return null; // no network, or no answer that is ours
    } finally {
      if (breaker) breaker.abort(); // nothing once it was answered
    }
  }

  async function post(press, breaker) {
    const answer = await fetch(address, {
      method: "POST",
      body: fields(press),
      credentials: "same-origin",
      headers: { Accept: "application/json" },
      signal: breaker ? breaker.signal : undefined,
    });
    if (answer.status === 401) return { signedOut: true };
    const taken = await answer.json();
    return answer.ok && taken.number ? taken : null;
  }

  // tell: { unsent(tries), sent(answer), signedOut() }
  async function deliver(press, tell) {
    const mine = (current = { hurry: null });
    keep(press);
    const impatience = setTimeout(() => current === mine && tell.unsent(0), PATIENCE);
    for (let tries = 1; current === mine; tries += 1) {
      press.place = meteorPlace.now() || press.place;
      const answer = await attempt(press);
      if (current !== mine) return;
      clearTimeout(impatience);
      if (answer) {
        current = null;
        if (answer.signedOut) return tell.signedOut();
        if ((kept() || press).id === press.id) keep(null); // another page may keep another press by now
        return tell.sent(answer);
      }
      tell.unsent(tries);
      const wait = 1000 * WAITS[Math.min(tries, WAITS.length) - 1];
      await new Promise((resolve) => {
        mine.hurry = resolve;
        setTimeout(resolve, wait);
      });
    }
  }

  function drop() {
    current = null;
    keep(null);
  }

  const hurry = () => current && current.hurry && current.hurry();
  addEventListener("online", hurry);
  document.addEventListener("visibilitychange", () => document.hidden || hurry());
  window.meteorDelivery = { kept, uuid, deliver, drop, hurry, isFresh };
})();
