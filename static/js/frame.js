// A page in the board's drawer: gives the board its keys, and asks before what somebody has entered would be lost.
(() => {
  const TYPED_IN = "input:not([type=checkbox]):not([type=radio]), textarea, select";
  const OWN = document.querySelector("[data-choice]") ? /^(Escape|\/)$/ : /./; // the list of units has keys of its own
  let reachable = null; // the form that may be sent now
  let sending = null; // the form that leaves the page

  function changed(field) {
    if (!field.matches("input:not([type=hidden]), textarea, select")) return false;
    if (field.matches("[type=checkbox], [type=radio]")) return field.checked !== field.defaultChecked;
    if (!field.matches("select")) return field.value !== field.defaultValue;
    return field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
  }

  // A tick is soon set again: it is lost without a question.
  function typed() {
    return [...document.querySelectorAll("main form :is(input:not([type=checkbox], [type=radio]), textarea, select)")].some((field) => field.form !== sending && changed(field));
  }

  // Escape leaves a field first, then the page.
  document.addEventListener("keydown", (event) => {
    const { key, defaultPrevented, altKey, ctrlKey, metaKey, repeat } = event;
    if (defaultPrevented || document.querySelector("dialog[open]")) return;
    if (event.target.matches(TYPED_IN)) {
      if (key === "Escape") event.target.blur();
      return;
    }
    if (!OWN.test(key) && !ctrlKey && !metaKey) return;
    const detail = { key, altKey, ctrlKey, metaKey, repeat, target: parent.document.body, preventDefault: () => event.preventDefault() };
    parent.document.dispatchEvent(new CustomEvent("frame:key", { detail }));
  });
  // What is sent without a connection would be lost with its page: METEOR is asked first whether it is there.
  document.addEventListener(
    "submit",
    async (event) => {
      const { target: form, submitter } = event;
      if (form === reachable || form.method !== "post" || ![...form.elements].some(changed)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const there = await parent.meteorReached();
      parent.document.dispatchEvent(new CustomEvent("frame:unsent", { detail: !there }));
      if (!there) return;
      reachable = form;
      (submitter || form.querySelector("button")).click();
      reachable = null;
    },
    true,
  );
  // A page that is none for the drawer has a tab of its own, or it would take the place of the board.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='/']");
    if (link && !link.target && !parent.MeteorBoard.inDrawer(link.getAttribute("href"))) link.target = "_blank";
  });
  document.addEventListener("submit", (event) => (sending = event.defaultPrevented ? null : event.target));
  addEventListener("beforeunload", (event) => typed() && event.preventDefault());
  addEventListener("pageshow", () => (sending = null));
  window.meteorTyped = typed;
})();
