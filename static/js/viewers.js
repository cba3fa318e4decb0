// Who else looks at an incident: says that it is open in this board's drawer, and shows on the lines and above the drawer
// which other dispatchers have it open.
(() => {
  const panes = document.getElementById("panes");
  const viewers = document.getElementById("board-viewers");
  const above = document.getElementById("drawer-viewers");
  const says = Boolean(document.getElementById("drop")); // the chief reads and disturbs nobody
  const EVERY = Number(panes.dataset.signEvery) * 1000; // ms
  let open = "";
  let clock = 0;
  let last = Promise.resolve();

  const body = () => new URLSearchParams([["csrf_token", panes.dataset.token]]);
  const left = (number) => `/board/viewers/${number}/end`;

  // One after the other, or a sign could be stored after the end of what it is about. A sign that is lost is followed by
  // the next one, and who gives none any more is forgotten.
  function post(address) {
    const send = () => fetch(address, { method: "POST", body: body(), credentials: "same-origin", keepalive: true });
    last = last.then(send).catch(() => {});
  }

  function sign() {
    post(`/board/viewers/${open}`);
  }

  function opened(number) {
    if (!says || number === open) return;
    if (open) post(left(open));
    clearInterval(clock);
    open = number;
    if (!open) return;
    sign();
    clock = setInterval(sign, EVERY);
  }

  function show() {
    for (const chip of document.querySelectorAll("#lines .viewer")) chip.remove();
    let alsoOpen = "";
    const parts = viewers.classList.contains("is-stale") ? [] : viewers.querySelectorAll("[data-viewed]");
    for (const part of parts) {
      const { viewed, says } = part.dataset;
      const row = document.querySelector(`#line-${viewed} .now`); // its number comes first
      if (row) for (const chip of part.querySelectorAll(".viewer")) row.insertBefore(chip.cloneNode(true), row.children[1] || null);
      if (viewed === window.MeteorBoard.opened()) alsoOpen = says;
    }
    if (above.textContent !== alsoOpen) above.textContent = alsoOpen; // or it would be read out at each swap
  }

  document.addEventListener("board:opened", ({ detail }) => {
    opened(detail);
    show();
  });
  document.addEventListener("htmx:afterSwap", ({ target }) => {
    if (target === viewers || target.id === "board-queue") show();
  });
  viewers.addEventListener("live", show);
  addEventListener("pagehide", () => open && says && navigator.sendBeacon(left(open), body()));
  show();
})();
