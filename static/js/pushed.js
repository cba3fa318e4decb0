// Shows what is pushed while no page is open, and opens what it is about. It keeps nothing and sees no request: the
// emergency button has a service worker of its own. LOST, in the user's language, comes from the script that asks for us.
/* global LOST */
const SHAKE = [400, 150, 400, 150, 400]; // ms

const LOUD = { renotify: true, requireInteraction: true, vibrate: SHAKE };
const QUIET = { silent: true };

function tell(sentence, url, tag, quiet) {
  return self.registration.showNotification("METEOR", { body: sentence, tag, data: { url }, ...(quiet ? QUIET : LOUD) });
}

const pages = () => self.clients.matchAll({ type: "window", includeUncontrolled: true });

async function arrived(message) {
  await tell(message.sentence, message.url, message.tag, message.quiet);
  for (const page of await pages()) page.postMessage({ pushed: message.tag });
}

async function lead(url) {
  const there = (await pages()).find((page) => new URL(page.url).pathname === url);
  return there ? there.focus() : self.clients.openWindow(url);
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("push", (event) => event.waitUntil(arrived(event.data.json())));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.data.url));
});
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(tell(LOST, "/notices/devices", "lost", true))); // it may be where an alarm is silent
