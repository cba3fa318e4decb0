// The dark screen of a silent alert: it covers the page at once, and again by “Hide” or the Escape key. Nothing in the
// history leads back. `meteorDark.mark(name)` sets the mark in its corner.
window.meteorDark = (() => {
  const screen = document.getElementById("dark");
  if (!screen) return null; // this alert is neither silent nor confidential
  const sign = document.getElementById("sign");
  const covered = () => getComputedStyle(screen).display !== "none";
  const mark = (name) => (sign.textContent = sign.dataset[name]);

  function darken() {
    location.replace("#dark");
    document.title = screen.dataset.title;
    document.querySelector("meta[name=theme-color]").content = "#0e0f11";
  }

  document.addEventListener("click", (event) => {
    if (!event.target.closest(".hide")) return;
    event.preventDefault();
    darken();
  });
  document.addEventListener("keydown", (event) => {
    const mayHide = [...document.querySelectorAll(".hide")].some((way) => way.getClientRects().length);
    if (event.key === "Escape" && mayHide) darken();
  });
  return { covered, darken, mark };
})();
