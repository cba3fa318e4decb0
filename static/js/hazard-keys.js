// Keys of the disaster agency's desk: J and K go through the reports, Enter opens the one in focus.
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
  if (document.querySelector("dialog[open]") || event.target.matches("input, textarea, select")) return;
  const key = event.key.toLowerCase();
  if (key !== "j" && key !== "k") return;
  const all = [...document.querySelectorAll("#lines a.what")];
  const at = all.indexOf(document.activeElement);
  const next = all[Math.max(0, Math.min(all.length - 1, at + (key === "j" ? 1 : -1)))];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest" });
});
