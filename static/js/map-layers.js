// What a map shows: the city, and upon it the page's marks. map.js fetches it with Leaflet.
(() => {
  const ZOOMS = { kelurahan: [0, 15], landmark: [14, 20], rw: [15, 16], rt: [17, 20] }; // when each is shown, first come first
  const LETTER = 7; // px, about
  const LINE = 18; // px

  // A point with its name beside it: words, never markup.
  function sign(at, look, words, options = {}) {
    const html = document.createElement("span");
    if (words) html.appendChild(document.createElement("b")).textContent = words;
    const icon = L.divIcon({ className: look, html, iconSize: null });
    return L.marker(at, Object.assign({ icon, interactive: false, keyboard: false }, options));
  }

  // Borders, and of the city's names those that there is room for.
  class Ground {
    constructor(map, { features }) {
      const borders = features.filter((each) => each.properties.kind === "boundary");
      this.map = map;
      this.points = [].concat(...features.map(({ properties, geometry }) => Ground.points(properties, geometry.coordinates)));
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

  // What on the page carries data-mark, each with its reach and its words.
  class Marks {
    constructor(map) {
      this.layer = L.layerGroup().addTo(map);
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

    draw(marks) {
      this.layer.clearLayers();
      for (const { element, kind, at, radius, label, old } of marks) {
        const interactive = Boolean(element) && element.matches("button, [role=option]");
        const options = { interactive, zIndexOffset: kind === "place" ? 1000 : 500, bubblingMouseEvents: false };
        const marker = sign(at, `map-mark ${kind}${old ? " old" : ""}`, label, options);
        if (interactive) marker.on("click", () => element.click());
        if (radius) this.layer.addLayer(L.circle(at, { radius, interactive: false, className: `map-reach ${kind}` }));
        this.layer.addLayer(marker);
      }
    }

    area(marks) {
      const area = L.latLngBounds([]);
      for (const { at, radius } of marks) area.extend(radius ? L.latLng(at).toBounds(2 * radius) : L.latLng(at));
      return area.isValid() ? area.pad(0.25) : null;
    }
  }

  window.MeteorMap = { Ground, Marks };
})();
