// Turns push on for this device, and says how it stands: "off", "on", "denied" (in the browser), "unable", or
// "iphone": an iPhone tells only what was put on its home screen, and only its browsers know navigator.standalone.
// Permission is asked only after a tap. What the server knows of this device stands in the form's data.
(() => {
  const form = document.getElementById("device");
  const button = document.getElementById("turn-on");
  const problem = document.getElementById("device-problem");
  const { key, endpoint } = form.dataset;
  const able = navigator.serviceWorker && window.PushManager && window.Notification;

  function show(state) {
    for (const part of document.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== state;
  }

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer || 0)));
  const same = (buffer) => text(buffer) === text(bytes(key));

  async function worker() {
    await navigator.serviceWorker.register("/notices/service-worker.js", { scope: "/notices/" });
    return navigator.serviceWorker.ready; // this page lies in its scope
  }

  // A subscription that the server does not send to, or that another key of the server's was for, is ended.
  async function known() {
    const registration = await navigator.serviceWorker.getRegistration("/notices/");
    const subscription = registration && (await registration.pushManager.getSubscription());
    if (!subscription) return false;
    if (subscription.endpoint === endpoint && same(subscription.options.applicationServerKey)) return true;
    await subscription.unsubscribe();
    return false;
  }

  async function look() {
    if (!able) return show(navigator.standalone === false ? "iphone" : "unable");
    if (Notification.permission === "denied") return show("denied");
    return show((await known()) ? "on" : "off");
  }

  async function turnOn() {
    if ((await Notification.requestPermission()) !== "granted") return look();
    const registration = await worker();
    const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
    const { keys } = subscription.toJSON();
    form.elements.endpoint.value = subscription.endpoint;
    form.elements.p256dh.value = keys.p256dh;
    form.elements.auth.value = keys.auth;
    return form.submit();
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    problem.hidden = true;
    try {
      await turnOn();
    } catch (error) {
      problem.hidden = false;
    }
    button.disabled = false;
  });
  if (able) {
    navigator.serviceWorker.addEventListener("message", (event) => {
      if (event.data.pushed) document.getElementById("arrived").hidden = false;
    });
  }
  look();
})();
