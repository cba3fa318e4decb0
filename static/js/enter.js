// Enter in a list of choices sends the form that it narrows, as it does in a field; browsers leave that out.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.defaultPrevented || !event.target.matches("form[method=get] select")) return;
  event.preventDefault();
  event.target.form.submit();
});
