// A form that is under way is not sent again by a second tap. Without this the server tells what came twice.
const AGAIN = 8000; // ms: then the network has probably lost it

for (const form of document.querySelectorAll("form[method=post]")) {
  let sent = -AGAIN;

  form.addEventListener("submit", (event) => {
    if (event.timeStamp - sent < AGAIN) event.preventDefault();
    else sent = event.timeStamp;
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) sent = -AGAIN;
  });
}
