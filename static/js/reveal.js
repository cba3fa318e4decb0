// Shows what is typed into a password field while its button is pressed. It runs once for each field of a page.
for (const button of document.querySelectorAll("[data-reveal][hidden]")) {
  const field = document.getElementById(button.dataset.reveal);

  const show = (shown) => {
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", shown);
  };

  button.hidden = false;
  button.addEventListener("click", () => show(field.type === "password"));
  field.form.addEventListener("submit", () => show(false)); // or the browser keeps it among what was typed before
}
