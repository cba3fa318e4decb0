// What can be done about the chosen incident, and search of everything: "/" or Ctrl+K opens it, the arrows choose, Enter goes
// there. Incidents and units open in the drawer.
(() => {
  const dialog = document.getElementById("palette");
  const input = document.getElementById("palette-input");
  const list = document.getElementById("palette-hits");
  const says = document.getElementById("palette-says");
  const opener = document.getElementById("palette-open");
  const TYPED_IN = "input:not([type=checkbox]):not([type=radio]), textarea, select";
  const SETTLED = 120; // ms
  const { offered, current, go: act } = window.MeteorActions;
  let asked = 0;
  let hits = [];
  let chosen = 0;
  let about = ""; // the incident that is chosen on the board
  let offers = Promise.resolve([]); // what can be done about it; null if that is not known

  function open() {
    if (dialog.open) return;
    about = current();
    offers = offered(about).catch(() => null);
    dialog.showModal();
    input.select();
    ask();
  }

  // The actions of which each typed word begins a word; all of them before anything is typed.
  async function actions(words) {
    const begins = (label) => words.every((word) => label.some((part) => part.startsWith(word)));
    return ((await offers) || [])
      .filter((row) => begins(row.textContent.toLowerCase().split(/[ :]+/)))
      .map((row) => ({ label: row.textContent, detail: [about, row.dataset.key.toUpperCase()].filter(Boolean).join(" · "), kind: "action", action: row.dataset }));
  }

  // Why no action is listed before anything is typed.
  async function whyNone() {
    if (!says.dataset.nothing) return ""; // for who reads
    if (!about) return says.dataset.unchosen;
    return (await offers) ? says.dataset.nothing.replace("{number}", about) : says.dataset.away;
  }

  function choose(index) {
    chosen = hits.length ? (index + hits.length) % hits.length : 0;
    [...list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
    input.setAttribute("aria-expanded", String(hits.length > 0));
    if (hits.length) input.setAttribute("aria-activedescendant", `hit-${chosen}`);
    else input.removeAttribute("aria-activedescendant");
    if (list.children[chosen]) list.children[chosen].scrollIntoView({ block: "nearest" });
  }

  function option({ label, detail, kind }, at) {
    const row = document.createElement("li");
    row.id = `hit-${at}`;
    row.setAttribute("role", "option");
    row.dataset.kind = kind;
    row.appendChild(document.createElement("span")).textContent = label;
    row.appendChild(document.createElement("small")).textContent = detail;
    row.addEventListener("click", () => go(at));
    return row;
  }

  function go(at) {
    const hit = hits[at];
    if (!hit) return;
    dialog.close();
    if (hit.action) act(hit.action, about);
    else if (window.MeteorBoard.inDrawer(hit.url)) window.MeteorBoard.open(hit.url);
    else location.assign(hit.url);
  }

  async function ask() {
    const turn = ++asked;
    const words = input.value.trim();
    const search = words && find(words); // on its way before the actions are waited for
    const own = await actions(words.toLowerCase().split(/\s+/).filter(Boolean));
    const why = words || own.length ? "" : await whyNone();
    if (turn !== asked) return;
    show(own, why);
    if (!words) return;
    const found = await search;
    if (turn !== asked || found === undefined) return;
    if (!found) return show(own, says.dataset.away, chosen);
    show([...own, ...found.hits], own.length + found.hits.length ? found.note : found.note || says.dataset.none, chosen);
  }

  // What the words find; null if that is not known.
  async function find(words) {
    try {
      const answer = await fetch(`/board/search.json?q=${encodeURIComponent(words)}`, { credentials: "same-origin" });
      if (answer.status === 401 || answer.redirected) return location.reload(); // signed out: the page leads to the sign-in
      return answer.ok ? await answer.json() : null;
    } catch (error) {
      return null;
    }
  }

  function show(found, words, keep = 0) {
    hits = found;
    list.textContent = "";
    for (const [at, hit] of found.entries()) list.appendChild(option(hit, at));
    says.textContent = words;
    choose(keep);
  }

  let wait = 0;
  input.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(() => {
      wait = 0;
      ask();
    }, SETTLED);
  });
  input.addEventListener("keydown", async (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    else if (event.key === "Enter") {
      const pending = wait;
      clearTimeout(wait);
      wait = 0;
      if (pending || !hits.length) await ask();
      go(chosen);
    } else if (event.key === "Escape") dialog.close(); // at once: the field would only empty itself
    else return;
    event.preventDefault();
  });

  function pressed(event) {
    const command = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
    const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!command && !(slash && !(event.target.matches && event.target.matches(TYPED_IN)))) return;
    event.preventDefault();
    open();
  }

  document.addEventListener("keydown", pressed);
  document.addEventListener("frame:key", (event) => pressed(event.detail));
  opener.hidden = false;
  opener.addEventListener("click", open);
})();
