// On pages for those who are signed out: deletes what the last crew's pages left on this device, and says on the sign-in
// page that steps of a crew wait here for their user.
(() => {
  const waits = document.getElementById("steps-wait");
  const forget = (names) => names.filter((name) => name.startsWith("tablet ")).forEach((name) => caches.delete(name));
  if (window.caches) caches.keys().then(forget, () => null); // no cache here: nothing was kept
  if (waits) waits.hidden = !Object.keys(localStorage).some((name) => name.startsWith("meteor.step."));
})();
