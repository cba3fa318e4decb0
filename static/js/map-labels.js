// Labels of a map's marks: each beside its mark where there is room, the more important ones first, in few letters where there is
// room for no more. Whatever is left out is shown under the mouse, and while its line has the focus. map-marks.js asks.
(() => {
  const NEAR = 15; // zoom from which units have their labels
  const SIDES = ["", "left", "above", "below"];
  const ALWAYS = 0; // rank of a label that is never left out: of what is selected, and of the points of a form
  const ENDANGERED = 0.5; // rank up to which a label may lie on a mark, rather than be left out
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

    beside({ x, y }, words, side) {
      const [width, far, half] = [this.width(words), BESIDE * this.rem, (LINE * this.rem) / 2];
      const left = side === "" ? x + far : side === "left" ? x - far - width : x - width / 2;
      const top = side === "above" ? y - far - 2 * half : side === "below" ? y + far : y - half;
      return { left, right: left + width, top, bottom: top + 2 * half };
    }

    // Where a label may lie, the whole of it first; never beyond the edge if it fits anywhere.
    tries({ label, short, since }, spot, inside) {
      const all = [].concat(...[label, short].filter(Boolean).map((words) => SIDES.map((side) => ({ words, side, box: this.beside(spot, since ? words + AGE : words, side) }))));
      const within = all.filter(inside);
      return within.length ? within : all;
    }

    spread(drawn, map) {
      const spots = new Map(drawn.map((each) => [each, map.latLngToLayerPoint(each.mark.at).add(each.place)]));
      const marks = drawn.map((each) => Object.assign(this.box(spots.get(each)), { of: each }));
      const taken = [];
      const lone = ({ box }) => taken.every((other) => apart(box, other));
      const [from, to] = [[0, 0], map.getSize()].map((corner) => map.containerPointToLayerPoint(corner));
      const level = (side) => side === "" || side === "left"; // one at the upper or lower edge is seen as far as its mark
      const inside = ({ side, box: { left, right, top, bottom } }) => left >= from.x && right <= to.x && (level(side) || (top >= from.y && bottom <= to.y));
      for (const each of drawn.filter(({ mark }) => mark.label).sort((one, other) => one.mark.rank - other.mark.rank)) {
        const { mark } = each;
        const far = mark.look.includes(" brief") && mark.kind === "unit" && mark.rank > ENDANGERED && map.getZoom() < NEAR;
        const tries = far ? [] : this.tries(mark, spots.get(each), inside);
        const free = (it) => lone(it) && marks.every((other) => other.of === each || apart(it.box, other));
        const found = tries.find(free) || (mark.rank <= ENDANGERED && tries.find(lone)) || (mark.rank <= ALWAYS && tries[0]);
        if (found) taken.push(found.box);
        each.lay(found ? found.side : "crowded", found ? found.words : mark.label);
      }
    }
  }

  window.MeteorMap = Object.assign(window.MeteorMap || {}, { Labels });
})();
