// The board's notices: the first few, those of the opened incident before all others, and the rest by a tap or "B". What is
// acknowledged is sent without leaving the board. Without this script all of them are shown.
(() => {
  const TYPED_IN = "input:not([type=checkbox]):not([type=radio]), textarea, select";
  const LOW = matchMedia("(max-height: 50rem), (max-width: 30rem)");
  const READ = 20000; // ms; what the page shows by then says the same
  const box = document.getElementById("notices");
  const form = document.getElementById("acknowledge");
  const says = document.getElementById("notices-say");
  const [FEW, ON_LOW] = [2, 1]; // notices above the queue
  const rest = () => document.getElementById("notices-rest");
  let all = false;
  let unanswered = false; // whether that is what is said
  let forget = 0;
  let followed = false; // whether the button that was pressed with keys goes away

  // A notice that has the focus, and so what a key is about to do, stays where it is.
  function raise(notices) {
    const opened = window.MeteorBoard.opened();
    const own = notices.filter((notice) => opened && notice.dataset.number === opened);
    if (box.contains(document.activeElement) || own.every((notice, at) => notice === notices[at])) return notices;
    for (const notice of own.slice().reverse()) notices[0].parentElement.insertBefore(notice, box.querySelector(".notice"));
    return [...box.querySelectorAll(".notice")];
  }

  function show() {
    const notices = raise([...box.querySelectorAll(".notice")]);
    const few = LOW.matches ? ON_LOW : FEW;
    box.classList.toggle("all", all);
    notices.forEach((notice, at) => (notice.hidden = !all && at >= few && !notice.contains(document.activeElement)));
    const more = box.querySelector(".more");
    if (more) more.hidden = !all;
    const known = document.getElementById("notices-known");
    if (known) known.hidden = notices.some(({ hidden }) => hidden); // nobody regrets what they have read
    const button = rest();
    if (!button) return;
    const hidden = parseInt(button.parentElement.querySelector("strong").textContent, 10) - Math.min(few, notices.length);
    button.hidden = hidden < 1;
    button.textContent = all ? button.dataset.fewer : button.dataset.more.replace("{count}", hidden);
    button.setAttribute("aria-expanded", String(all));
  }

  function toggle() {
    all = !all;
    show();
    box.scrollTop = 0;
  }

  function say(words) {
    clearTimeout(forget);
    unanswered = words === says.dataset.unsent;
    says.textContent = words;
    says.hidden = !words;
    forget = setTimeout(say, READ, "");
  }

  async function send(button) {
    button.setAttribute("aria-busy", "true");
    followed = button === document.activeElement;
    try {
      const { ok, detail } = await window.meteorSend(form, button);
      say(ok ? "" : detail);
    } catch (error) {
      say(says.dataset.unsent);
    } finally {
      button.removeAttribute("aria-busy");
      box.dispatchEvent(new Event("refresh"));
    }
  }

  // Before once.js, which would take the next notice's button for the same one.
  document.addEventListener(
    "submit",
    (event) => {
      const { target, submitter } = event;
      if (target !== form || !submitter) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!submitter.hasAttribute("aria-busy")) send(submitter);
    },
    true,
  );
  box.addEventListener("click", ({ target }) => target === rest() && toggle());

  function pressed(event) {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
    if (event.key.toLowerCase() !== "b" || !rest() || document.querySelector("dialog[open]")) return;
    if (event.target.matches && event.target.matches(TYPED_IN)) return;
    event.preventDefault();
    toggle();
    if (all) rest().focus();
  }

  document.addEventListener("keydown", pressed);
  document.addEventListener("frame:key", ({ detail }) => pressed(detail));
  document.addEventListener("board:opened", show);
  document.addEventListener("htmx:afterSwap", ({ target }) => {
    if (target !== box) return;
    if (unanswered) say("");
    show();
    const next = followed && document.activeElement === document.body && box.querySelector(".notice a");
    if (next) next.focus();
    followed = false;
  });
  LOW.addListener(show); // addEventListener is missing on old browsers
})();
