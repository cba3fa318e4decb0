// Says once that this page was shown: the answer that brought it cannot write.
(() => {
  const form = document.getElementById("opened");
  const send = () => {
    if (document.hidden) return; // a page in the background was not shown yet
    document.removeEventListener("visibilitychange", send);
    fetch(form.action, { method: "POST", credentials: "same-origin", body: new FormData(form) }).catch(() => {});
  };
  document.addEventListener("visibilitychange", send);
  send();
})();
