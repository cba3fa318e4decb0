// What changed on the board since one last looked: lines whose newest event was not looked at yet, and the line of the drawer.
(() => {
  const SEEN = "board-seen"; // incident → newest event that was looked at
  const seen = new Map(JSON.parse(kept(SEEN) || "[]"));

  // A browser may refuse to keep anything: then the board begins anew with each visit.
  function kept(name, value) {
    try {
      if (value !== undefined) sessionStorage.setItem(name, value);
      return sessionStorage.getItem(name);
    } catch (error) {
      return null;
    }
  }

  function mark() {
    const opened = window.MeteorBoard.opened();
    for (const row of document.querySelectorAll(".line[data-number]")) {
      const { number, newest } = row.dataset;
      if (number === opened) seen.set(number, newest);
      if (seen.get(number) !== newest) row.setAttribute("data-news", "");
      else row.removeAttribute("data-news");
      if (number === opened) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
    kept(SEEN, JSON.stringify([...seen].slice(-500)));
  }

  // The lines that the page opens with count as seen.
  for (const row of document.querySelectorAll(".line[data-number]")) {
    if (!seen.has(row.dataset.number)) seen.set(row.dataset.number, row.dataset.newest);
  }
  document.addEventListener("board:opened", mark);
  document.addEventListener("htmx:afterSwap", mark);
  mark();
})();
