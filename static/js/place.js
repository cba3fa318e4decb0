// Knows where the phone is from the moment the page opens: keeps the best fix, says how good it is, and asks politely
// before the browser asks. `meteorPlace.now()` is the fix; a better one is told as a "place" event on the document.
(() => {
  const box = document.getElementById("place");
  const words = document.getElementById("place-words");
  const share = document.getElementById("share-place");
  const texts = document.getElementById("place-texts").content;
  const COARSE = Number(box.dataset.coarse); // metres beyond which the place itself is not known
  const OUTDATED = 20000; // ms after which a newer fix counts more than a sharper one
  let best = null;
  let watching = false;

  const FINEST = 3; // metres that a phone is off at best

  // As the server's distances: "350 m", or from a kilometre on "1.2 km" with the language's decimal mark.
  function distance(metres) {
    if (metres < 1000) return `${Math.max(10, 10 * Math.round(metres / 10))} m`;
    const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
    return `${new Intl.NumberFormat(document.documentElement.lang, digits).format(metres / 1000)} km`;
  }

  function say(state) {
    const text = texts.querySelector(`[data-text="${state}"]`).textContent;
    const known = best ? text.replace("{metres}", Math.max(FINEST, Math.round(best.accuracy))).replace("{distance}", distance(best.accuracy)) : text;
    box.dataset.state = state;
    share.hidden = state !== "prompt";
    if (words.textContent !== known) words.textContent = known;
  }

  function keep(position) {
    const { latitude, longitude, accuracy } = position.coords;
    if (best && accuracy > best.accuracy && position.timestamp - best.taken < OUTDATED) return;
    best = { latitude, longitude, accuracy, taken: Math.min(position.timestamp, Date.now()) };
    say(accuracy > COARSE ? "rough" : "known");
    document.dispatchEvent(new Event("place"));
  }

  function missed(error) {
    if (error.code === error.PERMISSION_DENIED) watching = false;
    if (!best) say(error.code === error.PERMISSION_DENIED ? "denied" : "none");
  }

  function watch() {
    if (watching) return;
    watching = true;
    say("searching");
    navigator.geolocation.watchPosition(keep, missed, { enableHighAccuracy: true, maximumAge: 30000, timeout: 20000 });
  }

  function follow(permission) {
    if (permission.state === "granted") watch();
    else if (!watching) say(permission.state);
  }

  window.meteorPlace = { now: () => best };
  share.addEventListener("click", watch);
  if (!navigator.geolocation) say("none");
  else if (!navigator.permissions) watch();
  else {
    navigator.permissions.query({ name: "geolocation" }).then((permission) => {
      permission.onchange = () => follow(permission);
      follow(permission);
    }, watch);
  }
})();
