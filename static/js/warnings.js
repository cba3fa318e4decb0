// The warnings above the button, renewed without htmx: on a slow network that takes as long as all else on this page.
// What is pushed may be one of them: the worker of notices says so to open pages.
(() => {
  const EVERY = 60000; // ms
  const WIB = 7 * 3600000; // ms before UTC, all year
  const box = document.getElementById("warnings");
  const part = (name) => box.querySelector(name);

  async function renew() {
    if (document.hidden || document.querySelector(".held")) return; // nothing moves under a finger that holds
    try {
      const { version } = part("[data-version]").dataset;
      const answer = await fetch(`/warnings/banner?v=${version}`, { credentials: "same-origin", headers: { "HX-Request": "true" } });
      if (!answer.ok) throw new Error(answer.status);
      if (answer.status === 200) show(await answer.text());
      const clock = part("time");
      if (clock) clock.textContent = wib(Date.parse(answer.headers.get("Date")) || Date.now(), clock.textContent[2]);
      box.classList.add("live");
    } catch (error) {
      box.classList.remove("live"); // it says of when it is
    }
  }

  // Reckoned, not asked of Intl: its first time zone takes a slow phone up to half a second, in which the button is deaf.
  // The moment is the server's: a phone's clock may be hours off.
  function wib(moment, colon) {
    return new Date(moment + WIB).toISOString().slice(11, 16).replace(":", colon);
  }

  function show(words) {
    const open = part("[open]");
    box.innerHTML = words;
    box.classList.toggle("shown", Boolean(part(".warning, .button")));
    if (open && part("details")) part("details").open = true;
  }

  renew();
  setInterval(renew, EVERY);
  document.addEventListener("visibilitychange", renew);
  if (navigator.serviceWorker) navigator.serviceWorker.addEventListener("message", (event) => event.data && event.data.pushed && renew());
})();
