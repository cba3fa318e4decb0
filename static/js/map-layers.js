// Layers of a map: the city and the page's marks. map.js loads it with Leaflet.
(() => {
  const ZOOMS = { kelurahan: [0, 17], landmark: [14, 20], rw: [15, 16.5], rt: [17, 20] }; // when each is shown, first come first
  const LETTER = 7; // px, about
  const LINE = 18; // px

  // A map without anything on it; `takes`: its clicks take a place, instead of zooming.
  function empty(canvas, tiles, takes) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const map = L.map(canvas, {
      attributionControl: false, zoomControl: false, keyboard: false, minZoom: 5, maxZoom: 19, zoomSnap: 0.5,
      doubleClickZoom: !takes, scrollWheelZoom: takes, zoomAnimation: !still, fadeAnimation: !still,
    });
    map.getPane("mapPane").setAttribute("aria-hidden", "true"); // the page itself says all of it
    if (tiles) L.tileLayer(tiles, { maxZoom: 19 }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    return map;
  }

  // A point with its name beside it: words, never markup.
  function sign(at, look, words, options = {}) {
    const html = document.createElement("span");
    if (words) html.appendChild(document.createElement("b")).textContent = words;
    const icon = L.divIcon({ className: look, html, iconSize: null });
    return L.marker(at, Object.assign({ icon, interactive: false, keyboard: false }, options));
  }

  // Borders, and of the city's names those that there is room for.
  class Basemap {
    constructor(map, { features }) {
      const borders = features.filter((each) => each.properties.kind === "boundary");
      this.map = map;
      this.points = [].concat(...features.map(({ properties, geometry }) => Basemap.points(properties, geometry.coordinates)));
      this.points.sort((one, other) => Object.keys(ZOOMS).indexOf(one.kind) - Object.keys(ZOOMS).indexOf(other.kind));
      this.area = L.latLngBounds(this.points.map((each) => each.at));
      L.geoJSON(borders, { interactive: false, style: { className: "map-border" } }).addTo(map);
      this.names = L.layerGroup().addTo(map);
      map.on("moveend", () => this.draw());
    }

    static points({ kind, name, rt }, coordinates) {
      const at = ([longitude, latitude]) => [latitude, longitude];
      if (kind === "rw") {
        const rts = coordinates.map((point, index) => ({ kind: "rt", name: rt[index], at: at(point) }));
        return rts.concat({ kind, name, at: L.latLngBounds(rts.map((each) => each.at)).getCenter() });
      }
      return kind === "boundary" ? [] : [{ kind, name, at: at(coordinates) }];
    }

    draw() {
      const [zoom, seen, taken] = [this.map.getZoom(), this.map.getBounds(), []];
      this.names.clearLayers();
      for (const { kind, name, at } of this.points) {
        if (zoom < ZOOMS[kind][0] || zoom > ZOOMS[kind][1] || !seen.contains(at)) continue;
        const { x, y } = this.map.latLngToContainerPoint(at);
        const width = name.length * LETTER + LINE;
        const free = taken.every((other) => Math.abs(y - other.y) > LINE || x > other.x + other.width || other.x > x + width);
        if (free) taken.push({ x, y, width });
        this.names.addLayer(sign(at, `map-name ${kind}`, free ? name : ""));
      }
    }
  }

  // What on the page carries data-mark, and the points that its forms have: each with its reach and its words.
  class Marks {
    // `take` is given the place of a choice that is pressed and is no button itself.
    constructor(map, take) {
      this.layer = L.layerGroup().addTo(map);
      this.take = take;
    }

    found() {
      return [...document.querySelectorAll("main [data-mark][data-latitude]")].map((element) => ({
        element,
        kind: element.dataset.mark,
        at: [Number(element.dataset.latitude), Number(element.dataset.longitude)],
        radius: Number(element.dataset.radius) || 0,
        label: element.dataset.label || "",
        old: "old" in element.dataset || Boolean(element.closest(".is-stale")),
      }));
    }

    // Draws anew what has changed, if anything has, and says whether `places` have: all but what moves by itself. A
    // form's point stands for what else is of its kind.
    draw(points) {
      const marks = this.found().filter((mark) => points.every(({ kind }) => kind !== mark.kind)).concat(points);
      const of = (some) => JSON.stringify(some.map(({ kind, at, radius, label, old }) => [kind, at, radius, label, old]));
      if (of(marks) === this.seen) return null;
      const places = of(marks.filter(({ kind }) => !["incident", "unit", "reporter"].includes(kind)));
      const news = { places: places !== this.places };
      Object.assign(this, { seen: of(marks), places, marks });
      this.layer.clearLayers();
      for (const { element, kind, at, radius, label, old } of marks) {
        const press = this.press(element, kind, at);
        const interactive = Boolean(press);
        const options = { interactive, zIndexOffset: kind === "place" ? 1000 : 500, bubblingMouseEvents: false };
        const marker = sign(at, `map-mark ${kind}${old ? " old" : ""}`, label, options);
        if (interactive) marker.on("click", press);
        if (radius) this.layer.addLayer(L.circle(at, { radius, interactive: false, className: `map-reach ${kind}` }));
        this.layer.addLayer(marker);
      }
      return news;
    }

    press(element, kind, at) {
      if (element && element.matches("button, [role=option]")) return () => element.click();
      return kind === "choice" && this.take ? () => this.take(at) : null;
    }

    get area() {
      const area = L.latLngBounds([]);
      for (const { at, radius } of this.marks) area.extend(radius ? L.latLng(at).toBounds(2 * radius) : L.latLng(at));
      return area.isValid() ? area.pad(0.25) : null;
    }
  }

  window.MeteorMap = { Basemap, Marks, empty };
})();
