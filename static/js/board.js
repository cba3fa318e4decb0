// The board: the drawer beside the map. Keys are in board-keys.js, dragged units in board-drop.js and what changed in board-seen.js,
// which drive it through window.MeteorBoard, the filters in board-filters.js.
(() => {
  const panes = document.getElementById("panes");
  const drawer = document.getElementById("drawer");
  const frame = drawer.querySelector("iframe");
  const choice = document.getElementById("pane-choice");
  const says = document.getElementById("drawer-says");
  const NAMED = /^\/(?:incidents|board\/units)\/([^/?]+)/;
  const ADDRESS = /^\/incidents\/([\w-]+)/;
  const IN_DRAWER = new RegExp(drawer.dataset.pages);
  const OF_OPENED = /^\/(assignments|traffic\/staging-areas)(\/|$)/; // forms about the opened incident
  const LONGEST = 10000; // ms that a page counts as loading: the browser may have kept the former one
  let opened = ""; // the number of the incident in the drawer
  let late = 0; // the timer of a page that is loading
  let asked = ""; // its address
  let failed = ""; // the address of a page that did not come
  let turn = 0; // counts what was opened or sent: only the newest comes
  let dropped = -1; // the turn of a form that was sent
  let sending = false; // whether a form of the board itself waits for its answer
  let unsent = ""; // what is said of a form that could not be sent, until its page is left

  const inDrawer = (address) => IN_DRAWER.test(address);
  const away = () => !drawer.hidden && Boolean(document.querySelector("#board-queue.is-stale"));
  const box = () => document.querySelector(".map-pane [data-map]");

  // --- the drawer ---
  function show(pane) {
    panes.dataset.pane = pane;
    for (const button of choice.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.value === pane));
  }

  // The browser's own page of a failure is none of ours: nothing of it can be read.
  function shown(read) {
    try {
      return read(frame.contentWindow);
    } catch (error) {
      return undefined;
    }
  }

  function say(text) {
    says.textContent = [unsent, text].filter(Boolean).join(" ");
  }

  const typed = () => Boolean(shown((page) => page.meteorTyped && page.meteorTyped()));

  // What is typed stays: the browser's question would leave the board not knowing which page is shown.
  function keeps() {
    if (!typed()) return false;
    say(says.dataset.typed);
    frame.contentWindow.focus();
    return true;
  }

  // Without a connection the page that is shown stays: what stands there is still worth reading. The queue may not know yet
  // that it is not live: METEOR is asked first whether it is there.
  async function open(address) {
    if (away()) return postpone(address);
    if (keeps() || waits()) return;
    const mine = ++turn;
    load(address);
    const there = !opened || (await window.meteorReached());
    if (mine !== turn) return;
    if (!there) return postpone(address);
    asked = address; // the page before it may have come meanwhile
    frame.src = address;
  }

  // The answer to a form may ask for more: no other page takes its place.
  function waits() {
    if (sending) say(says.dataset.busy);
    return sending;
  }

  // Sends a form of the board into the drawer, where its answer is the incident at this address or asks for more.
  async function send(form, address) {
    if (keeps() || waits()) return;
    if (late) return say(says.dataset.busy);
    load(address);
    sending = true;
    turn += 1;
    if (await window.meteorReached()) {
      dropped = turn;
      return form.submit();
    }
    loaded();
    say(says.dataset.undropped);
  }

  // To be opened after the next answer, beside the page that stays.
  function postpone(address) {
    loaded();
    failed = address;
    say(says.dataset.away);
  }

  // Says at once what is loading.
  function load(address) {
    asked = address;
    fail("");
    const [, name] = NAMED.exec(address) || [];
    say(says.dataset.loading.replace("{name}", name ? decodeURIComponent(name) : ""));
    clearTimeout(late);
    late = setTimeout(loaded, LONGEST);
    reveal();
  }

  function fail(address) {
    failed = address;
    drawer.classList.toggle("failed", Boolean(address));
  }

  function loaded() {
    clearTimeout(late);
    late = 0;
    sending = false;
    say("");
  }

  function reveal() {
    drawer.hidden = false;
    panes.classList.add("opened");
    show("drawer");
  }

  function close() {
    if (drawer.hidden || keeps() || waits()) return;
    const number = opened;
    turn += 1;
    drawer.hidden = true;
    panes.classList.remove("opened");
    show("queue");
    unsent = "";
    loaded();
    fail("");
    frame.src = "about:blank";
    look("");
    const link = document.getElementById(`open-${number}`);
    if (link) link.focus();
  }

  function look(number) {
    opened = number;
    document.dispatchEvent(new CustomEvent("board:opened", { detail: number }));
    if (box()) box().dispatchEvent(new CustomEvent("map:show", { detail: number && `line-${number}` }));
  }

  // Not a page that a link in the drawer led to, or that was there before.
  function sentByBoard({ document: { referrer }, performance: { navigation } }) {
    return referrer.split(/[?#]/)[0] === location.origin + location.pathname && navigation.type === navigation.TYPE_NAVIGATE;
  }

  frame.addEventListener("load", () => {
    const { pathname, search } = shown(({ location: { pathname, search } }) => ({ pathname, search })) || {};
    if (pathname === "blank") return;
    unsent = "";
    loaded();
    fail(pathname ? "" : asked || document.getElementById("drawer-page").href);
    asked = "";
    if (!pathname) return say(says.dataset.away);
    if (!inDrawer(pathname)) return location.reload(); // such as the sign-in: the board leads there itself
    const [, number] = ADDRESS.exec(pathname) || [];
    const still = OF_OPENED.test(pathname) ? opened : "";
    document.getElementById("drawer-page").href = pathname + search;
    if (dropped === turn && shown(sentByBoard)) document.dispatchEvent(new CustomEvent("board:answered"));
    dropped = -1;
    reveal();
    look(number || still);
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || link.closest(".drawer-bar")) return;
    if (ADDRESS.test(link.getAttribute("href")) && link.closest("main")) link.target = "drawer";
    if (link.target !== "drawer") return;
    event.preventDefault();
    open(link.getAttribute("href"));
  });
  document.getElementById("drawer-close").addEventListener("click", close);
  document.addEventListener("frame:unsent", ({ detail }) => {
    unsent = detail ? says.dataset.unsent : "";
    say("");
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (!detail.successful) return;
    const wasAway = says.textContent.endsWith(says.dataset.away);
    if (unsent) {
      says.textContent = says.textContent.replace(unsent, says.dataset.again);
      unsent = says.dataset.again;
    }
    if (wasAway && !failed) say("");
    if (failed && !typed()) open(failed);
  });

  for (const button of choice.querySelectorAll("button")) button.addEventListener("click", () => show(button.value));
  document.documentElement.classList.add("scripted");
  window.MeteorBoard = { open, send, close, opened: () => opened, loading: () => late > 0, inDrawer, shown, frame };
})();
