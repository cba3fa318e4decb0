// The panic button of an officer on duty. A press is stored on the tablet before it is sent, named by a UUID, and stays
// until the server has answered: without a network it waits, and the server takes it once. It overtakes steps that wait.
(() => {
  const KEY = "meteor.officer.";
  const HELD = 1000; // ms
  const WAITS = [1, 2, 5, 10]; // seconds between the tries, the last for ever
  const AGAIN = 2000; // ms in which a second press is the same press
  const CORRECTION = 60; // seconds by which a tablet's clock is corrected; one that went back further was set
  const root = document.getElementById("officer-alert");
  const hold = document.getElementById("officer-alert-hold");
  const said = document.getElementById("officer-alert-said");
  if (!root) return;
  const words = said.dataset;
  const clock = new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: "Asia/Jakarta", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  let [pressed, fix] = [-AGAIN, null];

  // --- the presses that are stored ---
  // However old they are: the server says what becomes of them.
  function stored() {
    const all = Object.keys(localStorage).filter((name) => name.startsWith(KEY)).map(read);
    return all.filter((press) => press && press.user === words.user).sort((one, other) => one.at - other.at);
  }

  // What is stored by a name; null for what is damaged, which must not keep other presses from being sent.
  function read(name) {
    try {
      const press = JSON.parse(localStorage.getItem(name));
      return press && press.id && press.at ? press : null;
    } catch (error) {
      return null;
    }
  }

  const drop = (press) => localStorage.removeItem(KEY + press.id);

  // Whether the press is stored; without storage the form sends itself.
  function keep() {
    if (performance.now() - pressed < AGAIN) return true;
    const press = { id: window.meteorRequest.uuid(), user: words.user, at: Date.now() };
    if (fix) Object.assign(press, { latitude: fix.coords.latitude, longitude: fix.coords.longitude, accuracy: fix.coords.accuracy, fixed: fix.timestamp });
    try {
      localStorage.setItem(KEY + press.id, JSON.stringify(press));
    } catch (error) {
      return false;
    }
    pressed = performance.now();
    tell(press, words.sending);
    send();
    return true;
  }

  // --- sending ---
  function fields(press) {
    const { id, user, latitude, longitude, accuracy } = press;
    const form = { id, by: user, waited: (Date.now() - press.at) / 1000 };
    if (!press.fixed) return form;
    const age = (press.at - press.fixed) / 1000; // below 0 if the clock was set back meanwhile: the server judges it
    return Object.assign(form, { latitude, longitude, accuracy, position_age: age > -CORRECTION ? Math.max(0, age) : age });
  }

  function answered(press, { refused, url }) {
    drop(press);
    if (refused) tell(press, refused);
    else if (!stored().length) location.assign(url);
  }

  const unsent = (press, signedOut) => tell(press, signedOut ? words.signedOut : words.unsent, signedOut);

  const send = window.meteorSender.queue({ address: "/unit/alerts", lock: "meteor.officer", waits: WAITS, next: () => stored()[0], fields, answered, unsent });

  // --- what the page says ---
  function tell(press, text, signsIn = false) {
    said.textContent = `${words.label} ${clock.format(press.at)}: ${text} `;
    if (signsIn) said.append(Object.assign(document.createElement("a"), { href: `/sign-in?next=${location.pathname}`, textContent: "→" }));
    said.hidden = false;
  }

  function confirmed(event) {
    const asked = event.submitter && event.submitter.hasAttribute("data-officer-alert"); // beside the question whether all is well
    if (!(asked || root.contains(event.target)) || !keep()) return;
    event.preventDefault();
    event.stopPropagation();
  }

  const unfold = () => (root.open = !root.open);

  // The place is asked for beforehand where that is allowed already: a press does not wait for it.
  async function locate() {
    const allowed = navigator.permissions && (await navigator.permissions.query({ name: "geolocation" }).catch(() => null));
    if (!allowed || allowed.state !== "granted") return;
    navigator.geolocation.getCurrentPosition((found) => (fix = found), () => null, { enableHighAccuracy: true, maximumAge: 600000, timeout: 60000 });
  }

  hold.querySelector(".when-held").hidden = false;
  window.meteorHold(hold, null, { begun: locate, held: () => keep() || root.querySelector("form").submit(), early: unfold, pressed: unfold }, HELD);
  document.addEventListener("submit", confirmed, true);
  addEventListener("online", send);
  document.addEventListener("visibilitychange", () => document.hidden || send());
  locate();
  const [waits] = stored();
  if (waits) tell(waits, words.unsent);
  send();
})();
