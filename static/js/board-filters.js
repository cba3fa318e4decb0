// Filters of the board's queue. METEOR keeps them for the user, for the next sign-in and for other tables.
(() => {
  const filters = document.getElementById("filters");
  const queue = document.getElementById("board-queue");
  const { token } = document.getElementById("panes").dataset;
  let last = Promise.resolve();

  function wanted() {
    const values = new URLSearchParams(new FormData(filters));
    for (const [name, value] of [...values]) if (!value) values.delete(name);
    const pressed = filters.querySelector("[aria-pressed=true]");
    if (pressed) values.set("priority", pressed.value);
    return values;
  }

  // One after the other: the newest is kept. Without a connection the filter holds on this page, and is not kept.
  function keep(values) {
    const body = new URLSearchParams(values);
    body.set("csrf_token", token);
    const send = () => fetch("/board/filters", { method: "POST", body, credentials: "same-origin", keepalive: true });
    last = last.then(send).catch(() => {});
  }

  function filter() {
    const values = wanted();
    const query = values.toString();
    const address = (path) => (query ? `${path}?${query}` : path);
    keep(values);
    history.replaceState(null, "", address("/board"));
    queue.setAttribute("hx-get", address("/board/incidents"));
    queue.setAttribute("hx-vals", JSON.stringify({ v: "" }));
    htmx.process(queue);
    htmx.ajax("GET", `${address("/board/incidents")}${query ? "&" : "?"}v=`, { source: queue, target: queue, swap: "morph:innerHTML" });
  }

  function press(level) {
    for (const button of filters.querySelectorAll("[aria-pressed]")) button.setAttribute("aria-pressed", String(button.value === level));
  }

  // The same again: all priorities.
  function priority(level) {
    const pressed = filters.querySelector("[aria-pressed=true]");
    press(pressed && pressed.value === level ? "" : level);
    filter();
  }

  filters.addEventListener("change", filter);
  filters.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter && event.submitter.name === "priority") priority(event.submitter.value);
    else filter();
  });
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || !event.target.closest("#show-all")) return;
    event.preventDefault();
    press("");
    for (const select of filters.querySelectorAll("select")) select.value = "";
    filter();
  });
  const ofBurst = () => /[?&]group=/.test(location.search);

  // From the incidents of a burst to the filter that was there before.
  function leaveBurst() {
    if (ofBurst()) location.assign("/board");
  }

  const first = document.querySelector("#lines .what > a");
  if (ofBurst() && first) first.focus();
  window.MeteorFilters = { priority, leaveBurst };
})();
