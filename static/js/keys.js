// Does by a key what carries data-key ("Alt+K", "F2"): goes to a field, presses a button, follows a link, unfolds.
// Of several parts with the same key, the one in the focused article counts, else the first. A key that is held down
// counts once, and none counts while the list of keys covers the page. While somebody types, nothing listens but keys
// with Alt and function keys; "?" opens the list of keys elsewhere.
(() => {
  const TYPED_IN = "input:not([type=checkbox]):not([type=radio]), textarea, select";
  const sheet = document.getElementById("keys");
  const opener = document.getElementById("keys-open");
  const visible = (part) => part.getClientRects().length > 0;

  function combination(event) {
    if (/^F\d+$/.test(event.key) && !event.altKey && !event.ctrlKey && !event.metaKey) return event.key;
    // By its place on the keyboard: Alt gives a letter another meaning on some systems.
    if (event.altKey && !event.ctrlKey && !event.metaKey && /^Key[A-Z]$/.test(event.code)) return `Alt+${event.code[3]}`;
    return "";
  }

  function wearing(wanted) {
    const parts = [...document.querySelectorAll("[data-key]")].filter((part) => part.dataset.key === wanted && visible(part));
    const focused = document.activeElement.closest("article");
    return parts.find((part) => part.closest("article") === focused) || parts[0];
  }

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
    go(part);
  });
  opener.hidden = false;
  opener.addEventListener("click", open);
  document.getElementById("keys-close").addEventListener("click", close);
})();
