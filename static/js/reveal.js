// Shows what is typed into a password field while its box is ticked. Without this there is no box.
for (const box of document.querySelectorAll("[data-reveal]")) {
  const field = document.getElementById(box.dataset.reveal);

  box.closest("label").hidden = false;
  box.checked = false;
  box.addEventListener("change", () => {
    field.type = box.checked ? "text" : "password";
  });
  field.form.addEventListener("submit", () => {
    field.type = "password"; // or the browser keeps it among what was typed into such fields
  });
}
