// Hides a page of an alarm at once, by the cross or the Escape key, and leaves it without a way back in the history.
(() => {
  const way = document.getElementById("blank");

  function blank(event) {
    event.preventDefault();
    document.body.hidden = true;
    location.replace(way.href);
  }

  way.addEventListener("click", blank);
  document.addEventListener("keydown", (event) => event.key === "Escape" && blank(event));
})();
