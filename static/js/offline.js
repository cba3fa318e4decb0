// Opens a button where there is no network, from the phone. Nothing else is kept: every other page is live or not there.
// FILES, what the button's page consists of, LATER, what is kept once a page needs it, and PAGES, the buttons' addresses,
// come from the script at the root, since a service worker rules nothing above its own address.
/* global FILES, LATER, PAGES */
const KEPT = `button ${FILES.concat(LATER).join(" ")}`; // another release, other names, another cache
const PATIENCE = 2500; // ms that the network is given

async function renew() {
  await (await caches.open(KEPT)).addAll(FILES);
  await self.skipWaiting();
}

async function tidy() {
  const outdated = (await caches.keys()).filter((name) => name.startsWith("button ") && name !== KEPT);
  await Promise.all(outdated.map((name) => caches.delete(name)));
  await self.clients.claim();
  keepOpenPages().catch(() => null); // not awaited: no press waits for this worker to be active
}

// The page that brings a worker came before it, and a new release has deleted what the one before kept.
async function keepOpenPages() {
  const clients = await self.clients.matchAll({ type: "window" });
  const open = new Set(clients.map((client) => new URL(client.url).pathname));
  const cache = await caches.open(KEPT);
  for (const page of PAGES.filter((each) => open.has(each))) {
    if (page !== "/") await cache.addAll(LATER);
    await fresh(page, page);
  }
}

async function forget() {
  const kept = await caches.open(KEPT);
  await Promise.all(PAGES.map((page) => kept.delete(page)));
}

async function fresh(request, page) {
  const answer = await fetch(request);
  if (answer.ok && !answer.redirected) await (await caches.open(KEPT)).put(page, answer.clone());
  return answer;
}

async function opened(answer, page) {
  const button = await (await caches.open(KEPT)).match(page);
  if (!button) return answer;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, button));
  return Promise.race([late, answer.catch(() => button)]);
}

async function file(request) {
  const cache = await caches.open(KEPT);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

self.addEventListener("install", (event) => event.waitUntil(renew()));
self.addEventListener("activate", (event) => event.waitUntil(tidy()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname } = new URL(request.url);
  if (request.method === "POST" && pathname === "/sign-out") event.waitUntil(forget());
  else if (request.mode === "navigate" && request.method === "GET" && PAGES.includes(pathname)) {
    const answer = fresh(request, pathname);
    event.respondWith(opened(answer, pathname));
    event.waitUntil(answer.catch(() => null)); // what comes too late for this opening is kept for the next
  } else if (FILES.includes(pathname) || LATER.includes(pathname)) event.respondWith(file(request));
});
