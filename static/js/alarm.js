// Sounds, shakes and flashes for as long as the page holds something with data-alarm, and says whether it can be heard.
// data-alarm is "offer" or "notice", data-alarm-title what flashes in the title. A browser lets a page sound only once
// it has been touched; the button #sound says so, and any touch switches it on.
(() => {
  const PATTERNS = {
    offer: { every: 1500, tones: [[880, 0], [1175, 0.18], [880, 0.36], [1175, 0.54]], shake: [400, 150, 400] },
    notice: { every: 4000, tones: [[660, 0], [495, 0.25]], shake: [200] },
  };
  const TONE = 0.15; // s
  const REMEMBERED = "sound"; // a tab that was touched keeps its right to sound from page to page
  let calm = document.title; // the page's own title, and the one that flashes instead
  let flash = "";
  const button = document.getElementById("sound");
  let audio = null;
  let last = 0;

  // The right to sound goes along with a link or a form, not with a reload or an address that was typed.
  function ledHere() {
    const [navigation] = performance.getEntriesByType("navigation");
    return document.referrer.startsWith(location.origin) && navigation && navigation.type === "navigate";
  }

  const touched = () => !navigator.userActivation || navigator.userActivation.hasBeenActive;
  const heard = () => audio && audio.state === "running";

  // --- sound ---
  async function unlock() {
    sessionStorage.setItem(REMEMBERED, "on"); // at once: this touch may lead to the next page
    audio = audio || new AudioContext();
    if (audio.state !== "running") await audio.resume().catch(() => {});
    say();
  }

  function say() {
    if (!button) return;
    button.hidden = false;
    button.dataset.sound = heard() ? "on" : "off";
  }

  function sound({ tones }) {
    for (const [pitch, after] of tones) {
      const tone = new OscillatorNode(audio, { type: "square", frequency: pitch });
      const loudness = new GainNode(audio, { gain: 0 });
      const start = audio.currentTime + after;
      loudness.gain.setValueAtTime(0, start);
      loudness.gain.linearRampToValueAtTime(0.5, start + 0.01);
      loudness.gain.setValueAtTime(0.5, start + TONE - 0.02);
      loudness.gain.linearRampToValueAtTime(0, start + TONE);
      tone.connect(loudness).connect(audio.destination);
      tone.start(start);
      tone.stop(start + TONE);
    }
  }

  // --- what there is to sound for ---
  function current() {
    if (window.meteorDark && meteorDark.covered()) return null; // the page looks like nothing
    const alarms = [...document.querySelectorAll("[data-alarm]")].filter((alarm) => !alarm.querySelector("[data-over]"));
    return alarms.find((alarm) => alarm.dataset.alarm === "offer") || alarms[0];
  }

  function ring() {
    const alarm = current();
    if (flash) {
      if (document.title === flash) document.title = calm;
      flash = "";
    } else if (alarm) {
      calm = document.title;
      document.title = flash = `● ${alarm.dataset.alarmTitle}`;
    }
    if (!alarm) return;
    const pattern = PATTERNS[alarm.dataset.alarm];
    if (performance.now() - last < pattern.every) return;
    last = performance.now();
    if (heard()) sound(pattern);
    if (touched() && navigator.vibrate) navigator.vibrate(pattern.shake); // an untouched page is told off for trying
  }

  // Not when a finger comes down: the button would move away from under it before it goes up.
  // Alt alone, or Esc, is no touch to a browser: it would complain.
  for (const name of ["pointerup", "keydown"]) document.addEventListener(name, () => touched() && unlock());
  if (button) {
    button.addEventListener("click", async () => {
      await unlock();
      if (heard()) sound(PATTERNS.offer);
    });
  }
  document.addEventListener("htmx:afterSwap", ring);
  document.addEventListener("htmx:after:swap", ring);
  if (sessionStorage.getItem(REMEMBERED) && ledHere()) unlock();
  say();
  setInterval(ring, 750);
})();
