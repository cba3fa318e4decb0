// Sends a form only while the server answers: on a dead network the page stays, with what was typed, and says so.
(() => {
  const PATIENCE = 8000; // ms until the server is taken for not there, and a form that was sent may be sent again
  const message = document.getElementById("unsent").content;
  let busy = false;

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

  // As the press would have sent it: with the name and value of its button.
  function send(form, button) {
    const pressed = document.createElement("input");
    pressed.type = "hidden";
    pressed.name = button.name;
    pressed.value = button.value;
    form.append(pressed);
    HTMLFormElement.prototype.submit.call(form);
    pressed.remove();
    setTimeout(() => (busy = false), PATIENCE);
  }

  async function pressed(event) {
    const form = event.target;
    const button = event.submitter;
    if (!button || form.getAttribute("method") !== "post") return; // where it is not known which button: it sends itself
    event.preventDefault();
    event.stopPropagation();
    if (busy) return;
    busy = true;
    silence();
    button.setAttribute("aria-busy", "true");
    const there = await answers();
    button.removeAttribute("aria-busy");
    if (there) {
      send(form, button);
      return;
    }
    busy = false;
    say(button);
  }

  document.addEventListener("submit", pressed, true);
  addEventListener("pageshow", () => (busy = false));
})();
