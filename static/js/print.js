// A button that prints the page, and a page that was asked for to be printed. Without this the browser's menu does.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

if (document.querySelector("[data-print-now]")) {
  window.print();
}
