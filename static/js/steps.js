// Sends a crew's steps in their order, each once: a step is stored on the tablet when it is tapped, named by a UUID, and
// stays until the server has answered. Beside its button it says that it is not yet sent. Without a network the next
// step can be tapped; nothing is shown as done before the server has it. Without storage the buttons send as they are.
(() => {
  const { user } = document.currentScript.dataset;
  const KEY = "meteor.step.";
  const PATIENCE = 3000; // ms without an answer until a step is called not yet sent
  const WAITS = [2, 5, 10, 15]; // seconds between the tries, the last for ever
  const GLOVE = 1000; // ms in which a second tap is the same tap
  const READ = 20000; // ms; what the page shows by then says the same
  const SHIFT = 12 * 3600 * 1000; // ms until a step that waits is not sent any more, and a refused one is deleted
  const WEEK = 7 * 24 * 3600 * 1000; // ms until it is deleted that a step was not sent
  const ASSIGNMENT = /^\/assignments\/(\d+)\/(acceptance|refusal|departure|arrival|clearance)$/;
  const CLOSURE = /^\/incidents\/([\d-]+)\/closure$/;
  const NEXT = { acceptance: "departure", departure: "arrival", arrival: "finish" };
  const words = document.getElementById("steps").dataset;
  const answerLine = document.getElementById("action-answer");
  const clock = new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: "Asia/Jakarta", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  const held = new Set(); // steps that were tried, and wait
  let [tapped, forget, signedOut] = [-GLOVE, 0, false];

  // --- the steps that are stored ---
  const store = (step) => localStorage.setItem(KEY + step.id, JSON.stringify(step));
  const drop = (step) => localStorage.removeItem(KEY + step.id);

  const all = () => Object.keys(localStorage).filter((name) => name.startsWith(KEY)).map((name) => JSON.parse(localStorage.getItem(name)));

  // Of a step that was not sent in time its user is still told, without what it said.
  function expire() {
    for (const step of all()) {
      const age = Date.now() - step.at;
      if (age > WEEK || (age > SHIFT && step.refused)) drop(step);
      else if (age > SHIFT && !step.expired) store({ id: step.id, user: step.user, at: step.at, label: step.label, expired: true });
    }
  }

  function stored() {
    expire();
    return all().filter((step) => step.user === user).sort((one, other) => one.at - other.at);
  }

  const over = (step) => (step.expired ? words.expired : step.refused); // why it is not sent any more
  const waiting = () => stored().filter((step) => !over(step));

  // --- a tap ---
  function read(form, button) {
    const label = (button.dataset.label || button.textContent).trim();
    if (form.id === "set-status") return { step: "status", subject: form.dataset.unit, fields: { status: button.value }, label };
    const [, number] = (form.dataset.step === "closure" && CLOSURE.exec(location.pathname)) || [];
    if (number) {
      const fields = { outcome: form.elements.outcome.value, note: form.elements.note.value };
      return { step: "closure", subject: number, fields, label };
    }
    const [, subject, step] = (form.id === "action-form" && ASSIGNMENT.exec(new URL(button.formAction).pathname)) || [];
    if (!step) return null;
    return { step, subject, job: subject, fields: button.name ? { [button.name]: button.value } : {}, label };
  }

  // What the server would refuse, said before the step is stored.
  function lacks({ step, fields }) {
    if (step !== "closure") return "";
    if (!fields.outcome) return words.outcome;
    return fields.outcome === "handed_over" && !fields.note.trim() ? words.receiver : "";
  }

  function tap(event) {
    const step = event.submitter && read(event.target, event.submitter);
    if (!step) return;
    const lacking = lacks(step);
    if (lacking && navigator.onLine) return; // the server says it better
    const again = performance.now() - tapped < GLOVE || waiting().some((one) => one.step === step.step && one.subject === step.subject && step.step !== "status");
    try {
      if (!lacking && !again) store(Object.assign(step, { id: window.meteorRequest.uuid(), user, at: Date.now() }));
    } catch (error) {
      return; // no storage: the form sends itself
    }
    event.preventDefault();
    event.stopPropagation();
    tell(lacking);
    if (lacking || again) return;
    tapped = performance.now();
    setTimeout(hold, PATIENCE, step);
    show();
    send();
  }

  function hold(step) {
    held.add(step.id);
    show();
  }

  // --- sending ---
  function fields(step) {
    return { id: step.id, by: user, step: step.step, subject: step.subject, waited: (Date.now() - step.at) / 1000, ...step.fields };
  }

  function unsent(step, out) {
    signedOut = out;
    for (const one of waiting()) held.add(one.id);
    show();
  }

  function answered(step, answer) {
    signedOut = false;
    if (answer.refused && held.has(step.id)) store({ ...step, refused: answer.refused });
    else drop(step);
    if (answer.refused && !held.has(step.id)) tell(answer.refused);
    for (const container of document.querySelectorAll("#job, #unit-status")) container.dispatchEvent(new Event("refresh"));
    const leads = !answer.refused && !waiting().length && (!held.has(step.id) || step.step === "closure");
    if (leads) location.assign(answer.url);
    show();
  }

  const send = window.meteorSender.queue({ address: "/unit/steps", lock: "meteor.steps", waits: WAITS, next: () => waiting()[0], fields, answered, unsent });

  // --- what the page says ---
  const element = (name, text) => Object.assign(document.createElement(name), { textContent: text });

  function tell(text) {
    clearTimeout(forget);
    if (text) forget = setTimeout(tell, READ, "");
    answerLine.textContent = text;
    answerLine.hidden = !text;
  }

  function lines(steps) {
    const all = steps.map((step) => {
      const one = element("span", `${step.label} ${clock.format(step.at)}`);
      one.append(" ", element("strong", held.has(step.id) ? words.unsent : words.sending));
      return one;
    });
    if (!steps.some((step) => held.has(step.id))) return all;
    if (!signedOut) return [...all, element("small", steps.some((step) => step.step === "acceptance") ? words.offer : words.waits)];
    const signIn = Object.assign(element("a", words.signedOut), { href: `/sign-in?next=${location.pathname}` });
    return [...all, signIn];
  }

  function fill(part, children) {
    part.textContent = "";
    part.append(...children);
  }

  function showRefused(steps) {
    const named = (step) => `${step.label} ${clock.format(step.at)}`;
    const told = [...new Set(steps.map(over))];
    const said = told.map((why) => `${steps.filter((step) => over(step) === why).map(named).join(", ")}: ${words.refused} ${why}`);
    const known = element("button", words.known);
    known.type = "button";
    known.addEventListener("click", () => {
      steps.forEach(drop);
      show();
    });
    fill(document.getElementById("steps-refused"), [...said.map((text) => element("p", text)), ...(said.length ? [known] : [])]);
  }

  // Of a job's parts the one that comes after the last step that waits.
  function showNext(bar, steps) {
    const last = steps.filter((step) => held.has(step.id) && (step.job === bar.dataset.job || step.subject === bar.dataset.number)).pop();
    const shown = last ? NEXT[last.step] : bar.querySelector("[data-step]").dataset.step;
    for (const part of bar.querySelectorAll("[data-step]")) part.hidden = part.dataset.step !== shown;
    const link = bar.querySelector(".to-job");
    if (link) link.hidden = !last;
    const offer = last && document.getElementById(`offer-${bar.dataset.job}`);
    if (offer) offer.removeAttribute("data-alarm"); // it has been answered
  }

  function show() {
    const steps = waiting();
    const sending = steps.find((step) => !held.has(step.id));
    for (const said of document.querySelectorAll(".step-said")) {
      const own = steps.filter((step) => !said.dataset.only || step.step === said.dataset.only);
      fill(said, lines(own));
      said.hidden = !own.length;
    }
    for (const bar of document.querySelectorAll(".next-step[data-job]")) showNext(bar, steps);
    for (const button of document.querySelectorAll("[form=action-form]")) {
      const [, subject, step] = ASSIGNMENT.exec(new URL(button.formAction).pathname) || [];
      if (!step) continue; // of actions.js
      const reason = sending && sending.fields.reason;
      if (sending && sending.subject === subject && sending.step === step && (!reason || reason === button.value)) button.setAttribute("aria-busy", "true");
      else button.removeAttribute("aria-busy");
    }
    showRefused(stored().filter(over));
  }

  for (const step of stored()) held.add(step.id);
  document.addEventListener("submit", tap, true);
  for (const name of ["htmx:afterSwap", "htmx:after:swap", "meteor:filled"]) document.addEventListener(name, show);
  addEventListener("online", send);
  addEventListener("storage", show);
  document.addEventListener("visibilitychange", () => document.hidden || send());
  show();
  send();
})();
