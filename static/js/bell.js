// Rings when something new appears among the polled elements with data-ring. A browser lets a page sound only after a tap,
// so the page says that the bell is off until somebody turned it on.
(() => {
  const box = document.getElementById("bell");
  const Sound = window.AudioContext || window.webkitAudioContext;
  if (!box || !Sound) return;
  const part = (id) => document.getElementById(id);
  const STROKES = [0, 0.45, 0.9]; // seconds
  const title = document.title;
  let sound = null;

  const shown = () => new Set(Array.from(document.querySelectorAll("[data-ring]"), (one) => one.dataset.ring));
  let known = shown();

  function strike(at) {
    const tone = sound.createOscillator();
    const volume = sound.createGain();
    tone.type = "triangle";
    tone.frequency.value = 880;
    volume.gain.setValueAtTime(0.9, sound.currentTime + at);
    volume.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + at + 0.4);
    tone.connect(volume).connect(sound.destination);
    tone.start(sound.currentTime + at);
    tone.stop(sound.currentTime + at + 0.4);
  }

  function ring() {
    if (sound) STROKES.forEach(strike);
    const allowed = !navigator.userActivation || navigator.userActivation.hasBeenActive;
    if (navigator.vibrate && allowed) navigator.vibrate([300, 150, 300, 150, 300]);
    document.title = `(!) ${title}`;
  }

  function look() {
    const now = shown();
    const isNew = Array.from(now).some((one) => !known.has(one));
    known = now;
    if (isNew) ring();
    else if (!now.size) document.title = title;
  }

  function show() {
    const works = Boolean(sound) && sound.state === "running";
    part("bell-on").hidden = part("bell-off").hidden = works;
    part("bell-works").hidden = !works;
  }

  function turnOn() {
    sound = sound || new Sound();
    sound.onstatechange = show;
    sound.resume();
    show();
    sessionStorage.setItem("meteor.bell", "on");
  }

  box.hidden = false;
  if (sessionStorage.getItem("meteor.bell")) turnOn(); // allowed after a tap on the page before this one
  part("bell-on").addEventListener("click", () => {
    turnOn();
    strike(0);
  });
  for (const name of ["htmx:afterSwap", "htmx:after:swap"]) document.addEventListener(name, look);
})();
