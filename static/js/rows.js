// Rows that wait to be used: a button [data-adds] shows the next of the <tbody> it names. Without this script all of the
// rows are shown, and no button.
for (const button of document.querySelectorAll("[data-adds]")) {
  const rows = [...document.getElementById(button.dataset.adds).rows];
  const used = (row) => [...row.querySelectorAll("input, select")].some((field) => field.value || field.matches("[aria-invalid]"));
  const shown = rows.map(used).lastIndexOf(true);

  for (const row of rows.slice(Math.max(shown + 1, 1))) row.hidden = true;
  button.hidden = !rows.some((row) => row.hidden);
  button.addEventListener("click", () => {
    const next = rows.find((row) => row.hidden);
    next.hidden = false;
    next.querySelector("select, input").focus();
    button.hidden = !rows.some((row) => row.hidden);
  });
}
