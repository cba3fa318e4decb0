// Streets of a map, drawn on one canvas below its boundaries: an overview from afar, all streets from close by. Each file
// is fetched when it is first needed, and kept. map.js loads this after Leaflet; docs/map.md says why it is drawn so.
(() => {
  const { box, seen } = window.MeteorMap;
  const CLOSE = 14.5; // zoom from which all streets are drawn
  const DEEP = 20; // zoom whose pixels geometries are kept in
  const BATCH = 20; // lines stroked at a time: longer paths are slow without a GPU
  const PADDING = 0.15; // of the view, drawn on each side
  const SHARPEST = 2; // pixels of the canvas in one of the page, at most
  // From the lowest to the highest: token of the colour, share of --line-strong in it, px at zoom 15, zoom it begins at.
  const LOOKS = {
    land: ["surface", 0, 0, 0], water: ["info-soft", 0, 2, 0], building: ["sunken", 0, 0, 15.5], coast: ["line-strong", 0, 1.2, 0],
    path: ["line", 0, 0.8, 15.5], service: ["line", 0, 1.2, 15], street: ["line", 0, 2.4, 0], main: ["line", 0.3, 4, 0],
    trunk: ["line", 0.55, 5.5, 0], railway: ["line-strong", 0, 1.6, 0],
  };
  const DASHES = { railway: [7, 4], path: [4, 3] };

  const parts = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const mix = (one, other, share) => `rgb(${parts(one).map((part, at) => Math.round(part + (parts(other)[at] - part) * share))})`;

  // The colours by class, as the page's style sheets have them now.
  function palette(canvas, context) {
    const style = getComputedStyle(canvas);
    const token = (name) => {
      context.fillStyle = style.getPropertyValue(`--${name}`).trim();
      return context.fillStyle; // always #rrggbb
    };
    const strong = token("line-strong");
    const colours = { name: token("ink-soft"), halo: token("surface"), font: style.fontFamily };
    for (const each of Object.keys(LOOKS)) colours[each] = mix(token(LOOKS[each][0]), strong, LOOKS[each][1]);
    return colours;
  }

  // A ring or line of [longitude, latitude] as x, y, x, y …
  function flat(points) {
    const line = new Float64Array(points.length * 2);
    points.forEach(([longitude, latitude], index) => {
      const { x, y } = L.CRS.EPSG3857.latLngToPoint(L.latLng(latitude, longitude), DEEP);
      line[2 * index] = x;
      line[2 * index + 1] = y;
    });
    return line;
  }

  // The features by class, each line or polygon with its box; the outer ring of a polygon is its first line.
  function shapes(features) {
    const found = {};
    for (const { properties, geometry } of features) {
      const { type, coordinates } = geometry;
      const several = type.startsWith("Multi") ? coordinates : [coordinates];
      const closed = type.endsWith("Polygon");
      for (const one of several) {
        const lines = (closed ? one : [one]).map(flat);
        (found[properties.class] = found[properties.class] || []).push({ name: properties.name, closed, lines, box: box(lines[0]) });
      }
    }
    return found;
  }

  // Adds a line to the path; points less than a pixel from the one before make no difference.
  function trace(context, line, { scale, left, top }) {
    let [x, y] = [line[0] * scale - left, line[1] * scale - top];
    context.moveTo(x, y);
    for (let at = 2; at < line.length; at += 2) {
      const [nextX, nextY] = [line[at] * scale - left, line[at + 1] * scale - top];
      if (at + 2 < line.length && Math.abs(nextX - x) < 1 && Math.abs(nextY - y) < 1) continue;
      [x, y] = [nextX, nextY];
      context.lineTo(x, y);
    }
  }

  function fill(context, each, view) {
    context.beginPath();
    for (const line of each.lines) trace(context, line, view);
    context.fill("evenodd");
  }

  function stroke(context, lines, view) {
    for (let at = 0; at < lines.length; at += BATCH) {
      context.beginPath();
      for (const each of lines.slice(at, at + BATCH)) trace(context, each.lines[0], view);
      context.stroke();
    }
  }

  function paint(context, city, colours, view) {
    Object.assign(context, { lineJoin: "round", lineCap: "round" });
    for (const each of Object.keys(LOOKS)) {
      const [, , width, from] = LOOKS[each];
      if (!city[each] || view.zoom < from) continue;
      const drawn = city[each].filter((shape) => seen(shape.box, view));
      Object.assign(context, { fillStyle: colours[each], strokeStyle: colours[each], lineWidth: Math.max(0.5, width * Math.pow(1.55, view.zoom - 15)) });
      context.setLineDash(DASHES[each] || []);
      context.lineCap = DASHES[each] ? "butt" : "round";
      drawn.filter(({ closed }) => closed).forEach((area) => fill(context, area, view));
      stroke(context, drawn.filter(({ closed }) => !closed), view);
    }
    context.setLineDash([]);
  }

  // Leaflet moves and scales the canvas; it is drawn again when the view leaves what is drawn.
  const Sheet = L.Renderer.extend({
    initialize(draw) {
      L.Renderer.prototype.initialize.call(this, { pane: "streets", padding: PADDING });
      this.draw = draw;
    },
    _initContainer() {
      this._container = document.createElement("canvas");
    },
    _destroyContainer() {
      this._container.remove();
    },
    _update() {
      if (!(this._map._animatingZoom && this._bounds) && !this.holds()) this.redraw();
    },
    holds() {
      const map = this._map;
      if (!this.origin || this._zoom !== map.getZoom() || !this.origin.equals(map.getPixelOrigin())) return false;
      const corner = map.containerPointToLayerPoint([0, 0]);
      return this._bounds.contains(L.bounds(corner, corner.add(map.getSize())));
    },
    redraw() {
      L.Renderer.prototype._update.call(this);
      const [canvas, ratio, { x: width, y: height }] = [this._container, Math.min(devicePixelRatio || 1, SHARPEST), this._bounds.getSize()];
      Object.assign(canvas, { width: width * ratio, height: height * ratio }); // also clears it
      Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
      L.DomUtil.setPosition(canvas, this._bounds.min);
      this.origin = this._map.getPixelOrigin();
      const { x: left, y: top } = this._bounds.min.add(this.origin);
      const context = canvas.getContext("2d");
      context.scale(ratio, ratio);
      this.draw(context, { left, top, width, height, zoom: this._zoom, scale: Math.pow(2, this._zoom - DEEP) });
    },
  });

  class Streets {
    // `addresses`: of the GeoJSON files "overview" and "streets"; `fetched`: fetches one.
    constructor(map, addresses, fetched, basemap) {
      map.createPane("streets").style.zIndex = 350; // above tiles, below boundaries
      const land = basemap.areas.map(({ geometry }) => ({ geometry, properties: { class: "land" } }));
      Object.assign(this, { map, addresses, fetched, basemap, land: shapes(land), files: {}, asked: {} });
      this.sheet = new Sheet((context, view) => this.draw(context, view));
      this.load("overview");
      map.whenReady(() => {
        this.sheet.addTo(map);
        map.on("zoomend", () => this.closer()); // after what it adds to the map
        this.closer();
      });
      matchMedia("(prefers-color-scheme: dark)").addListener(() => this.sheet.redraw());
    }

    closer() {
      if (this.map.getZoom() >= CLOSE) this.load("streets");
    }

    // What could not be fetched is asked for again at the next zoom.
    load(name) {
      if (this.asked[name]) return;
      this.asked[name] = this.fetched(this.addresses[name]).then(
        ({ features }) => {
          const found = shapes(features);
          this.files[name] = { shapes: found, names: new window.MeteorMap.StreetNames(found) };
          if (this.sheet._map) this.sheet.redraw();
        },
        () => (this.asked[name] = null),
      );
    }

    draw(context, view) {
      const colours = palette(this.sheet._container, context);
      paint(context, this.land, colours, view);
      const file = (view.zoom >= CLOSE && this.files.streets) || this.files.overview;
      if (!file) return;
      paint(context, file.shapes, colours, view);
      file.names.draw(context, colours, view, this.basemap.words(view));
    }
  }

  window.MeteorMap = Object.assign(window.MeteorMap || {}, { Streets });
})();
