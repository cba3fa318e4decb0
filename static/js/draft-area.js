// The area of a warning: each press on the map adds a corner to the field of corners, which is drawn as it is typed.
(() => {
  const field = document.getElementById("corners");
  const drawn = document.getElementById("drawn-area");
  const form = field.form;
  const CORNER = /^\s*(-?\d{1,2}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/; // as the server reads a line
  let added = ""; // the line of the last press

  function corners() {
    const found = field.value.split("\n").filter((line) => line.trim()).map((line) => CORNER.exec(line));
    return found.every(Boolean) ? found.map((said) => [said[1], said[2]]) : []; // a wrong line: no area is drawn
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
    const last = lines[lines.length - 1];
    if (latitude && last !== line) lines.push((added = line));
    else if (!latitude && last === added) lines.pop(); // the point of the last press is taken back
    field.value = lines.join("\n");
    draw();
  });
  field.addEventListener("input", draw);
  draw();
})();
