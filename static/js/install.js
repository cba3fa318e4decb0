// Puts METEOR on the home screen with one tap where the browser allows it; the ways by hand stay on the page otherwise.
(() => {
  const button = document.getElementById("install");
  const byHand = document.getElementById("install-by-hand");
  const installed = document.getElementById("installed");

  function done() {
    installed.hidden = false;
    button.hidden = byHand.hidden = true;
  }

  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    button.hidden = false;
    button.onclick = () => event.prompt();
  });
  addEventListener("appinstalled", done);
  if (matchMedia("(display-mode: standalone)").matches || navigator.standalone) done();
  if (navigator.serviceWorker) navigator.serviceWorker.register("/service-worker.js").catch(() => null); // browsers ask for one
})();
