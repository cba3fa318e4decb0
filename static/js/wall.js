// Loads the wall anew when a release has changed its files: it stands for weeks and would keep the old ones.
(() => {
  const page = document.documentElement;
  let asking = false;

  function onAnswer() {
    const part = document.querySelector("#wall > [data-release]");
    if (!part || part.dataset.release === page.dataset.release || asking) return;
    asking = true;
    // Only what answers is loaded: an error page of the browser would stand there for ever.
    fetch(location.href)
      .then((answer) => answer.ok && location.reload())
      .catch(() => undefined)
      .then(() => (asking = false));
  }

  for (const name of ["htmx:afterRequest", "htmx:after:request"]) document.addEventListener(name, onAnswer);
})();
