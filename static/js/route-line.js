// The line of a route: a point that the map puts into the form is added to the typed line, which the map draws.
// Without this a button of the form adds it.
(() => {
  const POINT = /^-?\d{1,2}(\.\d+)?,-?\d{1,3}(\.\d+)?$/;

  for (const form of document.querySelectorAll("form[data-route]")) {
    const drawn = document.getElementById(form.dataset.route);
    const { line, latitude, longitude } = form.elements;
    const undo = form.querySelector("[data-undo]");
    const points = () => line.value.replace(/, /g, ",").split(/\s+/).filter(Boolean);

    function draw() {
      const good = points().filter((point) => POINT.test(point));
      undo.hidden = good.length === 0;
      if (!good.length) {
        delete drawn.dataset.mark;
        delete drawn.dataset.latitude; // this the map looks for
        return;
      }
      const [north, east] = good[0].split(",");
      Object.assign(drawn.dataset, { mark: "route", latitude: north, longitude: east, trail: good.join(" ") });
      form.dispatchEvent(new Event("change")); // the map looks again
    }

    function put(all) {
      line.value = all.join("\n");
      draw();
    }

    // The map says each point twice: at once, and with the words of its place. Typing keeps its own button.
    function taken({ target, isTrusted }) {
      if (target === line) draw();
      if (target !== latitude || isTrusted || !latitude.value || !longitude.value) return;
      const point = `${latitude.value},${longitude.value}`;
      const all = points();
      if (all[all.length - 1] !== point) put(all.concat([point]));
    }

    form.addEventListener("change", taken);
    undo.querySelector("button").addEventListener("click", () => put(points().slice(0, -1)));
    draw();
  }
})();
