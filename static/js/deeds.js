// Sends the deeds of the form "deed" without leaving the page: on a dead network the page stays and says so, and who
// comes too late reads it at once. Without this script the buttons still work.
(() => {
  const PATIENCE = 10_000; // ms
  const form = document.getElementById("deed");
  const said = document.getElementById("deed-answer");
  const READ = 20_000; // ms; what the page shows by then says the same
  let underWay = false;
  let forget = 0;

  function say(words, passing = false) {
    clearTimeout(forget);
    said.textContent = words;
    said.hidden = !words;
    if (passing) forget = setTimeout(say, READ, "");
  }

  async function send(button) {
    const body = new URLSearchParams(new FormData(form, button));
    const headers = { Accept: "application/json" };
    const signal = AbortSignal.timeout(PATIENCE);
    const answer = await fetch(button.formAction, { method: "POST", body, headers, signal });
    if (answer.status === 401) return location.reload(); // signed out: the page leads to the sign-in
    const { url, detail } = await answer.json();
    if (answer.ok) location.assign(url);
    else say(detail, true);
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (underWay) return; // a glove taps twice
    const button = event.submitter;
    underWay = true;
    say("");
    button.setAttribute("aria-busy", "true");
    try {
      await send(button);
    } catch {
      say(said.dataset.unsent);
    } finally {
      underWay = false;
      button.removeAttribute("aria-busy");
    }
  });
})();
