// Offers choices while something is typed (WAI-ARIA APG: combobox with list autocomplete and automatic selection): every
// <input data-options="/places">, see templates/parts/combobox.html. The first choice is marked; arrows move, Enter, Tab
// or a click takes, Escape leaves the words alone. What is taken fills the fields that data-fills names, and they are
// emptied as soon as something else is typed. Both are told as a "chosen" event whose detail is the choice's data. While
// the field that data-held names is filled, what it means was said elsewhere (on a map), and the words are only words.
(() => {
  const PAUSE = 120; // ms after the last letter

  class Combobox {
    constructor(input) {
      this.input = input;
      this.asked = 0;
      this.taken = true; // a draft may bring its choice along
      this.build();
      input.choose = (option) => this.choose(option);
      input.addEventListener("input", () => this.typed());
      input.addEventListener("keydown", (event) => this.pressed(event));
      input.addEventListener("blur", () => this.close());
      if (input.form) input.form.addEventListener("change", (event) => this.fills(event.target.name) && this.replaced());
      this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the input keeps the focus
      this.list.addEventListener("click", (event) => {
        const option = event.target.closest("[role=option]");
        if (option) this.choose(option);
      });
      if (document.activeElement === input && input.value !== input.defaultValue && !this.filled) this.typed(); // before this script came
    }

    build() {
      const { input } = this;
      this.list = document.createElement("ul");
      this.note = document.createElement("p");
      Object.assign(this.list, { id: `${input.id}-options`, className: "options", hidden: true });
      this.list.setAttribute("role", "listbox");
      this.list.setAttribute("aria-label", input.labels.length ? input.labels[0].textContent.trim() : input.name);
      this.note.className = "hint";
      this.note.setAttribute("role", "status");
      input.parentElement.appendChild(this.list);
      input.parentElement.appendChild(this.note);
      const said = { role: "combobox", "aria-autocomplete": "list", "aria-controls": this.list.id };
      Object.keys(said).forEach((name) => input.setAttribute(name, said[name]));
      input.autocomplete = "off";
      this.open(false);
    }

    get options() {
      return Array.from(this.list.querySelectorAll("[role=option]"));
    }

    get marked() {
      return this.list.querySelector("[aria-selected=true]");
    }

    get held() {
      const { form, dataset } = this.input;
      return Boolean(dataset.held && form.elements[dataset.held].value);
    }

    fills(name) {
      return (this.input.dataset.fills || "").split(/[ =]/).includes(name);
    }

    get filled() {
      return [...this.input.form.elements].some(({ name, value }) => value && this.fills(name));
    }

    // Somebody else has filled what this fills: what was chosen here is no longer meant.
    replaced() {
      this.close();
      this.say("");
      this.list.textContent = "";
      this.taken = true;
    }

    typed() {
      if (this.held) return;
      this.close();
      this.say("");
      if (this.taken) this.fill({});
      this.taken = false;
      if (this.input.value.trim()) this.waiting = setTimeout(() => this.ask(), PAUSE);
    }

    async ask() {
      const asked = (this.asked += 1);
      const address = `${this.input.dataset.options}?q=${encodeURIComponent(this.input.value)}`;
      const headers = { "HX-Request": "true" }; // signed out, it is told so instead of led to another page
      const answer = await fetch(address, { credentials: "same-origin", headers }).catch(() => null);
      const text = answer && answer.ok ? await answer.text() : null;
      if (asked !== this.asked || document.activeElement !== this.input) return;
      if (text === null) this.say(this.input.dataset.failed);
      else this.show(text);
    }

    show(text) {
      const { found, none } = this.input.dataset;
      this.list.innerHTML = text;
      const note = this.list.querySelector("[data-note]");
      if (note) note.remove();
      const { options } = this;
      options.forEach((option, at) => {
        option.id = `${this.list.id}-${at}`;
      });
      this.open(options.length > 0);
      this.mark(options[0]);
      if (note) this.say(note.textContent.trim());
      else if (options.length) this.say(found && found.replace("{n}", options.length), true);
      else this.say(none);
    }

    // What a screen reader is told; `seen` if the screen shows it anyway.
    say(words, seen = false) {
      this.note.textContent = words || "";
      this.note.classList.toggle("visually-hidden", seen);
    }

    open(shown) {
      this.list.hidden = !shown;
      this.input.setAttribute("aria-expanded", String(shown));
      if (!shown) this.input.removeAttribute("aria-activedescendant");
    }

    close() {
      clearTimeout(this.waiting);
      this.asked += 1; // what is still under way comes too late
      if (!this.list.hidden) this.say("");
      this.open(false);
    }

    mark(option) {
      if (!option) return;
      this.options.forEach((each) => each.setAttribute("aria-selected", String(each === option)));
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }

    pressed(event) {
      const { key } = event;
      const shown = !this.list.hidden;
      if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
      if (key === "ArrowDown" || key === "ArrowUp") {
        event.preventDefault();
        if (shown) this.move(key === "ArrowDown" ? 1 : -1);
        else if (this.input.value.trim()) this.ask();
      } else if (shown && key === "Enter") {
        event.preventDefault();
        this.choose(this.marked);
      } else if (shown && key === "Tab" && !event.shiftKey) {
        this.choose(this.marked);
      } else if (shown && key === "Escape") {
        event.preventDefault(); // it closes the list, and nothing else
        event.stopPropagation();
        this.close();
      }
    }

    move(step) {
      const { options } = this;
      this.mark(options[(options.indexOf(this.marked) + step + options.length) % options.length]);
    }

    // A choice with a value is a word, and replaces what was typed; any other is what the words mean, and they stay.
    choose(option) {
      const words = option.textContent.replace(/\s+/g, " ").trim();
      if (option.dataset.value) this.input.value = option.dataset.label || words;
      this.close();
      this.taken = true;
      this.say(option.dataset.value || option.matches("button") ? "" : words);
      this.fill(Object.assign({}, option.dataset));
    }

    fill(detail) {
      for (const pair of (this.input.dataset.fills || "").split(" ").filter(Boolean)) {
        const [name, source] = pair.split("=");
        this.input.form.elements[name].value = detail[source || name] || "";
      }
      this.input.dispatchEvent(new CustomEvent("chosen", { bubbles: true, detail }));
    }
  }

  for (const input of document.querySelectorAll("input[data-options]")) new Combobox(input);

  // A button that is a choice of a combobox: the caller's home, for the place.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-choice-of]");
    if (!button) return;
    const input = document.getElementById(button.dataset.choiceOf);
    input.value = button.dataset.label;
    input.choose(button);
    input.focus();
  });
})();
