// Sends a form by one of its buttons without leaving the page. actions.js and board-notices.js use it.
(() => {
  const PATIENCE = 10000; // ms

  // What came of it: whether it was done, the page to go to, and the words where it was not. Throws where no answer came.
  window.meteorSend = async (form, button) => {
    const body = new URLSearchParams([...new FormData(form)].concat(button.name ? [[button.name, button.value]] : []));
    const headers = { Accept: "application/json" };
    const breaker = new AbortController();
    setTimeout(() => breaker.abort(), PATIENCE);
    const answer = await fetch(button.formAction, { method: "POST", body, credentials: "same-origin", headers, signal: breaker.signal });
    if (answer.status !== 401) return Object.assign(await answer.json(), { ok: answer.ok });
    location.reload(); // signed out: the page leads to the sign-in
    return { ok: false, detail: "" };
  };
})();
