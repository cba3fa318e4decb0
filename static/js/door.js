// Takes the position of a door from the device, and takes better ones for a while. Without this it is typed.
const GOOD = 10; // metres: nothing better is waited for
const COARSE = 50; // metres: worth another try
const PATIENCE = 20000; // ms

for (const door of document.querySelectorAll("[data-door]")) {
  const position = door.querySelector("[name=position]");
  const accuracy = door.querySelector("[name=accuracy]");
  const button = door.querySelector("button");
  const said = door.querySelector(".door-said");
  let watch = null;
  let best = Infinity; // metres
  let end = null;

  const say = (what, metres = "") => {
    said.textContent = door.dataset[what].replace("{metres}", metres);
    said.className = `door-said ${what}`;
  };

  function stop() {
    if (watch !== null) navigator.geolocation.clearWatch(watch);
    watch = null;
    button.disabled = false;
  }

  function found({ coords }) {
    if (watch === null || coords.accuracy >= best) return;
    best = coords.accuracy;
    position.value = `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)}`;
    accuracy.value = best.toFixed(1);
    say(best > COARSE ? "coarse" : "found", Math.round(best));
    if (best <= GOOD) stop();
  }

  function failed(error) {
    if (watch === null) return;
    if (error.code === error.PERMISSION_DENIED) {
      say("denied");
      stop();
    } else if (best === Infinity) say("unknown"); // and go on: the next fix may be a second away
  }

  function giveUp() {
    if (watch === null) return;
    if (best === Infinity) say("unknown");
    stop();
  }

  button.hidden = !("geolocation" in navigator);
  button.addEventListener("click", () => {
    best = Infinity;
    button.disabled = true;
    say("asking");
    const options = { enableHighAccuracy: true, maximumAge: 0, timeout: PATIENCE };
    watch = navigator.geolocation.watchPosition(found, failed, options);
    clearTimeout(end);
    end = setTimeout(giveUp, PATIENCE);
  });
  position.addEventListener("input", () => {
    stop();
    accuracy.value = "";
    said.textContent = "";
  });
}
