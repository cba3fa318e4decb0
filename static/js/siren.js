// The siren of the alarm screen: sounds as long as the page holds something with data-rings, and says at every moment
// whether it can be heard. A browser lets a page sound only once it has been touched, or where its settings allow it.
// #wall says how things stand: data-sound is "off" (not yet switched on), "on", "lost" or "none" (cannot sound at all),
// data-siren "quiet", "sounding" or "unheard". What is not "on" is red.
(() => {
  const LOUD = 0.8;
  const TRIAL = 1500; // ms
  const TROUBLE = 4000; // ms between the beeps of a screen that is not live
  const PATIENCE = 2000; // ms that a running sound card may stand still
  const wall = document.getElementById("wall");
  const says = document.getElementById("siren-says");
  const signedOut = document.getElementById("signed-out");
  const Sound = window.AudioContext || window.webkitAudioContext;
  const title = document.title;
  let audio = null;
  let horn = null;
  let moved = { second: 0, at: 0 }; // the sound card's own clock, and when it was seen to move
  let trialUntil = 0;
  let beeped = 0;
  let known = new Set();

  // One tone that wails for ever, behind a gate that is open while there is something to sound for.
  function build() {
    audio = new Sound();
    const tone = new OscillatorNode(audio, { type: "sawtooth", frequency: 950 });
    const sweep = new OscillatorNode(audio, { type: "triangle", frequency: 0.6 });
    const width = new GainNode(audio, { gain: 350 });
    horn = new GainNode(audio, { gain: 0 });
    sweep.connect(width).connect(tone.frequency);
    tone.connect(horn).connect(audio.destination);
    tone.start();
    sweep.start();
    audio.addEventListener("statechange", look);
  }

  async function turnOn() {
    if (!audio) build();
    if (audio.state !== "running") await audio.resume().catch(() => {});
    moved = { second: audio.currentTime, at: performance.now() };
    look();
  }

  async function trial() {
    await turnOn();
    trialUntil = performance.now() + TRIAL;
    look();
  }

  function heard() {
    if (!audio || audio.state !== "running") return false;
    if (audio.currentTime !== moved.second) moved = { second: audio.currentTime, at: performance.now() };
    return performance.now() - moved.at < PATIENCE;
  }

  function beep() {
    const tone = new OscillatorNode(audio, { type: "square", frequency: 440 });
    const quieter = new GainNode(audio, { gain: 0.3 });
    tone.connect(quieter).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 0.25);
  }

  function announce(names) {
    const fresh = names.filter((name) => !known.has(name));
    if (fresh.length) says.textContent = says.dataset.words.replace("{premises}", fresh.join(", "));
    known = new Set(names);
  }

  function look() {
    const names = [...document.querySelectorAll("[data-rings]")].map((alarm) => alarm.dataset.rings);
    const loud = heard();
    const trying = performance.now() < trialUntil;
    if (horn) horn.gain.setTargetAtTime(names.length || trying ? LOUD : 0, audio.currentTime, 0.02);
    wall.dataset.sound = !Sound ? "none" : loud ? "on" : audio && wall.dataset.sound !== "off" ? "lost" : "off";
    wall.dataset.siren = !names.length ? "quiet" : loud ? "sounding" : "unheard";
    announce(names);
    // A screen that hears of nothing new must not be as quiet as one on which nothing happens.
    if (loud && !names.length && document.querySelector(".is-stale") && performance.now() - beeped > TROUBLE) {
      beeped = performance.now();
      beep();
    }
  }

  function flash() {
    const lit = wall.dataset.siren !== "quiet" && document.title === title;
    document.title = lit ? `● ${says.textContent}` : title;
  }

  async function stayAwake() {
    if (document.visibilityState !== "visible" || !navigator.wakeLock) return;
    await navigator.wakeLock.request("screen").catch(() => {}); // the battery is low
  }

  // Asks without a complaint in the console whether this browser may sound before anybody has touched the page.
  async function allowed() {
    const ledHere = document.referrer.startsWith(location.origin) && navigator.userActivation;
    if (ledHere && navigator.userActivation.hasBeenActive) return true;
    return new Audio(wall.dataset.silence).play().then(() => true, () => false);
  }

  // A session that has ended leaves the page as it is, with its siren, and the page says so. Once somebody has signed in
  // again elsewhere in this browser it is theirs: their name, and a form that may be sent.
  function answered({ detail: { xhr, ctx } }) {
    const { status } = xhr || (ctx && ctx.response) || {};
    if (status === 401) signedOut.hidden = false;
    else if (status >= 200 && status < 300 && !signedOut.hidden) location.reload();
  }

  const touched = () => !navigator.userActivation || navigator.userActivation.hasBeenActive;
  look();
  stayAwake();
  document.addEventListener("visibilitychange", stayAwake);
  for (const name of ["htmx:afterRequest", "htmx:after:request"]) document.addEventListener(name, answered);
  for (const name of ["htmx:afterSwap", "htmx:after:swap"]) document.addEventListener(name, look);
  setInterval(look, 500);
  setInterval(flash, 750);
  if (!Sound) return;
  for (const id of ["siren-on", "siren-test"]) document.getElementById(id).addEventListener("click", trial);
  // Any touch gives a lost sound back. Alt alone, or Esc, is no touch to a browser: it would complain.
  for (const name of ["pointerup", "keydown"]) document.addEventListener(name, () => touched() && turnOn());
  allowed().then((may) => may && turnOn());
})();
