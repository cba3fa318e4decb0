// The map of a pane, which is always open: it shows the whole city, then only what is selected, and how well each kelurahan
// is covered. map.js loads it. The markup: city_map in templates/parts/map.html.
(() => {
  const CLOSE = 16; // zoom at which one element is shown
  const KEPT = "map-coverage";

  // The kelurahan's areas, tinted by the elements that carry data-area and data-cover.
  class Coverage {
    constructor(choice, borders) {
      Object.assign(this, { choice, borders, box: choice.querySelector("input") });
      this.box.checked = Coverage.kept() === "on";
      this.box.addEventListener("change", () => this.chosen());
    }

    static kept() {
      try {
        return localStorage.getItem(KEPT);
      } catch (refused) {
        return null;
      }
    }

    chosen() {
      try {
        localStorage.setItem(KEPT, this.box.checked ? "on" : "off");
      } catch (refused) {
        // it holds for this page
      }
      this.draw();
    }

    draw() {
      const covers = new Map();
      for (const { dataset } of document.querySelectorAll("main [data-area][data-cover]")) covers.set(dataset.area, dataset.cover);
      this.choice.hidden = !covers.size || !this.borders.getLayers().length; // without boundaries there is nothing to tint
      this.borders.eachLayer((border) => {
        const cover = this.box.checked ? covers.get(String(border.feature.properties.id)) : "";
        for (const each of ["near", "far", "none"]) border.getElement().classList[each === cover ? "add" : "remove"](`cover-${each}`);
      });
    }
  }

  // The kelurahan that warnings touch, by the elements that carry data-area and data-warned, the most severe first.
  function tintWarned(borders) {
    const warned = new Map();
    for (const { dataset } of document.querySelectorAll("main [data-area][data-warned]")) {
      if (!warned.has(dataset.area)) warned.set(dataset.area, dataset.warned);
    }
    borders.eachLayer((border) => {
      const level = warned.get(String(border.feature.properties.id));
      if (level) border.getElement().classList.add(`warned-${level}`);
    });
  }

  // The areas that messages outline themselves, by the elements that carry data-outline, pairs of degrees.
  function drawOutlines(map) {
    for (const { dataset } of document.querySelectorAll("main [data-outline]")) {
      const points = dataset.outline.split(" ").map((pair) => pair.split(",").map(Number));
      L.polygon(points, { interactive: false, className: `map-outline warned-${dataset.warned}` }).addTo(map);
    }
  }

  class Standing {
    constructor({ box, canvas, leaflet, basemap, marks }) {
      Object.assign(this, { canvas, map: leaflet, basemap, marks, selected: "" });
      this.coverage = new Coverage(box.querySelector(".map-coverage"), basemap.borders);
      box.querySelector("[data-whole]").addEventListener("click", () => this.whole());
      tintWarned(basemap.borders);
      drawOutlines(leaflet);
      if (window.ResizeObserver) new ResizeObserver(() => this.resized()).observe(canvas);
    }

    // A pane that was hidden has its size only now. A wall's map, which nobody moves, shows the whole city at any size.
    resized() {
      this.map.invalidateSize({ animate: false });
      if (!this.fitted || this.canvas.closest(".city-wall")) this.fitted = this.whole();
    }

    // After the marks have been drawn; the city is fitted once, before anything else.
    shown() {
      if (!this.fitted) this.fitted = this.whole();
      this.coverage.draw();
      const current = this.marks.marks.find((mark) => mark.current);
      const selected = current ? current.element.id || current.label : "";
      if (selected && selected !== this.selected && !this.map.getBounds().contains(current.at)) this.map.panTo(current.at, this.motion);
      this.selected = selected;
    }

    whole() {
      const { area } = this.basemap;
      const seen = area.isValid() ? area : this.marks.area;
      const room = this.canvas.clientWidth > 0;
      if (seen && room) this.map.fitBounds(seen, { animate: false, maxZoom: CLOSE });
      return Boolean(seen) && room;
    }

    // Without an id it shows again what was seen before.
    show(id) {
      const drawn = this.marks.drawn.get(id);
      if (drawn) {
        this.before = this.before || { at: this.map.getCenter(), zoom: this.map.getZoom() };
        this.map.setView(drawn.mark.at, Math.max(this.map.getZoom(), CLOSE), this.motion);
      } else if (!id && this.before) {
        this.map.setView(this.before.at, this.before.zoom, this.motion);
        this.before = null;
      }
    }

    get motion() {
      return { animate: !matchMedia("(prefers-reduced-motion: reduce)").matches };
    }
  }

  window.MeteorMap = Object.assign(window.MeteorMap, { Standing });
})();
