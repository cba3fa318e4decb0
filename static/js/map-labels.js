// Labels of a map's marks: each beside its mark where there is room, the more important ones first. map-marks.js asks.
(() => {
  const NEAR = 15; // zoom from which units have their labels
  const ALWAYS = 1; // rank up to which a label is never left out: P1, what is selected, and the points of a form
  const AGE = "00:00"; // what follows the label of a mark whose age is shown
  const [LINE, BESIDE, HALF, PADDING] = [1.7, 1.125, 0.75, 1.25]; // rem: a label's height with its border, its distance from the middle, half a mark

  const apart = (one, other) => one.left >= other.right || other.left >= one.right || one.top >= other.bottom || other.top >= one.bottom;

  class Labels {
    constructor(container) {
      this.rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
      this.pen = document.createElement("canvas").getContext("2d");
      const { fontFamily, fontSize } = getComputedStyle(container);
      this.pen.font = `700 ${fontSize} ${fontFamily}`;
      this.widths = new Map();
    }

    width(words) {
      if (!this.widths.has(words)) this.widths.set(words, this.pen.measureText(words).width + PADDING * this.rem);
      return this.widths.get(words);
    }

    // Boxes in px of the map's layer: of a mark, and of its label on one side of it.
    box({ x, y }) {
      const half = HALF * this.rem;
      return { left: x - half, right: x + half, top: y - half, bottom: y + half };
    }

    beside({ x, y }, { label, since }, side) {
      const [width, far, half] = [this.width(since ? label + AGE : label), BESIDE * this.rem, (LINE * this.rem) / 2];
      const left = side ? x - far - width : x + far;
      return { left, right: left + width, top: y - half, bottom: y + half };
    }

    spread(drawn, map) {
      const spots = new Map(drawn.map((each) => [each, map.latLngToLayerPoint(each.mark.at).add(each.place)]));
      const marks = drawn.map((each) => Object.assign(this.box(spots.get(each)), { of: each }));
      const taken = [];
      const free = (each, box) => taken.every((other) => apart(box, other)) && marks.every((other) => other.of === each || apart(box, other));
      const [west, east] = [0, map.getSize().x].map((x) => map.containerPointToLayerPoint([x, 0]).x);
      const inside = ({ left, right }) => left >= west && right <= east;
      for (const each of drawn.filter(({ mark }) => mark.label).sort((one, other) => one.mark.rank - other.mark.rank)) {
        const { mark, label } = each;
        const far = mark.look.includes(" brief") && mark.kind === "unit" && mark.rank > ALWAYS && map.getZoom() < NEAR;
        const box = (it) => this.beside(spots.get(each), mark, it);
        const within = ["", "left"].filter((it) => inside(box(it)));
        const sides = within.length ? within : ["", "left"];
        const side = far ? undefined : sides.find((it) => free(each, box(it)));
        const lies = side !== undefined ? side : mark.rank <= ALWAYS ? sides[0] : "crowded";
        if (lies !== "crowded") taken.push(this.beside(spots.get(each), mark, lies));
        if (lies !== label) each.lay(lies);
      }
    }
  }

  window.MeteorMap = Object.assign(window.MeteorMap || {}, { Labels });
})();
