// Sends the actions of the form "action-form" without leaving the page: on a dead network the page stays and says so, and who
// comes too late reads it at once. A form with data-refreshes stays on its page and lets that container ask at once what
// came of it. Without this script, and in old browsers, the buttons still work.
(() => {
  const form = document.getElementById("action-form");
  const said = document.getElementById("action-answer");
  const READ = 20000; // ms; what the page shows by then says the same
  const shown = document.getElementById(form.dataset.refreshes);
  let underWay = false;
  let forget = 0;

  function say(words, passing = false) {
    clearTimeout(forget);
    said.textContent = words;
    said.hidden = !words;
    if (passing) forget = setTimeout(say, READ, "");
  }

  async function send(button) {
    const { ok, url, detail } = await window.meteorSend(form, button);
    if (shown) shown.dispatchEvent(new Event("refresh"));
    if (!ok) say(detail, true);
    else if (!shown) location.assign(url);
  }

  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button) return; // a browser that does not say which button it was sends the form by itself
    event.preventDefault();
    if (underWay) return; // a glove taps twice
    underWay = true;
    say("");
    button.setAttribute("aria-busy", "true");
    try {
      await send(button);
    } catch (error) {
      say(said.dataset.unsent);
    } finally {
      underWay = false;
      button.removeAttribute("aria-busy");
    }
  });
})();
