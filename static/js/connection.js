// Sends a form only while the server answers: on a dead network the page stays, with what was typed, and says so.
(() => {
  const PATIENCE = 8000; // ms until the server is taken for not there, and a form that was sent may be sent again
  const message = document.getElementById("unsent").content;
  const keys = document.querySelectorAll("main [name=form_key]");
  let busy = false;
  let reached = null; // the form that is sent now

  async function answers() {
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, null));
    try {
      const answer = await Promise.race([fetch("/healthz", { cache: "no-store" }), late]);
      return Boolean(answer && answer.ok && (await answer.text()));
    } catch (error) {
      return false;
    }
  }

  function silence() {
    for (const shown of document.querySelectorAll(".unsent")) shown.remove();
  }

  function say(button) {
    const actions = button.closest(".form-actions, .kinds") || button;
    actions.parentElement.insertBefore(document.importNode(message, true), actions);
    document.querySelector(".unsent").scrollIntoView({ block: "nearest" });
  }

  async function pressed(event) {
    const form = event.target;
    const button = event.submitter;
    if (!button || form.getAttribute("method") !== "post") return; // where it is not known which button: it sends itself
    if (form === reached || form.getAttribute("id") === "action-form") return; // of actions.js
    event.preventDefault();
    event.stopPropagation();
    if (busy) return;
    busy = true;
    silence();
    button.setAttribute("aria-busy", "true");
    const there = await answers();
    button.removeAttribute("aria-busy");
    busy = false;
    if (!there) return say(button);
    reached = form;
    if (!button.isConnected) form.append(button); // a poll has replaced it meanwhile
    const key = form.elements.form_key;
    if (key) history.replaceState(Object.assign({}, history.state, { formKey: key.value }), "");
    button.click();
    reached = null;
  }

  // The way back to a form whose answer was lost brings back what was typed: its key, too, makes it the same form.
  if (history.state && history.state.formKey) for (const key of keys) key.value = history.state.formKey;
  document.getElementById("main").addEventListener("submit", pressed, true); // after the crew's own, which listen on the document
  addEventListener("pageshow", () => (busy = false));
})();
