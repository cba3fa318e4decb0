// Sends a form only while the server answers: on a dead network the page stays, with what was typed, and says so.
(() => {
  const PATIENCE = 8000; // ms until the server is taken for not there, and a form that was sent may be sent again
  const MOST = 8000000; // bytes of a form (meteor/web/bodies.py), if it does not say more in data-most
  const ROOM = 100000; // bytes of the form beside its files
  const message = document.getElementById("unsent").content;
  const heavy = document.getElementById("heavy"); // where files are sent
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

  function say(before, words, most) {
    const said = document.importNode(words, true);
    const text = said.querySelector("span");
    text.textContent = text.textContent.replace("{most}", String(most / 1000000));
    before.parentElement.insertBefore(said, before);
    document.querySelector(".unsent").scrollIntoView({ block: "nearest" });
  }

  // The field with the largest file, if all files together are more than the form takes.
  function largest(form, most) {
    const size = (field) => Array.from(field.files).reduce((sum, file) => sum + file.size, 0);
    const fields = Array.from(form.querySelectorAll("[type=file]")).sort((one, other) => size(other) - size(one));
    return fields.reduce((sum, field) => sum + size(field), 0) > most - ROOM ? fields[0] : null;
  }

  async function pressed(event) {
    const form = event.target;
    const button = event.submitter;
    if (!button || form.getAttribute("method") !== "post") return; // where it is not known which button: it sends itself
    if (form === reached || form.getAttribute("id") === "action-form") return; // of actions.js
    event.preventDefault();
    event.stopPropagation();
    if (busy) return;
    silence();
    const most = Number(form.dataset.most) || MOST;
    const tooLarge = largest(form, most);
    if (tooLarge) return say(tooLarge, heavy.content, most);
    busy = true;
    button.setAttribute("aria-busy", "true");
    const there = await answers();
    button.removeAttribute("aria-busy");
    busy = false;
    if (!there) return say(button.closest(".form-actions, .kinds") || button, message, most);
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
