/* Arrow keys in the table of a month: one cell is in the order of Tab, the arrows move the focus among the links. */
"use strict";

(function () {
  const table = document.querySelector("[data-cells]");
  if (!table) return;
  const rows = [...table.tBodies[0].rows];
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  const links = [...table.querySelectorAll("td a")];
  const first = table.querySelector("td.today a") || links[0];

  links.forEach((link) => {
    link.tabIndex = link === first ? 0 : -1;
  });

  function enter(link) {
    const before = table.querySelector('td a[tabindex="0"]');
    if (before) before.tabIndex = -1;
    link.tabIndex = 0;
    link.focus();
    link.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  table.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    const cell = event.target.closest("td");
    if (!step || !cell || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    let row = rows.indexOf(cell.parentNode) + step[0];
    let column = cell.cellIndex + step[1];
    while (rows[row] && rows[row].cells[column]) {
      const link = rows[row].cells[column].querySelector("a");
      if (link) return enter(link);
      row += step[0];
      column += step[1];
    }
  });
})();
