// Keys of the list of units: a digit ticks the unit that bears it, then a letter chooses a reason. Enter sends, as
// everywhere. A word that is typed, such as the name of a unit, chooses nothing.
(() => {
  const WORD = 1000; // ms after which a key no longer belongs to the word that was typed
  let typedAt = -WORD; // when the last key of a word was pressed
  const find = (wanted) => [...document.querySelectorAll("[data-choice]")].find((part) => part.dataset.choice === wanted);
  const early = (choice) => choice.name === "standard" && !document.querySelector("[name=unit]:checked");

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
    if (event.target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select")) return;
    if (event.key.length > 1 || event.key === " ") return;
    const choice = find(event.key.toUpperCase());
    if (!choice || early(choice) || event.timeStamp - typedAt < WORD) {
      typedAt = event.timeStamp;
      return;
    }
    event.preventDefault();
    choice.click();
    choice.focus();
  });
})();
