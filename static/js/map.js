// The city's map: every <div data-map>, see templates/parts/map.html. Shows what on the page carries data-mark, and where
// it fills fields takes a point: by a click, or by keys that move the map below the cross in its middle and take what
// is there. Leaflet and the map's other scripts are fetched when a map is first seen. Looks: static/css/map.css.
(() => {
  const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  const ZOOMING = { "+": 1, "=": 1, "-": -1 };
  const STEP = 24; // px that an arrow moves; five times as far with Shift
  const REACH = 20; // px: nobody points more exactly
  const FINEST = 10; // m
  const SETTLED = 400; // ms after the last key
  const maps = []; // of this page; each shows what the others have taken
  let fetched = null;

  function script(src) {
    return new Promise((onload, onerror) => {
      document.head.appendChild(Object.assign(document.createElement("script"), { src, onload, onerror, async: false })); // in their order
    });
  }

  function leaflet({ scripts, style }) {
    if (fetched) return fetched;
    const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: style });
    document.head.insertBefore(sheet, document.querySelector("link")); // ours come after it
    fetched = Promise.all(scripts.split(" ").map(script));
    return fetched;
  }

  async function json(address) {
    const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  // The form's fields that take a point, by what they take: "latitude longitude radius label=place_label".
  class Fields {
    constructor(form, { fills, kind, named }) {
      Object.assign(this, { kind, named });
      this.fields = fills.split(" ").map((pair) => pair.split("=")).map(([name, source]) => [source || name, form.elements[name]]);
      this.first = this.fields[0][1];
    }

    get point() {
      const values = {};
      for (const [name, field] of this.fields) values[name] = field.value.trim().replace(",", ".");
      const [latitude, longitude] = [Number(values.latitude), Number(values.longitude)];
      const known = values.latitude && values.longitude && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
      return known ? { kind: this.kind, at: [latitude, longitude], radius: Number(values.radius) || 0, label: this.named } : null;
    }

    get reaches() {
      return this.fields.some(([name]) => name === "radius");
    }

    fill(detail) {
      for (const [name, field] of this.fields) field.value = detail[name] || "";
      this.first.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  class CityMap {
    constructor(box) {
      const part = (name) => box.querySelector(`.map-${name}`);
      const form = box.closest("form");
      Object.assign(this, { box, canvas: part("canvas"), middle: part("middle"), taken: part("taken"), clearing: part("clear") });
      this.sheet = box.querySelector("details");
      this.fields = box.dataset.fills ? new Fields(form, box.dataset) : null;
      this.told = this.fields && !this.clearing.hidden ? String(this.fields.point && this.fields.point.at) : "";
      box.hidden = false;
      if (this.sheet) this.sheet.addEventListener("toggle", () => (this.sheet.open ? this.open() : this.closed()));
      else box.addEventListener("map:show", async ({ detail }) => (await this.open()) && this.standing.show(detail));
      if (location.hash === `#${box.id}`) box.scrollIntoView(); // it was hidden when the page went there
      if (!this.sheet) this.open();
      else if (this.sheet.open) new IntersectionObserver(([seen]) => seen.isIntersecting && this.open()).observe(box);
      if (!this.fields) return;
      for (const name of ["change", "chosen"]) form.addEventListener(name, () => this.changed());
      this.clearing.addEventListener("click", () => this.fields.fill({}));
    }

    async open() {
      if (this.fields && this.box.contains(document.activeElement)) this.canvas.focus();
      if (!this.map) this.map = this.build().catch(() => this.failed());
      const map = await this.map;
      if (map) map.invalidateSize();
      return map;
    }

    failed() {
      fetched = this.map = null; // opened again, it tries again
      this.middle.textContent = this.box.dataset.failed;
    }

    async build() {
      const { basemap, tiles, overview, streets } = this.box.dataset;
      const [city] = await Promise.all([json(basemap), leaflet(this.box.dataset)]);
      const { Basemap, Marks, Standing, Streets, empty } = window.MeteorMap;
      const map = (this.leaflet = empty(this.canvas, tiles, { takes: Boolean(this.fields), wheel: !this.sheet }));
      this.basemap = new Basemap(map, city);
      map.fitBounds(this.basemap.area.isValid() ? this.basemap.area : [[-85, -180], [85, 180]], { animate: false });
      if (streets) new Streets(map, { overview, streets }, json, this.basemap);
      this.marks = new Marks(map, this.fields ? ([lat, lng]) => this.take({ lat, lng }) : null);
      if (!this.sheet) this.standing = new Standing(this);
      this.show();
      this.listen(map);
      this.canvas.dataset.ready = this.middle.textContent = "";
      return map;
    }

    listen(map) {
      const steered = () => (this.steered = true);
      for (const name of ["wheel", "pointerdown", "touchstart"]) this.canvas.addEventListener(name, steered, { passive: true });
      this.canvas.addEventListener("keydown", (event) => this.pressed(event));
      for (const button of this.box.querySelectorAll("[data-zoom]")) button.addEventListener("click", () => steered() && this.zoom(Number(button.dataset.zoom)));
      if (this.fields) map.on("click", (event) => this.take(event.latlng));
      this.marks.watch(this.box, () => this.show());
    }

    // --- what is shown ---
    show() {
      if (!this.leaflet) return;
      const news = this.marks.draw(maps.map(({ fields }) => fields && fields.point).filter(Boolean));
      if (this.standing) this.standing.shown();
      if (this.standing || !news) return;
      if (news.places && !this.taking && !this.handled) this.steered = false;
      if (!this.steered) this.leaflet.fitBounds(this.marks.area || this.basemap.area, { maxZoom: Number(this.box.dataset.closest), animate: false });
    }

    // It never moves under the hands of who moves it.
    get handled() {
      return this.box.matches(":focus-within, :hover");
    }

    // --- what is taken ---
    pressed(event) {
      const { key } = event;
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const map = this.leaflet;
      if (ARROWS[key]) map.panBy(ARROWS[key].map((step) => step * STEP * (event.shiftKey ? 5 : 1)), { animate: false });
      else if (ZOOMING[key]) this.zoom(ZOOMING[key]);
      else if (key === "Enter" && this.fields) this.take(map.getCenter());
      else if (key === "Escape" && this.sheet) this.sheet.open = false;
      else return;
      event.preventDefault();
      this.steered = true;
      if (this.fields && key !== "Enter" && key !== "Escape") this.moved();
    }

    // At once: while Leaflet animates, it does not hear the next press.
    zoom(steps) {
      this.leaflet.setZoom(this.leaflet.getZoom() + steps, { animate: false });
    }

    // Who was in it goes on from its button.
    closed() {
      const at = document.activeElement;
      if (at === document.body || this.box.contains(at)) this.sheet.querySelector("summary").focus();
    }

    moved() {
      clearTimeout(this.settling);
      const asked = (this.settling = setTimeout(async () => {
        const { lat, lng } = this.leaflet.getCenter();
        const words = await this.words(lat.toFixed(6), lng.toFixed(6));
        if (asked === this.settling) this.middle.textContent = `${this.middle.dataset.words} ${words}`;
      }, SETTLED));
    }

    async take({ lat, lng }) {
      const map = this.leaflet;
      const finger = map.distance(map.containerPointToLatLng([0, 0]), map.containerPointToLatLng([REACH, 0]));
      const point = { latitude: lat.toFixed(6), longitude: lng.toFixed(6), radius: String(Math.max(FINEST, Math.round(finger))), from: "map" };
      clearTimeout(this.settling);
      this.settling = 0;
      this.middle.textContent = "";
      this.put(point);
      const label = await this.words(point.latitude, point.longitude);
      if (this.told !== String(this.fields.point && this.fields.point.at)) return; // another has been taken meanwhile
      this.put(Object.assign({ label }, point));
      this.say(this.fields.reaches ? `${label} (± ${point.radius} m)` : label);
    }

    put(point) {
      this.told = String([Number(point.latitude), Number(point.longitude)]);
      this.taking = true;
      this.fields.fill(point);
      this.taking = false;
    }

    changed() {
      if (this.told && this.told !== String(this.fields.point && this.fields.point.at)) this.say("");
      this.show();
    }

    say(words) {
      if (!words) this.told = "";
      this.clearing.hidden = !words;
      this.taken.textContent = words && `${this.taken.dataset.words} ${words}`;
    }

    words(latitude, longitude) {
      const plain = `${Number(latitude).toFixed(5)}, ${Number(longitude).toFixed(5)}`;
      return json(`${this.box.dataset.place}?latitude=${latitude}&longitude=${longitude}`).then((said) => said.words || plain, () => plain);
    }
  }

  maps.push(...[...document.querySelectorAll("[data-map]")].map((box) => new CityMap(box)));
})();
