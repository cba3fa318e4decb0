// One mark of a map as it is drawn: its drawing, label, reach and trail. map-marks.js says which there are. map.js loads it.
(() => {
  const { sign } = window.MeteorMap;
  const SVG = "http://www.w3.org/2000/svg";

  // The drawing of a kind or priority, if the page has it.
  function glyph(name) {
    if (!name || !document.getElementById(`map-glyph-${name}`)) return null;
    const drawing = document.createElementNS(SVG, "svg");
    drawing.appendChild(document.createElementNS(SVG, "use")).setAttribute("href", `#map-glyph-${name}`);
    return drawing;
  }

  function arrow(degrees) {
    const shown = document.createElement("i");
    shown.style.transform = `rotate(${degrees}deg)`;
    return shown;
  }

  // One mark as it is drawn: its marker, and what belongs to it.
  class Drawn {
    constructor(layer) {
      Object.assign(this, { layer, lines: {}, place: [0, 0], label: "", words: "" });
    }

    // Draws what differs from before; whether anything did.
    put(mark, press) {
      const before = this.mark;
      this.mark = mark;
      this.press = press;
      const look = [mark.look, mark.label, mark.short, mark.glyph, mark.heading, Boolean(mark.since), Boolean(press)].join("|");
      const moved = !before || String(before.at) !== String(mark.at);
      const changed = look !== this.look;
      if (changed) this.dress(mark, press);
      else if (moved) this.marker.setLatLng(mark.at);
      this.look = look;
      if (mark.since) this.marker.getElement().querySelector("time").dateTime = mark.since;
      const { at, radius, kind, trail } = mark;
      const reached = this.line("reach", radius && [at, radius].join(), () => L.circle(at, { radius, interactive: false, className: `map-reach ${kind}` }));
      const trailed = this.line("trail", trail.length > 1 && trail.join(" "), () => L.polyline(trail, { interactive: false, className: `map-trail ${kind}` }));
      return moved || changed || reached || trailed;
    }

    dress({ at, look, label, short, heading, since, glyph: name }, press) {
      const marker = sign(at, look, label, { interactive: Boolean(press), bubblingMouseEvents: false, riseOnHover: true });
      const { html } = marker.options.icon.options;
      if (short) html.dataset.short = short;
      const drawing = glyph(name);
      if (drawing) html.insertBefore(drawing, html.firstChild);
      if (drawing) marker.options.icon.options.className = `${look} drawn`;
      if (since) html.lastChild.appendChild(Object.assign(document.createElement("time"), { className: "age" })); // live.js lets it run
      if (heading !== null) html.appendChild(arrow(heading));
      if (this.marker && this.marker.options.interactive === Boolean(press)) this.marker.setLatLng(at).setIcon(marker.options.icon);
      else {
        if (this.marker) this.marker.remove();
        this.marker = marker.addTo(this.layer);
        if (press) marker.on("click", () => this.press());
      }
      const { number } = (this.mark.element || {}).dataset || {};
      if (number) this.marker.getElement().dataset.number = number; // what is dropped on it
      this.height = this.mark.kind === "place" ? 1000 : this.mark.current ? 3000 : 900 - 100 * this.mark.rank;
      this.marker.setZIndexOffset(this.height);
      this.shift(this.place);
      this.words = label;
      this.lay(this.label, label);
    }

    // A line or circle of the mark, drawn anew if what it shows has changed.
    line(name, shows, make) {
      const known = this.lines[name];
      if ((known ? known.shows : "") === (shows || "")) return false;
      if (known) known.line.remove();
      if (shows) this.lines[name] = { shows, line: make().addTo(this.layer) };
      else delete this.lines[name];
      return true;
    }

    // Puts the mark beside its point, in px.
    shift(place) {
      this.place = place;
      const { style } = this.marker.getElement();
      [style.marginLeft, style.marginTop] = place.map((way) => (way ? `${Math.round(way)}px` : ""));
    }

    point(pointed) {
      this.marker.getElement().classList.toggle("pointed", pointed);
      this.marker.setZIndexOffset(pointed ? 2500 : this.height);
    }

    // Where the label lies: "" beside the mark, "left" of it, "above" or "below", or "crowded" out; and its words.
    lay(label, words) {
      const { classList } = this.marker.getElement();
      for (const each of ["left", "above", "below", "crowded"]) classList[each === label ? "add" : "remove"](each);
      if (words !== this.words) this.marker.getElement().querySelector("b").firstChild.data = words;
      Object.assign(this, { label, words });
    }

    remove() {
      for (const part of [this.marker].concat(Object.keys(this.lines).map((name) => this.lines[name].line))) part.remove();
    }
  }

  window.MeteorMap = Object.assign(window.MeteorMap, { Drawn });
})();
