// Keys of the board, also from within the drawer's page (see frame.js): no key does anything while somebody types.
(() => {
  const TYPED_IN = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";
  const PATIENCE = 4000; // ms
  const LONGEST = 10000; // ms that a part which comes after its page is waited for: as long as a page counts as loading
  const LATER = "#units, #duplicates, #callers"; // parts of an incident's page that come after it, with what can be done
  const FIRST = "main :is(input:not([type=hidden]), textarea, select, button)";
  const { open, close, opened, loading, shown, frame } = window.MeteorBoard;
  const says = document.getElementById("drawer-says");
  const actions = [...document.querySelectorAll("#palette-actions li")]; // none for the chief, who reads
  let wanted = null; // the page of an action that is loading, and the part to focus there
  const links = () => [...document.querySelectorAll("#lines .what > a")];

  // The incident that a key is about: the one in the drawer, else the focused line.
  function current() {
    const focused = document.activeElement.closest(".line[data-number]");
    return focused ? focused.dataset.number : opened();
  }

  function step(by) {
    const all = links();
    if (!all.length) return showAll();
    const at = all.indexOf(document.activeElement);
    const open = all.findIndex((link) => link.id === `open-${opened()}`);
    const next = all[Math.max(0, Math.min(all.length - 1, (at < 0 ? open : at) + by))];
    if (!next) return;
    window.focus();
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  // To the link that takes the filter away, where no incident is listed.
  function showAll() {
    const link = document.getElementById("show-all");
    if (link) link.focus();
  }

  const complete = (page) => [...page.querySelectorAll(LATER)].every((part) => part.childElementCount);

  const control = (part) => (part.matches("a, button, input, select, textarea") ? part : part.querySelector("textarea, button, input:not([type=hidden])"));

  async function text(address, signal) {
    const answer = await fetch(address, { credentials: "same-origin", signal });
    if (!answer.ok) throw answer.status;
    return answer.text();
  }

  // The incident's own page as it is now: that in the drawer may be another one, or some seconds old.
  async function pageOf(number) {
    const breaker = new AbortController();
    setTimeout(() => breaker.abort(), PATIENCE);
    const page = new DOMParser().parseFromString(await text(`/incidents/${number}`, breaker.signal), "text/html");
    await Promise.all([...page.querySelectorAll(LATER)].map(async (part) => (part.innerHTML = await text(part.getAttribute("hx-get"), breaker.signal))));
    return page;
  }

  // The actions that the incident's page has for this user, by its links and forms.
  async function offered(number) {
    if (!number || !actions.length) return [];
    const found = await pageOf(number);
    return actions.filter(({ dataset: { page, part } }) => {
      if (page) return found.querySelector(`main a[href="/incidents/${number}${page}"]`);
      return [...found.querySelectorAll(part)].some(control);
    });
  }

  // Shows a focused field with its button, also while parts above it come, until something else is done.
  function keepInView(page, part, focused) {
    const whole = part.matches("details") ? part : focused;
    const watcher = new ResizeObserver(() => {
      if (page.activeElement !== focused) return stop();
      whole.scrollIntoView({ block: "nearest" });
    });
    const stop = () => watcher.disconnect();
    whole.scrollIntoView({ block: "nearest" });
    watcher.observe(page.body);
    for (const name of ["wheel", "pointerdown"]) page.addEventListener(name, stop, { once: true });
  }

  function unfold(part) {
    for (let at = part; at; at = at.parentElement) if (at.matches("details")) at.open = true;
  }

  // Focuses what the action is about, as soon as the page has it.
  function focusOn(selector) {
    const page = frame.contentDocument;
    const find = () => {
      const part = page.querySelector(selector);
      if (!part) return false;
      const wanted = control(part);
      if (!wanted) return false;
      unfold(wanted);
      frame.contentWindow.focus();
      wanted.focus();
      if (page.activeElement !== wanted) return false;
      keepInView(page, part, wanted);
      return true;
    };
    const giveUp = () => {
      stop();
      says.textContent = says.dataset.absent;
    };
    if (find()) return;
    // What is not there soon is not there, and what comes later must not take the focus away from who works.
    const watcher = new MutationObserver(() => (find() ? stop() : complete(page) && giveUp()));
    const late = setTimeout(giveUp, LONGEST);
    const stop = () => {
      watcher.disconnect();
      clearTimeout(late);
    };
    watcher.observe(page, { subtree: true, childList: true });
    for (const name of ["keydown", "pointerdown"]) page.addEventListener(name, stop, { once: true });
  }

  // To the page of an action, below the incident's own, and to what is focused there.
  function go({ page, part }, number) {
    if (!number) return links().length ? undefined : showAll();
    wanted = { path: `/incidents/${number}${page}`, part: part || FIRST };
    open(wanted.path);
  }

  // Another page may come instead: one that was chosen since, or none because what is typed was to stay.
  frame.addEventListener("load", () => {
    const path = shown(({ location }) => location.pathname);
    if (path === "blank") return; // of a drawer that was closed just before
    if (wanted && wanted.path === path) focusOn(wanted.part);
    wanted = null;
  });

  function pressed(event) {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.target.matches && event.target.matches(TYPED_IN)) return;
    if (event.key === "Escape") return document.getElementById("drawer").hidden ? window.MeteorFilters.leaveBurst() : close();
    const key = event.key.toLowerCase();
    // A key that was meant for the page that is loading does nothing here.
    if (loading() && (wanted || /^\d$/.test(key)) && key.length === 1) return event.preventDefault();
    if (key === "j" || key === "k") step(key === "j" ? 1 : -1);
    else if (/^[1-4]$/.test(key)) window.MeteorFilters.priority(key);
    else {
      const action = actions.find(({ dataset }) => dataset.key === key);
      if (!action) return;
      go(action.dataset, current());
    }
    event.preventDefault();
  }

  document.addEventListener("keydown", pressed);
  document.addEventListener("frame:key", (event) => pressed(event.detail));
  window.MeteorActions = { offered, current, go };
})();
