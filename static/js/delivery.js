// Delivers a press until the server has answered with its number. The press is kept in the phone: a page that was closed
// goes on when it is opened again. Its UUID is the same in every try, so however often it arrives it is one alert.
// Where it goes and the name under which it is kept stand at the script's own element, unless it is the citizen's.
(() => {
  const { address = "/alerts", key: KEY = "meteor.press" } = document.currentScript.dataset;
  const WAITS = [1, 2, 3, 5]; // seconds between the tries, the last for ever
  const PATIENCE = 3000; // ms without an answer until a press is called not yet sent
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

  // Seconds since a moment of this phone's clock: negative if the clock was set back meanwhile.
  const since = (moment) => (Date.now() - moment) / 1000;
  const isFresh = (moment) => since(moment) > -CORRECTION && since(moment) < STALE;

  // What a press says when it is sent now: how old its place is, and how long it has waited. The server judges both.
  function fields(press) {
    const { latitude, longitude, accuracy, taken } = press.place || {};
    const said = { id: press.id, kind: press.kind, waited: since(press.at), silent: press.silent ? "1" : "" };
    if (press.note) said.note = press.note;
    if (press.premises) said.premises = press.premises;
    if (taken) {
      const age = since(taken) > -CORRECTION ? Math.max(0, since(taken)) : since(taken);
      Object.assign(said, { latitude, longitude, accuracy, position_age: age });
    }
    return said;
  }

  // { number, url, … } or { signedOut: true }; null if it was not taken.
  async function attempt(press) {
    const answer = await meteorRequest.post(address, fields(press));
    if (!answer || answer.signedOut) return answer;
    return answer.ok && answer.body.number ? answer.body : null;
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
  window.meteorDelivery = { kept, deliver, drop, hurry, isFresh };
})();
