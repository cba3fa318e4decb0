// Offers choices while something is typed (WAI-ARIA APG: combobox with list autocomplete, manual selection). Enhances every
// <input data-options-from="/places">, see templates/parts/combobox.html. Nothing is chosen by itself: what was typed
// stays until an option is taken by Enter or a click, which then also fills the fields named in data-fills.
// A chosen option is told as a bubbling "chosen" event whose detail is the option's data.
(() => {
  const PAUSE = 120; // ms after the last letter
  const fillsOf = (input) => (input.dataset.fills || "").split(/\s+/).filter(Boolean).map((pair) => pair.split("="));

  class Combobox {
    constructor(input) {
      this.input = input;
      this.asked = 0;
      this.build();
      input.addEventListener("input", () => this.typed());
      input.addEventListener("keydown", (event) => this.pressed(event));
      input.addEventListener("blur", () => this.close());
      this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the input keeps the focus
      this.list.addEventListener("click", (event) => {
        const option = event.target.closest("[role=option]");
        if (option) this.choose(option);
      });
    }

    build() {
      const { input } = this;
      const focused = document.activeElement === input;
      const box = document.createElement("div");
      this.list = document.createElement("ul");
      this.note = document.createElement("p");
      box.className = "combobox";
      input.parentNode.insertBefore(box, input);
      [input, this.list, this.note].forEach((part) => box.appendChild(part));
      Object.assign(this.list, { id: `${input.id}-options`, className: "combobox-options", hidden: true });
      this.list.setAttribute("role", "listbox");
      this.list.setAttribute("aria-label", input.labels.length ? input.labels[0].textContent.trim() : input.name);
      this.note.className = "combobox-note";
      this.note.setAttribute("role", "status");
      const said = { role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false" };
      Object.keys(said).forEach((name) => input.setAttribute(name, said[name]));
      input.setAttribute("aria-controls", this.list.id);
      if (focused) input.focus();
    }

    get options() {
      return Array.from(this.list.querySelectorAll("[role=option]"));
    }

    get active() {
      return this.list.querySelector("[aria-selected=true]");
    }

    typed() {
      fillsOf(this.input).forEach(([name, field]) => this.fill(field || name, ""));
      clearTimeout(this.waiting);
      this.asked += 1;
      if (this.input.value.trim()) this.waiting = setTimeout(() => this.ask(), PAUSE);
      else this.close();
    }

    async ask() {
      const asked = (this.asked += 1);
      const { optionsFrom } = this.input.dataset;
      const address = `${optionsFrom}${optionsFrom.includes("?") ? "&" : "?"}q=${encodeURIComponent(this.input.value)}`;
      try {
        const answer = await fetch(address, { credentials: "same-origin" });
        if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
        const text = await answer.text();
        if (asked === this.asked && document.activeElement === this.input) this.show(text);
      } catch (error) {
        if (asked !== this.asked) return;
        this.close();
        this.note.textContent = this.input.dataset.failed || "";
      }
    }

    show(text) {
      const { found, none } = this.input.dataset;
      this.list.innerHTML = text;
      const note = this.list.querySelector("[data-note]");
      const words = note && note.textContent.trim();
      if (note) note.remove();
      this.options.forEach((option, at) => {
        option.id = `${this.list.id}-${at}`;
        option.setAttribute("aria-selected", "false");
      });
      const { length } = this.options;
      this.note.textContent = words || (length ? (found || "").replace("{n}", length) : none || "");
      this.input.removeAttribute("aria-activedescendant");
      this.open(length > 0);
    }

    open(shown) {
      this.list.hidden = !shown;
      this.input.setAttribute("aria-expanded", String(shown));
      if (!shown) this.point(null);
    }

    close() {
      clearTimeout(this.waiting);
      this.asked += 1;
      this.note.textContent = "";
      this.open(false);
    }

    pressed(event) {
      const shown = !this.list.hidden;
      const { key } = event;
      if (event.isComposing || event.ctrlKey || event.metaKey) return;
      if (key === "ArrowDown" || key === "ArrowUp") {
        event.preventDefault();
        if (event.altKey) this.open(key === "ArrowDown" && this.options.length > 0);
        else if (shown) this.move(key === "ArrowDown" ? 1 : -1);
        else if (this.input.value.trim()) this.ask();
      } else if (key === "Enter" && shown && this.active) {
        event.preventDefault();
        this.choose(this.active);
      } else if (key === "Escape" && shown) {
        event.preventDefault();
        event.stopPropagation(); // it closed the list, nothing else
        this.close();
      } else if (key === "Home" || key === "End" || key === "ArrowLeft" || key === "ArrowRight") this.point(null);
    }

    move(step) {
      const { options } = this;
      const at = options.indexOf(this.active);
      const next = at < 0 && step < 0 ? options.length - 1 : at + step;
      this.point(options[(next + options.length) % options.length]);
    }

    point(option) {
      this.options.forEach((each) => each.setAttribute("aria-selected", String(each === option)));
      if (!option) {
        this.input.removeAttribute("aria-activedescendant");
        return;
      }
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }

    choose(option) {
      const detail = Object.assign({}, option.dataset);
      this.input.value = detail.label || option.textContent.trim();
      fillsOf(this.input).forEach(([name, field]) => this.fill(field || name, detail[name] || ""));
      this.close();
      this.input.dispatchEvent(new Event("change", { bubbles: true }));
      this.input.dispatchEvent(new CustomEvent("chosen", { bubbles: true, detail }));
    }

    fill(name, value) {
      const field = this.input.form && this.input.form.elements[name];
      if (field) field.value = value;
    }
  }

  for (const input of document.querySelectorAll("input[data-options-from]")) new Combobox(input);
})();
