// Names of a map's streets, along their lines where there is room: upright, and never over one another. map-streets.js
// draws with it, and measures its lines with what is here.
(() => {
  const FROM = { trunk: 12, main: 13.5, railway: 15, coast: 14, water: 14.5, street: 15.5, service: 16.5, path: 17, building: 17 }; // zoom
  const SIZE = 12; // px
  const ROOM = 8; // px free at both ends of a name
  const STRAIGHT = 0.96; // length of a chord by that of its line
  const APART = 350; // px between two mentions of a name
  const CELL = 14; // px: a name takes the cells below its letters, and those around them

  // The west, north, east and south of a line.
  function box(line) {
    const found = [Infinity, Infinity, -Infinity, -Infinity];
    for (let at = 0; at < line.length; at += 2) {
      found[0] = Math.min(found[0], line[at]);
      found[1] = Math.min(found[1], line[at + 1]);
      found[2] = Math.max(found[2], line[at]);
      found[3] = Math.max(found[3], line[at + 1]);
    }
    return found;
  }

  // Whether anything of a box may be in the view.
  function seen([west, north, east, south], { scale, left, top, width, height }) {
    return east * scale > left && west * scale < left + width && south * scale > top && north * scale < top + height;
  }

  // Lines of one name that meet at their ends are one line: a street consists of many.
  function joined(lines) {
    const ends = new Map();
    const key = (line, last) => line.slice(last ? -2 : 0, last ? undefined : 2).join();
    const turned = (line) => {
      const back = new Float64Array(line.length);
      for (let at = 0; at < line.length; at += 2) back.set(line.subarray(at, at + 2), line.length - 2 - at);
      return back;
    };
    const forget = (line) => [false, true].forEach((last) => ends.get(key(line, last)) === line && ends.delete(key(line, last)));
    for (let line of lines) {
      for (const last of [false, true]) {
        const other = ends.get(key(line, last));
        if (!other || other === line) continue;
        forget(other);
        const [before, after] = last ? [line, key(other, false) === key(line, true) ? other : turned(other)] : [key(other, true) === key(line, false) ? other : turned(other), line];
        line = new Float64Array(before.length + after.length - 2);
        line.set(before);
        line.set(after.subarray(2), before.length);
      }
      for (const last of [false, true]) ends.set(key(line, last), line);
    }
    return [...new Set(ends.values())];
  }

  // The point of a line in pixels, so many pixels from its beginning.
  function along(points, way) {
    let left = way;
    for (let at = 1; at < points.length; at++) {
      const [[x, y], [nextX, nextY]] = [points[at - 1], points[at]];
      const step = Math.hypot(nextX - x, nextY - y);
      if (step >= left && step) return [x + ((nextX - x) * left) / step, y + ((nextY - y) * left) / step];
      left -= step;
    }
    return points[points.length - 1];
  }

  class StreetNames {
    constructor(shapes) {
      this.names = [];
      for (const each of Object.keys(FROM)) {
        const lines = new Map();
        for (const shape of shapes[each] || []) {
          if (!shape.name) continue;
          if (shape.closed) this.names.push(Object.assign({ from: FROM[each], width: 0 }, shape));
          else lines.set(shape.name, (lines.get(shape.name) || []).concat([shape.lines[0]]));
        }
        lines.forEach((found, name) => joined(found).forEach((line) => this.names.push({ name, line, box: box(line), from: FROM[each], width: 0 })));
      }
    }

    // `others`: the middles and widths of words that lie over the canvas, px.
    draw(context, { name: ink, halo, font }, view, others) {
      Object.assign(context, { font: `600 ${SIZE}px ${font}`, fillStyle: ink, strokeStyle: halo, lineWidth: 3, textAlign: "center", textBaseline: "middle" });
      const [taken, said] = [new Set(), new Map()];
      for (const { x, y, width } of others) StreetNames.take(StreetNames.cells(x, y, 0, width), taken);
      for (const each of this.names) {
        if (view.zoom < each.from || !seen(each.box, view)) continue;
        each.width = each.width || context.measureText(each.name).width;
        const found = each.closed ? StreetNames.within(each, view) : StreetNames.spot(each, view);
        if (!found || !StreetNames.free(found, each, taken, said)) continue;
        context.save();
        context.translate(found.x, found.y);
        context.rotate(found.angle);
        context.strokeText(each.name, 0, 0);
        context.fillText(each.name, 0, 0);
        context.restore();
      }
    }

    static within({ box, width }, { scale, left, top, width: wide, height }) {
      if ((box[2] - box[0]) * scale < width + 2 * ROOM) return null;
      const [x, y] = [((box[0] + box[2]) / 2) * scale - left, ((box[1] + box[3]) / 2) * scale - top];
      return x > 0 && y > 0 && x < wide && y < height ? { x, y, angle: 0 } : null;
    }

    // The stretch nearest to the middle of what is seen of the line that is long and straight enough for the name.
    static spot({ line, width }, { scale, left, top, width: wide, height }) {
      const points = [];
      let way = 0;
      for (let at = 0; at < line.length; at += 2) {
        const point = [line[at] * scale - left, line[at + 1] * scale - top];
        if (point[0] < -wide || point[1] < -height || point[0] > 2 * wide || point[1] > 2 * height) continue;
        const before = points[points.length - 1];
        if (before) way += Math.hypot(point[0] - before[0], point[1] - before[1]);
        points.push(point);
      }
      const room = width + 2 * ROOM;
      for (const share of way < room ? [] : [0.5, 0.3, 0.7, 0.1, 0.9]) {
        const begin = (way - room) * share;
        const [[x, y], [endX, endY]] = [along(points, begin), along(points, begin + room)];
        const middle = { x: (x + endX) / 2, y: (y + endY) / 2 };
        const inside = middle.x > 0 && middle.y > 0 && middle.x < wide && middle.y < height;
        if (!inside || Math.hypot(endX - x, endY - y) < STRAIGHT * room) continue;
        const angle = Math.atan2(endY - y, endX - x);
        return Object.assign(middle, { angle: Math.abs(angle) > Math.PI / 2 ? angle + Math.PI : angle });
      }
      return null;
    }

    // The cells below a word.
    static cells(x, y, angle, width) {
      const found = [];
      for (let way = -width / 2; way <= width / 2; way += CELL / 2) {
        found.push([Math.floor((x + way * Math.cos(angle)) / CELL), Math.floor((y + way * Math.sin(angle)) / CELL)]);
      }
      return found;
    }

    static take(cells, taken) {
      for (const [column, row] of cells) {
        for (const right of [-1, 0, 1]) for (const down of [-1, 0, 1]) taken.add(`${column + right} ${row + down}`);
      }
    }

    // Takes the place for the name, unless another name lies there or it is said nearby.
    static free({ x, y, angle }, { name, width }, taken, said) {
      const others = said.get(name) || [];
      if (others.some((other) => Math.hypot(x - other.x, y - other.y) < APART)) return false;
      const cells = StreetNames.cells(x, y, angle, width);
      if (cells.some(([column, row]) => taken.has(`${column} ${row}`))) return false;
      StreetNames.take(cells, taken);
      said.set(name, others.concat({ x, y }));
      return true;
    }
  }

  window.MeteorMap = Object.assign(window.MeteorMap || {}, { StreetNames, box, seen });
})();
