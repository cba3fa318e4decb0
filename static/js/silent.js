// The silent button: held for a second anywhere, it sends. Nothing sounds, moves or lights up; the sign in the corner,
// which looks like a page's number, is all that changes. Without this the form posts by itself.
(() => {
  if (!window.meteorHold || !window.meteorDelivery || !window.fetch) return;
  const HOLD = 1000; // ms
  const TWICE = 3000; // ms within which keyboards and screen readers press a second time
  const EVERY = 20000; // ms between two looks at whether we are connected
  const STALE = 30 * 60000; // ms after which a press that was kept is dropped: who pressed has seen that it was not sent
  const form = document.getElementById("note");
  const sheet = document.getElementById("sheet");
  const sign = document.getElementById("sign");
  let place = null;
  let once = -TWICE;
  let underWay = false;

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
  function deliver(press) {
    underWay = true;
    show("sending");
    meteorDelivery.deliver(press, {
      unsent: () => show("unsent"),
      signedOut: () => {
        underWay = false;
        show("out");
      },
      sent: (answer) => {
        underWay = false;
        show(answer.sign);
      },
    });
  }

  function held() {
    if (underWay) meteorDelivery.hurry();
    else deliver({ id: meteorDelivery.uuid(), kind: "crime", silent: true, premises: form.premises.value, at: Date.now() });
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
      else if (answer.ok) says = (await answer.json()).sign;
    } catch (error) {
      // no network
    }
    if (!underWay) show(says);
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

  const waiting = meteorDelivery.kept();
  if (waiting && Date.now() - waiting.at < STALE) deliver(waiting);
  else {
    meteorDelivery.drop();
    look();
  }
  if (navigator.serviceWorker) navigator.serviceWorker.register("/service-worker.js").catch(() => null); // the next visit
})();
