// Does by a key what carries data-key ("Alt+K", "F2"): goes to a field, presses a button, follows a link, unfolds.
// Of several parts with the same key, the one in the focused article counts, else the first, once it has been that for a
// second. A key that is held down counts once, and none counts while the list of keys covers the page. While somebody types, nothing listens but keys
// with Alt and function keys; "?" opens the list of keys elsewhere.
(() => {
  const TYPED_IN = "input:not([type=checkbox]):not([type=radio]), textarea, select";
  const sheet = document.getElementById("keys");
  const opener = document.getElementById("keys-open");
  const visible = (part) => part.getClientRects().length > 0;
  const STEADY = 1000; // ms for which an article has to be the one that a key acts on: it must have been seen
  const steady = document.body.dataset; // steady.steady: the id of the part of an article that F2 may act on
  let target = "";
  let clock;

  function combination(event) {
    if (/^F\d+$/.test(event.key) && !event.altKey && !event.ctrlKey && !event.metaKey) return event.key;
    // By its place on the keyboard: Alt gives a letter another meaning on some systems.
    if (event.altKey && !event.ctrlKey && !event.metaKey && /^Key[A-Z]$/.test(event.code)) return `Alt+${event.code[3]}`;
    return "";
  }

  function wearing(wanted) {
    const parts = [...document.querySelectorAll("[data-key]")].filter((part) => part.dataset.key === wanted && visible(part));
    const focused = document.activeElement.closest("article");
    if (focused && parts.some((part) => part.closest("article"))) return parts.find((part) => part.closest("article") === focused);
    return parts[0];
  }

  // Of articles that come, go and change their order, a key acts on none that has just become the one that it acts on.
  function follow() {
    const part = wearing("F2");
    const id = part && part.closest("article") ? part.id : "";
    if (id === target) return;
    target = id;
    delete steady.steady;
    clearTimeout(clock);
    if (id) clock = setTimeout(() => (steady.steady = id), STEADY);
  }

  const isSteady = (part) => !part.closest("article") || part.id === steady.steady;

  function go(part) {
    if (part.matches(TYPED_IN)) {
      part.focus();
      if (part.select) part.select();
      return;
    }
    part.click();
    const within = part.matches("summary") && part.parentElement.querySelector("input, select, textarea, button");
    if (within && part.parentElement.open) within.focus();
  }

  function open() {
    if (sheet.showModal) sheet.showModal();
    else sheet.setAttribute("open", "");
    document.getElementById("keys-close").focus();
  }

  function close() {
    if (sheet.close) sheet.close();
    else sheet.removeAttribute("open");
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.repeat || sheet.open) return;
    if (event.key === "?" && !event.target.matches(TYPED_IN)) {
      event.preventDefault();
      return open();
    }
    const wanted = combination(event);
    if (wanted === "Alt+Q") {
      const question = document.querySelector("#script input");
      if (question) {
        event.preventDefault();
        question.focus();
      }
      return;
    }
    const part = wanted && wearing(wanted);
    if (!part) return;
    event.preventDefault();
    if (isSteady(part)) go(part);
  });
  for (const name of ["htmx:afterSwap", "htmx:after:swap", "focusin", "focusout"]) document.addEventListener(name, follow);
  follow();
  opener.hidden = false;
  opener.addEventListener("click", open);
  document.addEventListener("frame:key", ({ detail }) => {
    if (detail.key !== "?" || sheet.open) return;
    detail.preventDefault();
    open();
  });
  document.getElementById("keys-close").addEventListener("click", close);
})();
