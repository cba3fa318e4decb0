// Tries the button in place: how well the phone knows where it is, and how long the way to the server takes.
(() => {
  const form = document.getElementById("trial");
  const result = document.getElementById("trial-result");
  const texts = document.getElementById("trial-texts").content;
  const LONGEST = Number(form.dataset.longest || 10000); // ms
  const text = (name) => texts.querySelector(`[data-text="${name}"]`).textContent;

  function say(words, look) {
    result.className = `card ${look}`;
    result.textContent = words;
    result.hidden = false;
    result.scrollIntoView({ block: "nearest" });
  }

  async function attempt() {
    const body = new URLSearchParams(new FormData(form));
    const { latitude, longitude, accuracy, taken } = meteorPlace.now() || {};
    const place = { id: meteorRequest.uuid(), latitude, longitude, accuracy, position_age: taken && (Date.now() - taken) / 1000 };
    for (const name of Object.keys(place)) if (place[name] !== undefined) body.set(name, place[name]);
    const began = performance.now();
    const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin", headers: { Accept: "application/json" } });
    const { number } = await answer.json();
    if (!answer.ok || !number) throw new Error(answer.status);
    const seconds = Math.max(0.1, (performance.now() - began) / 1000);
    const inWords = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(seconds);
    const words = text("tried").replace("{number}", number).replace("{seconds}", inWords);
    const rough = document.getElementById("place").dataset.state === "rough";
    say(`${words} ${document.getElementById("place-words").textContent}`, rough ? "warn" : "ok");
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    if (button.disabled) return;
    button.disabled = true;
    say(text("trying"), "");
    try {
      await Promise.race([attempt(), new Promise((resolve, reject) => setTimeout(reject, LONGEST))]);
    } catch (error) {
      say(text("failed"), "danger");
    }
    button.disabled = false;
  });
})();
