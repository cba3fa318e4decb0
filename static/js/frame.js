// A page in the board's drawer: gives the board its keys, and asks before what somebody has typed would be lost.
(() => {
  const TYPED_IN = "input:not([type=checkbox]):not([type=radio]), textarea, select";
  let sending = false;

  function typed() {
    const fields = [...document.querySelectorAll("main textarea, main input[type=text], main input[type=search]")];
    return !sending && fields.some((field) => field.value !== field.defaultValue);
  }

  // Escape leaves a field first, then the page.
  document.addEventListener("keydown", (event) => {
    const { key, defaultPrevented, altKey, ctrlKey, metaKey, repeat } = event;
    if (defaultPrevented || document.querySelector("dialog[open]")) return;
    if (event.target.matches(TYPED_IN)) {
      if (key === "Escape") event.target.blur();
      return;
    }
    const detail = { key, altKey, ctrlKey, metaKey, repeat, target: parent.document.body, preventDefault: () => event.preventDefault() };
    parent.document.dispatchEvent(new CustomEvent("frame:key", { detail }));
  });
  document.addEventListener("submit", () => (sending = true));
  addEventListener("beforeunload", (event) => typed() && event.preventDefault());
  addEventListener("pageshow", () => (sending = false));
  window.meteorTyped = typed;
})();
