// Opens a crew's pages from the tablet where there is no network: the service worker of /incidents and /unit.
// Pages are stored for the user whose id stands in their data-keeps, in the cache "tablet <id>", by this worker when they
// are opened and by tablet.js beside it. Every entry says in Kept-At when the device stored it (ms). The sign-in page
// deletes them (signed-out.js). FILES, what the pages consist of, comes from the script at the root.
/* global FILES */
(() => {
  const STORE = `crew ${FILES.join(" ")}`; // another release, other names, another cache
  const PATIENCE = 3000; // ms that the network is given
  const JOB_OVER = 3600 * 1000; // ms after which an incident that is no longer the job is deleted
  const LONGEST = 12 * 3600 * 1000; // ms after which nothing is shown or kept any more
  const OURS = /^\/(?:unit|incidents(?:\/\d+-\d+(?:\/closure)?)?)$/;
  const INCIDENT = /^(?:\/seen)?\/incidents\/(\d+-\d+)/;
  const mine = async () => (await caches.keys()).filter((name) => name.startsWith("tablet "));
  const age = (entry) => Date.now() - Number(entry.headers.get("Kept-At"));

  async function forget(except) {
    for (const name of await mine()) if (name !== except) await caches.delete(name);
  }

  async function keep(path, answer) {
    const text = await answer.text();
    const [, owner] = /<html[^>]* data-keeps="(\d+)"/.exec(text) || [];
    if (!owner) return;
    await forget(`tablet ${owner}`);
    const headers = new Headers(answer.headers);
    headers.set("Kept-At", Date.now());
    await (await caches.open(`tablet ${owner}`)).put(path, new Response(text, { headers }));
  }

  // Deletes what is old, and an incident some time after it was the job for the last time.
  async function tidy() {
    for (const name of await mine()) {
      const cache = await caches.open(name);
      const now = await cache.match("/job");
      const job = now ? await now.text() : "";
      for (const request of await cache.keys()) {
        const [, number] = INCIDENT.exec(new URL(request.url).pathname) || [];
        const limit = number && number !== job ? JOB_OVER : LONGEST;
        if (age(await cache.match(request)) > limit) await cache.delete(request);
      }
    }
  }

  async function fresh(request, path) {
    const answer = await fetch(request);
    if (answer.ok && OURS.test(path)) await keep(path, answer.clone()).catch(() => null); // full: shown all the same
    return answer;
  }

  // The kept page, with the moment of which it is and the present by the server's clock; a device's own may be wrong.
  async function kept(path) {
    await tidy();
    for (const name of await mine()) {
      const cache = await caches.open(name);
      const page = await cache.match(path, { ignoreVary: true });
      if (!page) continue;
      const seen = await cache.match(`/seen${path}`);
      const stored = Date.parse(page.headers.get("Date")) + 500; // the header has whole seconds
      const present = stored + age(page);
      const asOf = Math.max(stored, seen ? Number(await seen.text()) : 0);
      const iso = (moment) => new Date(moment).toISOString();
      const text = (await page.text()).replace(/<html([^>]*) data-now="[^"]*"/, `<html$1 data-now="${iso(present)}" data-kept="${iso(asOf)}"`);
      const headers = new Headers(page.headers);
      for (const name_ of ["Content-Encoding", "Content-Length"]) headers.delete(name_);
      return new Response(text, { headers });
    }
    return null;
  }

  async function opened(answer, path) {
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, null));
    const first = await Promise.race([answer.catch(() => null), late]);
    if (first && first.status < 500) return first;
    const page = await kept(path);
    if (page) return page;
    if (path !== "/incidents" && !first && (await kept("/incidents"))) return Response.redirect("/incidents");
    return answer;
  }

  async function file(request) {
    const cache = await caches.open(STORE);
    const stored = await cache.match(request);
    if (stored) return stored;
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone()).catch(() => null);
    return answer;
  }

  async function install() {
    await (await caches.open(STORE)).addAll(FILES);
    await self.skipWaiting();
  }

  async function activate() {
    for (const name of await caches.keys()) if (name.startsWith("crew ") && name !== STORE) await caches.delete(name);
    await tidy();
    await self.clients.claim();
  }

  self.addEventListener("install", (event) => event.waitUntil(install()));
  self.addEventListener("activate", (event) => event.waitUntil(activate()));
  self.addEventListener("fetch", (event) => {
    const { request } = event;
    const { pathname } = new URL(request.url);
    if (request.mode === "navigate" && request.method === "GET") {
      const answer = fresh(request, pathname);
      event.respondWith(opened(answer, pathname));
      event.waitUntil(answer.catch(() => null)); // what comes too late for this opening is kept for the next
    } else if (FILES.includes(pathname)) event.respondWith(file(request));
  });
  self.addEventListener("message", (event) => event.data === "tidy" && event.waitUntil(tidy()));
})();
