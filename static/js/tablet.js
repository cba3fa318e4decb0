// Keeps on the tablet what a crew needs without a network: the queue, its unit and its job, with all that is polled on
// them, in the cache "tablet <user>"; tablet-worker.js opens them. A page that comes from there says so on top.
(() => {
  const { user } = document.currentScript.dataset;
  const page = document.documentElement;
  const line = document.getElementById("kept");
  const SETTLED = 1500; // ms after which what has changed is kept
  const AGAIN = 300000; // ms between rounds in which nothing has changed
  const SEEN = 15000; // ms between notes that the page was still true
  const TRY = 5000; // ms
  if (!window.caches || !navigator.serviceWorker) return; // not over HTTPS: nothing can be kept

  const cache = caches.open(`tablet ${user}`);
  const live = (target) => target instanceof Element && target.closest("[data-live]");
  const address = (container) => container.getAttribute("hx-get");

  async function put(key, text, headers = {}) {
    const entry = new Response(text, { headers: { ...headers, "Kept-At": Date.now() } });
    await (await cache).put(key, entry);
  }

  async function forget(except) {
    for (const name of await caches.keys()) if (name.startsWith("tablet ") && name !== except) await caches.delete(name);
  }

  // --- keeping ---
  async function keepFragment(url) {
    const answer = await fetch(url);
    if (answer.status === 200) await put(url, await answer.text());
  }

  async function keepPage(path) {
    const answer = await fetch(path, { headers: { Kept: "1" } });
    if (!answer.ok || answer.redirected) return;
    const text = await answer.text();
    const read = new DOMParser().parseFromString(text, "text/html");
    if (read.documentElement.dataset.keeps !== user) return;
    const headers = {};
    answer.headers.forEach((value, name) => (headers[name] = value));
    await put(path, text, headers);
    for (const container of read.querySelectorAll("[data-live]")) {
      if (JSON.parse(container.getAttribute("hx-vals")).v === "") await keepFragment(address(container));
    }
  }

  function job() {
    const shown = document.querySelector("#job [data-version]");
    if (!shown) return undefined; // this page does not say
    const now = shown.querySelector("[data-job]");
    return now ? now.dataset : null;
  }

  let timer = 0;
  let kept = ""; // the job and its state as they were kept

  async function round() {
    clearTimeout(timer);
    timer = setTimeout(round, AGAIN);
    await forget(`tablet ${user}`);
    const now = job();
    if (now !== undefined) await put("/job", now ? now.number : "");
    kept = now ? `${now.job} ${now.status}` : "";
    try {
      for (const path of ["/incidents", "/unit"]) await keepPage(path);
      if (!now) return;
      await keepPage(`/incidents/${now.number}`);
      if (now.status !== "offered") await keepPage(`/incidents/${now.number}/closure`); // not allowed before
    } catch (error) {
      return; // no network: the next round
    }
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(round, SETTLED);
  }

  async function swapped(event) {
    const container = live(event.target);
    if (!container) return;
    const url = address(container);
    if (page.dataset.keeps || url.startsWith("/unit")) await put(url, container.innerHTML);
    const now = job();
    if (container.id === "job" && kept !== (now ? `${now.job} ${now.status}` : "")) soon();
  }

  let seen = -SEEN;

  function answered(event) {
    const { xhr, ctx } = event.detail;
    const answer = xhr || (ctx && ctx.response);
    if (!live(event.target) || !answer || answer.status < 200 || answer.status >= 300) return;
    if (!document.querySelector("[data-live].is-stale")) say(false);
    if (!page.dataset.keeps || performance.now() - seen < SEEN) return;
    seen = performance.now();
    put(`/seen${location.pathname}`, String(Date.parse(xhr ? xhr.getResponseHeader("Date") : answer.headers.get("Date"))));
  }

  // --- a page that was kept ---
  function say(isKept) {
    if (!line) return;
    if (isKept) {
      const hour = new Intl.DateTimeFormat(page.lang, { timeZone: "Asia/Jakarta", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
      const at = line.querySelector("time");
      at.dateTime = page.dataset.kept;
      at.textContent = `${hour.format(Date.parse(page.dataset.kept))} WIB`;
    }
    line.hidden = !isKept;
  }

  async function fill() {
    const stored = await (await cache).match(location.pathname, { ignoreVary: true });
    const since = stored ? Number(stored.headers.get("Kept-At")) : 0;
    for (const container of document.querySelectorAll("[data-live]")) {
      const entry = await (await cache).match(address(container));
      if (entry && Number(entry.headers.get("Kept-At")) >= since) container.innerHTML = await entry.text();
    }
    document.dispatchEvent(new Event("meteor:filled"));
  }

  // A page that polls nothing is opened anew once the network answers; not while something is typed.
  async function wait() {
    const began = performance.now();
    try {
      const answer = await fetch(location.pathname, { headers: { Kept: "1" } });
      if (answer.ok && performance.now() - began < TRY / 2) return typed ? say(false) : location.reload();
    } catch (error) {
      // still none
    }
    return setTimeout(wait, TRY);
  }

  for (const form of document.querySelectorAll("form[action='/sign-out']")) form.addEventListener("submit", () => forget());

  let typed = false;
  document.addEventListener("input", () => (typed = true));
  for (const name of ["htmx:afterSwap", "htmx:after:swap"]) document.addEventListener(name, swapped);
  for (const name of ["htmx:afterRequest", "htmx:after:request"]) document.addEventListener(name, answered);
  setInterval(() => navigator.serviceWorker.controller && navigator.serviceWorker.controller.postMessage("tidy"), 60000);
  for (const scope of ["/incidents", "/unit"]) navigator.serviceWorker.register("/tablet-worker.js", { scope }).catch(() => null); // the next visit

  if (page.dataset.kept) {
    for (const flashes of document.querySelectorAll(".flashes")) flashes.textContent = ""; // they were said
    say(true);
    fill();
    if (!document.querySelector("[data-live]")) wait();
    timer = setTimeout(round, AGAIN);
  } else soon();
})();
