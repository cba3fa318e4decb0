// An empty map, and the city on it: its boundaries and names. map.js loads it after Leaflet.
(() => {
  const ZOOMS = { kelurahan: [0, 17], landmark: [14, 20], rw: [15, 16.5], rt: [17, 20] }; // when each is shown, first come first
  const WORDS = { kelurahan: 0, landmark: 0.6 }; // middle of a name beside its point, in its widths
  const LETTER = 7; // px, about
  const LINE = 18; // px

  // A map without anything on it; `takes`: its clicks take a place, instead of zooming; `wheel`: a wheel zooms it.
  function empty(canvas, tiles, { takes, wheel }) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const map = L.map(canvas, {
      attributionControl: false, zoomControl: false, keyboard: false, minZoom: 5, maxZoom: 19, zoomSnap: 0.5,
      doubleClickZoom: !takes, scrollWheelZoom: takes || wheel, zoomAnimation: !still, fadeAnimation: !still,
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
      this.areas = borders;
      this.points = [].concat(...features.map(({ properties, geometry }) => Basemap.points(properties, geometry.coordinates)));
      this.points.sort((one, other) => Object.keys(ZOOMS).indexOf(one.kind) - Object.keys(ZOOMS).indexOf(other.kind));
      this.borders = L.geoJSON(borders, { interactive: false, style: { className: "map-border" } }).addTo(map);
      this.area = L.latLngBounds(this.points.map((each) => each.at)).extend(this.borders.getBounds());
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

    // Where words may lie at a zoom, by their middles and widths, in px of a view of the map's world.
    words({ zoom, left, top }) {
      const named = this.points.filter(({ kind }) => kind in WORDS && zoom >= ZOOMS[kind][0] && zoom <= ZOOMS[kind][1]);
      return named.map(({ kind, name, at }) => {
        const [{ x, y }, width] = [L.CRS.EPSG3857.latLngToPoint(L.latLng(at), zoom), name.length * LETTER];
        return { x: x - left + WORDS[kind] * width, y: y - top, width };
      });
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

  window.MeteorMap = Object.assign(window.MeteorMap || {}, { Basemap, empty, sign });
})();
