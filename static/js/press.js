// The button's page: a hold becomes a press, and a screen says what became of it. Without this the form posts by itself.
(() => {
  if (!window.meteorPlace || !window.meteorHold || !window.meteorRequest || !window.meteorDelivery || !window.meteorDark) return; // too old a browser: the form works
  const part = (id) => document.getElementById(id);
  const form = part("press");
  const button = part("button");
  const said = part("said");
  const confirm = part("confirm");
  const screens = document.querySelectorAll(".screen");
  const AGAIN = 3000; // ms

  function text(name, values = {}) {
    const words = part("texts").content.querySelector(`[data-text="${name}"]`).textContent;
    return Object.keys(values).reduce((so, key) => so.replace(`{${key}}`, values[key]), words);
  }

  function buzz(pattern) {
    const allowed = !navigator.userActivation || navigator.userActivation.hasBeenActive;
    if (navigator.vibrate && allowed && !form.silent.checked) navigator.vibrate(pattern);
  }

  function show(id) {
    for (const screen of screens) screen.hidden = screen.id !== id;
    document.body.classList.toggle("covered", Boolean(id));
    if (id) part(`${id}-title`).focus();
    else button.focus({ preventScroll: true });
  }

  // --- what is chosen ---
  // Asked of the form each time: a kind may be chosen before this script is there, or restored by the browser.
  const chosen = () => form.querySelector("[name=kind]:checked");
  const kindName = () => (chosen() ? chosen().parentElement.textContent : text("emergency"));
  let shown = null; // the choice that the button says

  function choose(event) {
    if (event.target.name !== "kind") return;
    if (event.target === shown) event.target.checked = false; // a second tap takes the choice back
    showChoice();
  }

  function showChoice() {
    shown = chosen();
    part("chosen").textContent = shown ? kindName() : "";
  }

  const showSilence = () => form.classList.toggle("is-silent", form.silent.checked);

  function showForm() {
    showChoice();
    showSilence();
  }

  // --- from the hold to the press ---
  function ask(name) {
    said.textContent = text(name);
    confirm.hidden = false;
  }

  function withdraw(words) {
    said.textContent = words;
    confirm.hidden = true;
  }

  function begun() {
    withdraw("");
    part("how").textContent = text("holding");
    buzz(40);
  }

  function early() {
    part("how").textContent = text("hold");
    ask("early");
  }

  function pressed() {
    ask("sure");
    part("send-now").focus();
  }

  function send() {
    part("how").textContent = text("hold");
    withdraw("");
    deliver({
      id: meteorRequest.uuid(),
      kind: chosen() ? chosen().value : "emergency",
      kindName: kindName(),
      silent: form.silent.checked,
      note: form.note.value.trim(),
      at: Date.now(),
      user: form.dataset.user,
    });
  }

  // --- from the press to its number ---
  function deliver(press) {
    form.silent.checked = press.silent;
    showSilence();
    show("sending");
    meteorDark.mark("sending");
    for (const way of document.querySelectorAll(".hide")) way.hidden = !press.silent;
    if (press.silent) meteorDark.darken();
    buzz(120);
    meteorDelivery.deliver(press, {
      unsent: (tries) => unsent(press, tries, false),
      signedOut: () => unsent(press, 0, true),
      sent,
    });
  }

  function unsent(press, tries, signedOut) {
    part("unsent").classList.toggle("is-signed-out", signedOut);
    part("tries").textContent = tries ? text("tries", { count: tries }) : "";
    part("sms").href = sms(press);
    meteorDark.mark(signedOut ? "out" : "unsent");
    if (!part("unsent").hidden) return;
    show("unsent");
    buzz([200, 100, 200]);
  }

  // "?&" because iPhones want "&body" and Androids "?body".
  function sms(press) {
    const { latitude, longitude, accuracy } = meteorPlace.now() || press.place || {};
    const place = { latitude: Number(latitude).toFixed(6), longitude: Number(longitude).toFixed(6), metres: Math.round(accuracy) };
    const words = [text("sms", { kind: press.kindName, name: form.dataset.name })];
    if (latitude !== undefined) words.push(text("sms-place", place));
    if (form.dataset.home) words.push(text("sms-home", { address: form.dataset.home }));
    return `sms:112?&body=${encodeURIComponent(words.join(" "))}`;
  }

  function sent(answer) {
    part("number").textContent = answer.number;
    const page = `${answer.url}#pressed`; // only the phone that pressed follows with its position
    part("follow").href = page;
    show("sent");
    meteorDark.mark("received");
    buzz([60, 60, 60]);
    follow(page);
  }

  // Goes on once the alert's page can be reached: until then the number stays on the screen.
  async function follow(url) {
    try {
      const answer = await fetch(url, { credentials: "same-origin", method: "HEAD" });
      if (answer.ok) return location.assign(url);
    } catch (error) {
      // no network: again in a moment
    }
    return setTimeout(follow, AGAIN, url);
  }

  function resume(press) {
    const mine = press.user === form.dataset.user;
    if (mine && meteorDelivery.isFresh(press.at)) return deliver(press);
    const clock = new Intl.DateTimeFormat(document.documentElement.lang, { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
    const question = part("kept").querySelector("p");
    question.textContent = question.textContent.replace("{time}", clock.format(press.at));
    show("kept");
    part("send-kept").addEventListener("click", () => deliver(Object.assign({}, press, { user: form.dataset.user })));
  }

  const hold = { begun, early, pressed, held: send };
  meteorHold(button, part("ring"), hold);
  part("how").textContent = text("hold");
  for (const id of ["send-now", "not-now"]) part(id).addEventListener("keydown", (event) => event.repeat && event.preventDefault());
  part("send-now").addEventListener("click", send);
  part("not-now").addEventListener("click", () => {
    withdraw(text("dropped"));
    button.focus();
  });
  form.addEventListener("click", choose);
  form.silent.addEventListener("change", showSilence);
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const way of document.querySelectorAll(".give-up")) {
    way.addEventListener("click", () => {
      meteorDelivery.drop();
      show(null);
      said.textContent = text("dropped");
    });
  }
  const connection = () => (part("offline").hidden = navigator.onLine);
  addEventListener("online", connection);
  addEventListener("offline", connection);
  addEventListener("pageshow", (event) => (event.persisted ? location.reload() : showForm()));
  connection();
  showForm();

  if (navigator.serviceWorker) navigator.serviceWorker.register("/service-worker.js").catch(() => null); // the next visit

  const waiting = meteorDelivery.kept();
  if (waiting) resume(waiting);
})();
