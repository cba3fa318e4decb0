// Silent presses that could not be sent within half an hour: kept in the browser, each for its user, until that user
// says whether to send or to delete it. The question looks like a note that was not sent (static/js/silent.js).
(() => {
  const KEY = "meteor.note.unsent";
  const list = document.getElementById("unsent");
  const line = document.getElementById("unsent-line");
  let memory = []; // for a browser that refuses storage

  function all() {
    try {
      const found = JSON.parse(localStorage.getItem(KEY));
      return Array.isArray(found) ? found : [];
    } catch (error) {
      return memory;
    }
  }

  function save(presses) {
    memory = presses;
    try {
      localStorage.setItem(KEY, JSON.stringify(presses));
    } catch (error) {
      return; // the same
    }
  }

  const remove = (press) => save(all().filter((other) => other.id !== press.id));
  const put = (press) => save([...all().filter((other) => other.id !== press.id), press]);
  const of = (user) => all().filter((press) => !press.user || press.user === user);

  function when(moment) {
    const format = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: "Asia/Jakarta" };
    return new Intl.DateTimeFormat(document.documentElement.lang, format).format(moment);
  }

  function entry(press, answered) {
    const item = line.content.cloneNode(true);
    const words = item.querySelector("span");
    words.textContent = words.textContent.replace("{time}", when(press.at));
    for (const button of item.querySelectorAll("button")) {
      button.setAttribute("aria-label", `${button.textContent}: ${words.textContent}`);
      button.addEventListener("click", () => answered(press, button.value));
    }
    return item;
  }

  // Show one line for each press; `answered` is called with the press and "send" or "delete".
  let shown = "";
  function ask(presses, answered) {
    const ids = presses.map((press) => press.id).join();
    if (ids === shown) return; // a new list would take the keyboard's focus away
    shown = ids;
    list.hidden = !presses.length;
    list.textContent = "";
    for (const press of presses) list.append(entry(press, answered));
  }

  window.meteorUnsent = { put, remove, of, ask };
})();
