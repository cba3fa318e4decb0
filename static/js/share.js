// Gives the link to an alert to the phone's own share sheet, where the browser has one, and unfolds what the address names.
(() => {
  const button = document.getElementById("share-link");
  const people = document.getElementById("people");
  if (location.hash === "#people") people.open = true;
  if (!navigator.share) return;
  button.hidden = false;
  button.addEventListener("click", () => navigator.share({ text: button.dataset.text }).catch(() => null)); // put away
})();
