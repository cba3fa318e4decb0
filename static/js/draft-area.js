// The area of a warning: each press on the map adds a corner to the field of corners, which is drawn as it is typed.
(() => {
  const field = document.getElementById("corners");
  const drawn = document.getElementById("drawn-area");
  const form = field.form;
  const CORNER = /(-?\d{1,2}\.\d+)\s*[,;\s]\s*(-?\d{1,3}\.\d+)/g;

  function corners() {
    const found = [];
    for (let said = CORNER.exec(field.value); said; said = CORNER.exec(field.value)) found.push([said[1], said[2]]);
    return found;
  }

  function draw() {
    const ring = corners();
    if (!ring.length) {
      for (const name of ["latitude", "longitude", "trail"]) drawn.removeAttribute(`data-${name}`);
      return;
    }
    [drawn.dataset.latitude, drawn.dataset.longitude] = ring[0];
    drawn.dataset.trail = ring.concat(ring.length > 2 ? [ring[0]] : []).map((corner) => corner.join(",")).join(" ");
  }

  form.elements.corner_latitude.addEventListener("change", () => {
    const [latitude, longitude] = ["corner_latitude", "corner_longitude"].map((name) => form.elements[name].value);
    const lines = field.value.trim() ? field.value.trim().split("\n") : [];
    const line = `${latitude}, ${longitude}`;
    if (!latitude) lines.pop(); // the point that was just taken is removed
    else if (lines[lines.length - 1] !== line) lines.push(line);
    field.value = lines.join("\n");
    draw();
  });
  field.addEventListener("input", draw);
  draw();
})();
