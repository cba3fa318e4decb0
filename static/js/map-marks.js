// Marks of a map: what on the page carries data-mark, and the points that its forms have. Only what has changed is touched.
// map-drawn.js draws each. map.js loads it. The attributes: templates/parts/map.html.
(() => {
  const { Drawn, Labels } = window.MeteorMap;
  const MOVING = ["incident", "unit", "reporter"]; // they change by themselves
  const READ = ["class", "aria-current"].concat(
    ["latitude", "longitude", "radius", "label", "short", "old", "priority", "late", "kind", "status", "heading", "since", "to", "trail", "cover"].map((name) => `data-${name}`),
  ); // attributes that change what is drawn
  const ENDANGERED = "in_danger"; // the status of a unit whose officer is in danger: seen first, with the drawing of P1
  const RANKS = { closure: 4.2, staging: 4.5, unit: 5 }; // after incidents, which have their priority
  const TURN = 2.4; // radians from one try to the next: a sunflower's
  const TRIES = 150;
  const ROWS = 100000; // cells in a column: more than any screen has
  const AROUND = [-ROWS, 0, ROWS].reduce((steps, column) => steps.concat([column - 1, column, column + 1]), []);

  const point = (text) => text.split(",").map(Number);

  function read(element, stale) {
    const { mark: kind, latitude, longitude, radius, label, short, priority, late, kind: vehicle, status, heading, since, to, trail, opens, old } = element.dataset;
    const [incident, unit] = [kind === "incident" && priority, kind === "unit" && vehicle];
    const current = element.getAttribute("aria-current") === "true";
    const behind = late !== undefined || (incident && element.querySelector("time[data-late]"));
    const aged = old !== undefined || (stale && Boolean(element.closest(".is-stale")));
    const looks = [kind, incident && `p${priority}`, unit && status, (incident || unit) && "brief", behind && "late", current && "current", aged && "old"];
    return {
      element, kind, current, to, status, opens: opens !== undefined, label: label || "", short: short || "", radius: Number(radius) || 0, at: [Number(latitude), Number(longitude)],
      look: ["map-mark"].concat(looks.filter(Boolean)).join(" "), glyph: incident ? `p${priority}` : (status === ENDANGERED ? "p1" : unit) || "", heading: kind === "unit" && heading ? Number(heading) : null, since: (label && since) || "",
      trail: trail ? trail.trim().split(/\s+/).map(point) : [],
      rank: current ? 0 : status === ENDANGERED ? 0.5 : kind === "incident" ? Number(priority || 1) : RANKS[kind] || 6,
    };
  }

  const plain = ({ kind, at, radius, label }) => ({ kind, at, radius, label, short: "", look: `map-mark ${kind}`, glyph: "", heading: null, since: "", trail: [], rank: 0 });

  class Marks {
    // `take` is given the place of a choice that is pressed and is no button itself.
    constructor(map, take) {
      Object.assign(this, { map, take, layer: L.layerGroup().addTo(map), drawn: new Map(), labels: new Labels(map.getContainer()) });
      map.on("zoomend", () => this.spread());
    }

    // Calls `changed` when the page does, outside of the map's own box.
    watch(box, changed) {
      const observer = new MutationObserver((all) => all.some(({ target }) => !box.contains(target)) && changed());
      observer.observe(document.querySelector("main"), { subtree: true, childList: true, attributes: true, attributeFilter: READ });
      for (const name of ["focusin", "focusout", "mouseover"]) document.addEventListener(name, ({ type, target }) => this.point(type === "focusout" ? null : target));
    }

    // Shows the label of the line that has the focus, or the mouse.
    point(target) {
      const line = target && target.closest("[data-mark]");
      const pointed = line && this.drawn.get(line.id);
      if (pointed === this.pointed) return;
      if (this.pointed) this.pointed.point(false);
      if (pointed) pointed.point(true);
      this.pointed = pointed;
    }

    // Draws what has changed, if anything has, and says whether `places` have: all but what moves by itself. A form's
    // point stands for what else is of its kind.
    draw(points) {
      const stale = Boolean(document.querySelector(".is-stale"));
      this.marks = [...document.querySelectorAll("main [data-mark][data-latitude]")].map((element) => read(element, stale)).filter((mark) => points.every(({ kind }) => kind !== mark.kind)).concat(points.map(plain));
      const keyed = this.keyed();
      let changed = false;
      this.drawn.forEach((drawn, key) => {
        if (keyed.has(key)) return;
        drawn.remove();
        changed = this.drawn.delete(key);
      });
      keyed.forEach((mark, key) => {
        if (!this.drawn.has(key)) this.drawn.set(key, new Drawn(this.layer));
        changed = this.drawn.get(key).put(mark, this.press(mark)) || changed;
      });
      keyed.forEach((mark, key) => (changed = this.join(mark, this.drawn.get(key)) || changed));
      if (!changed) return null;
      this.spread();
      const places = this.marks.filter(({ kind }) => !MOVING.includes(kind)).map(({ at, radius, look, label }) => [at, radius, look, label].join()).join("|");
      const news = { places: places !== this.places };
      this.places = places;
      return news;
    }

    // The marks by their elements' ids; those without one by what they are.
    keyed() {
      const found = new Map();
      for (const mark of this.marks) {
        const name = (mark.element && mark.element.id) || `${mark.kind} ${mark.label}`;
        let [key, more] = [name, 1];
        while (found.has(key)) key = `${name} ${(more += 1)}`;
        found.set(key, mark);
      }
      return found;
    }

    // The line from a unit to its incident.
    join({ at, to, status }, drawn) {
      const goal = to && this.drawn.get(to);
      const shows = goal && [at, goal.mark.at, status === "offered"].join();
      return drawn.line("way", shows, () => L.polyline([at, goal.mark.at], { interactive: false, className: `map-way ${status}` }));
    }

    press({ element, kind, at, opens }) {
      if (element && element.matches("button, [role=option]")) return () => element.click();
      if (element && opens) return () => element.querySelector("a[href], button").click();
      return kind === "choice" && this.take ? () => this.take(at) : null;
    }

    // Puts marks that would lie on one another beside each other, the more important ones first.
    spread() {
      const apart = this.labels.rem; // px between the middles of two marks that would hide each other
      const taken = new Map(); // spots by their cell, `apart` wide
      const cell = (x, y) => Math.floor(x / apart) * ROWS + Math.floor(y / apart);
      const met = (spots, x, y) => spots && spots.some((spot) => Math.hypot(x - spot[0], y - spot[1]) < apart);
      const near = (x, y) => AROUND.some((step) => met(taken.get(cell(x, y) + step), x, y));
      const brief = [...this.drawn.values()].filter(({ mark }) => mark.look.includes(" brief"));
      for (const drawn of brief.sort((one, other) => one.mark.rank - other.mark.rank)) {
        const { x, y } = this.map.latLngToLayerPoint(drawn.mark.at);
        let place = [0, 0];
        for (let tried = 1; tried < TRIES && near(x + place[0], y + place[1]); tried++) {
          place = [Math.cos(tried * TURN), Math.sin(tried * TURN)].map((way) => way * apart * Math.sqrt(tried));
        }
        const spot = [x + place[0], y + place[1]];
        taken.set(cell(...spot), (taken.get(cell(...spot)) || []).concat([spot]));
        if (String(place) !== String(drawn.place)) drawn.shift(place);
      }
      this.labels.spread([...this.drawn.values()], this.map);
    }

    get area() {
      const area = L.latLngBounds([]);
      for (const { kind, at, radius, trail } of this.marks) {
        area.extend(radius ? L.latLng(at).toBounds(2 * radius) : L.latLng(at));
        if (kind === "warned") for (const corner of trail) area.extend(corner);
      }
      return area.isValid() ? area.pad(0.25) : null;
    }
  }

  window.MeteorMap = Object.assign(window.MeteorMap, { Marks });
})();
