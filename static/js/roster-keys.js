// Keys of the list of units: a digit ticks the unit that bears it, a letter chooses a reason. Enter sends, as everywhere.
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
  if (event.target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select")) return;
  const wanted = event.key.toUpperCase();
  const choice = [...document.querySelectorAll("[data-choice]")].find((part) => part.dataset.choice === wanted);
  if (!choice) return;
  event.preventDefault();
  choice.click();
  choice.focus();
});
