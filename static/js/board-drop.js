// A free unit that is dragged onto an incident's line or mark is offered it, by the form #drop. Only for those who act.
(() => {
  const { send } = window.MeteorBoard;
  const drop = document.getElementById("drop");
  if (!drop) return;
  const key = drop.elements.form_key;
  const first = key.value;
  let answered = 0; // forms that were answered
  let dragged = "";
  const target = (event) => dragged && event.target instanceof Element && event.target.closest(":is(.line, .map-mark)[data-number]");

  function free() {
    for (const unit of document.querySelectorAll(".fleet-unit.available")) unit.draggable = true;
  }

  function aim(at) {
    for (const other of document.querySelectorAll(".dropping")) other.classList.toggle("dropping", other === at);
    if (at) at.classList.add("dropping");
  }

  document.addEventListener("dragstart", (event) => {
    const unit = event.target instanceof Element && event.target.closest(".fleet-unit[data-unit]");
    dragged = unit ? unit.dataset.unit : "";
    if (dragged) event.dataTransfer.setData("text/plain", unit.querySelector(".sign").textContent);
  });
  document.addEventListener("dragover", (event) => {
    const at = target(event);
    aim(at);
    if (at) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const at = target(event);
    aim(null);
    if (!at) return;
    event.preventDefault();
    const page = `/incidents/${at.dataset.number}`;
    drop.action = `${page}/assignments`;
    drop.elements.unit.value = dragged;
    send(drop, page);
  });
  document.addEventListener("dragend", () => aim((dragged = null)));
  // One whose answer was lost, or was not waited for, keeps its key: sent again, it is not done twice.
  document.addEventListener("board:answered", () => (key.value = `${first}-${(answered += 1)}`));
  document.addEventListener("htmx:afterSwap", free);
  free();
})();
