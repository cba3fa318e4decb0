// Fills two fields with where the device is now: every <div data-here="latitude longitude"> of a form. Keeps the best
// fix of a while. Without this the position is typed.
(() => {
  const GOOD = 10; // metres: nothing better is waited for
  const PATIENCE = 20000; // ms

  for (const box of document.querySelectorAll("[data-here]")) {
    const [button, said] = [box.querySelector("button"), box.querySelector("p")];
    const [latitude, longitude] = box.dataset.here.split(" ").map((name) => button.form.elements[name]);
    let watch = null;
    let best = Infinity; // metres

    const say = (what, metres = "") => {
      said.textContent = box.dataset[what].replace("{metres}", metres);
    };

    function stop() {
      navigator.geolocation.clearWatch(watch);
      watch = null;
      button.disabled = false;
    }

    function found({ coords }) {
      if (watch === null || coords.accuracy >= best) return;
      best = coords.accuracy;
      latitude.value = coords.latitude.toFixed(6);
      longitude.value = coords.longitude.toFixed(6);
      latitude.dispatchEvent(new Event("change", { bubbles: true })); // the map shows it
      say("found", Math.round(best));
      if (best <= GOOD) stop();
    }

    function failed(error) {
      if (watch === null || best < Infinity) return;
      say(error.code === error.PERMISSION_DENIED ? "denied" : "unknown");
      stop();
    }

    box.hidden = !("geolocation" in navigator);
    button.addEventListener("click", () => {
      best = Infinity;
      button.disabled = true;
      say("asking");
      watch = navigator.geolocation.watchPosition(found, failed, { enableHighAccuracy: true, timeout: PATIENCE });
      setTimeout(() => watch !== null && stop(), PATIENCE);
    });
  }
})();
