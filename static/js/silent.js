// The silent button: held for a second anywhere, it sends. Nothing sounds, moves or lights up; the sign in the corner,
// which looks like a page's number, is all that changes. Without this the form posts by itself.
(() => {
  if (!window.meteorHold || !window.meteorRequest || !window.meteorDelivery || !window.meteorUnsent || !window.fetch) return;
  const HOLD = 1000; // ms
  const TWICE = 3000; // ms within which keyboards and screen readers press a second time
  const EVERY = 20000; // ms between two looks at whether we are connected
  const form = document.getElementById("note");
  const sheet = document.getElementById("sheet");
  const sign = document.getElementById("sign");
  let place = null;
  let once = -TWICE;
  let underWay = null; // the press that is being delivered

  const show = (name) => (sign.textContent = sign.dataset[name]);

  // --- where the phone is, if it may be asked without a question: never when it is held, that could show ---
  function locate() {
    const keep = ({ coords: { latitude, longitude, accuracy }, timestamp }) => {
      place = { latitude, longitude, accuracy, taken: Math.min(timestamp, Date.now()) };
    };
    navigator.geolocation.getCurrentPosition(keep, () => null, { maximumAge: 60000, timeout: 20000 });
  }

  function locateQuietly() {
    if (!navigator.geolocation || !navigator.permissions) return;
    navigator.permissions.query({ name: "geolocation" }).then(({ state }) => state === "granted" && locate(), () => null);
  }

  window.meteorPlace = { now: () => place };

  // --- the press ---
  const user = form.dataset.user;
  const isMine = (press) => !press.user || press.user === user;
  const isFresh = (press) => meteorDelivery.isFresh(press.wanted || press.at);
  const isSame = (press) => isMine(press) && press.premises === form.premises.value && meteorDelivery.isFresh(press.at);

  function deliver(press) {
    const other = meteorDelivery.kept();
    if (other && other.id !== press.id) meteorUnsent.put(other);
    underWay = press;
    show("sending");
    meteorDelivery.deliver(press, {
      unsent: () => show("unsent"),
      signedOut: () => {
        underWay = null;
        show("out");
      },
      sent: (answer) => {
        underWay = null;
        meteorUnsent.remove(press);
        show(answer.sign);
        resume();
      },
    });
    meteorUnsent.remove(press);
    ask();
  }

  // A press that is still being tried and is not of this danger is put back and goes on afterwards.
  function held() {
    if (underWay && isSame(underWay)) return meteorDelivery.hurry();
    if (underWay) meteorUnsent.put(Object.assign({}, underWay, { wanted: Date.now() }));
    const waiting = meteorDelivery.kept();
    if (!underWay && waiting && isSame(waiting)) return deliver(waiting);
    if (underWay) meteorDelivery.drop();
    const press = { id: meteorRequest.uuid(), kind: "crime", silent: true, premises: form.premises.value, at: Date.now(), user };
    return deliver(press);
  }

  // --- what was kept: sent on, or asked about ---
  function ask() {
    const waiting = meteorUnsent.of(user).filter((press) => !press.wanted || !isFresh(press));
    meteorUnsent.ask(waiting, answer);
  }

  function answer(press, said) {
    if (said === "delete") meteorUnsent.remove(press);
    else meteorUnsent.put(Object.assign({}, press, { user, wanted: Date.now() }));
    ask();
    sheet.focus({ preventScroll: true });
    if (!underWay) resume();
  }

  function resume() {
    const waiting = meteorDelivery.kept();
    if (waiting && isMine(waiting) && isFresh(waiting)) return deliver(waiting);
    if (waiting) meteorUnsent.put(waiting);
    meteorDelivery.drop();
    const wanted = meteorUnsent.of(user).find((press) => press.wanted && isFresh(press));
    if (wanted) return deliver(wanted);
    return ask();
  }

  function pressed() {
    const now = performance.now();
    if (now - once < TWICE) held();
    once = now;
  }

  // --- what the corner says meanwhile ---
  async function look() {
    if (underWay || document.hidden) return;
    let says = "offline";
    try {
      const answer = await fetch(form.dataset.sign, { credentials: "same-origin", headers: { Accept: "application/json" } });
      if (answer.status === 401) says = "out";
      else if (answer.ok) {
        const now = await answer.json();
        if (now.user !== user) return location.reload(); // another user has signed in beside this page
        says = now.sign;
      }
    } catch (error) {
      // no network
    }
    if (underWay) return;
    show(says);
    if (says !== "out" && says !== "offline") resume();
  }

  const nothing = () => null;
  meteorHold(sheet, null, { begun: nothing, early: nothing, held, pressed }, HOLD);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    locateQuietly();
    look();
  });
  addEventListener("online", look);
  addEventListener("offline", look);
  setInterval(look, EVERY);
  locateQuietly();

  resume();
  look();
  if (navigator.serviceWorker) navigator.serviceWorker.register("/service-worker.js").catch(() => null); // the next visit
})();
