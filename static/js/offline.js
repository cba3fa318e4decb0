// Opens the button where there is no network, from the phone. Nothing else is kept: every other page is live or not there.
// FILES, what the page consists of, comes from the script at the root, since a service worker rules nothing above its own
// address.
/* global FILES */
const KEPT = `button ${FILES.join(" ")}`; // another release, other names, another cache
const PATIENCE = 2500; // ms that the network is given

async function renew() {
  await (await caches.open(KEPT)).addAll(FILES);
  await self.skipWaiting();
}

async function tidy() {
  const outdated = (await caches.keys()).filter((name) => name !== KEPT);
  await Promise.all(outdated.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function forget() {
  await (await caches.open(KEPT)).delete("/");
}

async function fresh(request) {
  const answer = await fetch(request);
  if (answer.ok && !answer.redirected) await (await caches.open(KEPT)).put("/", answer.clone());
  return answer;
}

async function opened(answer) {
  const button = await (await caches.open(KEPT)).match("/");
  if (!button) return answer;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, button));
  return Promise.race([late, answer.catch(() => button)]);
}

self.addEventListener("install", (event) => event.waitUntil(renew()));
self.addEventListener("activate", (event) => event.waitUntil(tidy()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname } = new URL(request.url);
  if (request.method === "POST" && pathname === "/sign-out") event.waitUntil(forget());
  else if (request.mode === "navigate" && request.method === "GET" && pathname === "/") {
    const answer = fresh(request);
    event.respondWith(opened(answer));
    event.waitUntil(answer.catch(() => null)); // what comes too late for this opening is kept for the next
  } else if (FILES.includes(pathname)) event.respondWith(caches.match(request).then((file) => file || fetch(request)));
});
