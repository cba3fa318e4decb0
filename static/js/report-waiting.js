// Reports of hazards that wait in this browser, photos included, until the server has answered with their number. The UUID
// of a report is the same in every try, so however often it arrives it is one report.
(() => {
  const NAME = "meteor.reports";
  const PATIENCE = 3000; // ms without an answer until the form gives way to what waits
  const LONGEST = 120000; // ms until a try is given up: photos take their time
  const WAITS = [2, 5, 10, 20]; // seconds between the tries, the last for ever
  const form = document.getElementById("report");
  const box = document.getElementById("waiting");
  const list = document.getElementById("waiting-list");
  const line = document.getElementById("waiting-line");
  const clock = new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: "Asia/Jakarta", hour: "2-digit", minute: "2-digit" });
  const sent = []; // from another page, now with their numbers
  const refused = {}; // why a report was not taken, by its UUID
  const unsent = {}; // whether the last try of a report failed, by its UUID
  const later = {}; // of reports beyond a limit: when to try again (ms), and in which words that was said, by their UUID
  let [database, current, tries, timer, busy, again, breaker] = [null, null, 0, 0, false, false, null];

  // --- the browser's storage ---
  const answer = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  async function open() {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("reports", { keyPath: "id" });
    return answer(request);
  }

  const reports = (mode) => database.transaction("reports", mode).objectStore("reports");
  const drop = (id) => answer(reports("readwrite").delete(id));
  const all = async () => (await answer(reports("readonly").getAll())).sort((one, other) => one.at - other.at);

  // --- sending ---
  function body(report) {
    const fields = new FormData();
    fields.append("csrf_token", form.elements.csrf_token.value);
    for (const [name, value] of report.entries) {
      if (value instanceof Blob) fields.append(name, value, value.name || "photo.jpg");
      else fields.append(name, value);
    }
    return fields;
  }

  function stop() {
    if (breaker) breaker.abort();
  }

  async function attempt(report) {
    breaker = window.AbortController ? new AbortController() : null;
    const limit = setTimeout(stop, LONGEST);
    try {
      const said = await fetch(form.action, {
        method: "POST",
        body: body(report),
        credentials: "same-origin",
        headers: { Accept: "application/json" },
        signal: breaker ? breaker.signal : undefined,
      });
      if (said.status === 413) return { refused: document.getElementById("too-large").textContent, large: true }; // also of a proxy, in no words of ours
      const told = await said.json();
      if (said.ok && told.number) return told;
      const words = told.detail || String(said.status);
      if (said.status === 429) return { wait: Number(said.headers.get("Retry-After")) || 60, words };
      const final = said.status >= 400 && said.status < 500 && said.status !== 408;
      return final ? { refused: words, page: told.page } : null;
    } catch (error) {
      return null; // no network, or no answer that is ours
    } finally {
      clearTimeout(limit);
    }
  }

  const mine = (report) => report.user === form.dataset.user;

  const isLimited = (report) => Boolean(later[report.id]) && later[report.id].until > Date.now();

  // The urgent one first, also one that was added meanwhile.
  async function next(tried) {
    const waiting = (await all()).filter((report) => mine(report) && !refused[report.id] && !tried.includes(report.id) && !isLimited(report));
    return waiting.find((report) => report.urgent) || waiting[0];
  }

  // Each report gets its try: one that is heavy or fails holds up no other.
  async function drain() {
    const tried = [];
    let failed = false;
    for (let report = await next(tried); report; report = await next(tried)) {
      tried.push(report.id);
      const told = await attempt(report);
      const own = current && current.id === report.id ? current : null;
      unsent[report.id] = !told;
      delete later[report.id];
      if (!told) failed = true;
      else if (told.wait) later[report.id] = { until: Date.now() + 1000 * told.wait, words: told.words };
      else {
        if (told.refused && !own) refused[report.id] = told.refused;
        else await drop(report.id);
        if (own) finish(own, told);
        else if (!told.refused) sent.push({ label: report.label, at: Date.now(), number: told.number, url: told.url });
      }
    }
    const pauses = Object.keys(later).map((id) => later[id].until - Date.now());
    if (failed) pauses.push(1000 * WAITS[Math.min(tries, WAITS.length - 1)]);
    tries = failed ? tries + 1 : 0;
    if (pauses.length) timer = setTimeout(send, Math.max(1000, Math.min(...pauses)));
  }

  function finish(own, told) {
    current = null;
    if (told.refused) {
      form.hidden = false;
      own.refused(told);
    } else location.assign(told.url);
  }

  async function send() {
    clearTimeout(timer);
    if (busy) again = true;
    if (busy || !database) return;
    busy = true;
    try {
      do {
        again = false;
        await (navigator.locks ? navigator.locks.request(NAME, drain) : drain()); // one tab at a time
      } while (again);
    } catch (error) {
      timer = setTimeout(send, 1000 * WAITS[WAITS.length - 1]); // the storage failed
    } finally {
      busy = false;
    }
    show();
  }

  // --- what the page says ---
  function entry(words, label, link) {
    const part = line.content.cloneNode(true);
    part.querySelector("span").textContent = `${words} ${label}`;
    if (link) Object.assign(part.querySelector("a"), { href: link.url, textContent: link.text });
    else part.querySelector("a").remove();
    return part;
  }

  function waits(report) {
    const label = `${report.label} ${clock.format(report.at)} WIB`;
    if (!mine(report)) return entry(report.user ? box.dataset.signedOut : box.dataset.signedIn, label);
    if (refused[report.id]) return entry(refused[report.id], label);
    if (isLimited(report)) return entry(later[report.id].words, label);
    return entry(unsent[report.id] ? box.dataset.unsent : box.dataset.sending, label);
  }

  async function show() {
    const waiting = await all();
    list.textContent = "";
    for (const report of waiting) {
      const part = waits(report);
      part.querySelector("button").addEventListener("click", async () => {
        await drop(report.id);
        if (current && current.id === report.id) location.reload();
        show();
      });
      list.append(part);
    }
    for (const each of sent) {
      const part = entry(box.dataset.sent.replace("{time}", clock.format(each.at)), each.label, { url: each.url, text: each.number });
      part.querySelector("button").remove();
      list.append(part);
    }
    box.hidden = !waiting.length && !sent.length;
  }

  // Keep a report and send it; `answered` gets what the server said when it refused it, or nothing where it cannot be kept.
  async function take(report, answered) {
    try {
      await answer(reports("readwrite").put(report));
    } catch (error) {
      return answered({}); // no room for it: the form sends itself
    }
    current = { id: report.id, refused: answered };
    tries = 0;
    if (report.urgent) stop(); // another one is sent after it
    setTimeout(async () => {
      if (!current || current.id !== report.id) return;
      form.hidden = true;
      await show();
      box.scrollIntoView();
    }, PATIENCE);
    return send();
  }

  window.meteorReports = { ready: () => Boolean(database), send: take };
  addEventListener("online", send);
  document.addEventListener("visibilitychange", () => document.hidden || send());
  if (window.indexedDB) {
    open().then((opened) => {
      database = opened;
      show();
      send();
    }).catch(() => null); // storage is refused: the form sends itself
  }
})();
