// The form of a hazard: the device's place, the scale that fits the kind, and photos that are shrunk before they are sent.
// What is sent waits in the phone until the server has it (report-waiting.js); without storage the form sends itself.
(() => {
  const form = document.getElementById("report");
  const large = document.getElementById("too-large");
  const texts = document.getElementById("place-texts");
  const FLOODS = ["flood", "tidal_flood"];
  const LONGEST = 1600; // pixels of a photo's longer side
  const ROOM = 10000000; // bytes of photos that one form carries
  // Without this a canvas would lay the photo on its side.
  const turns = Boolean(window.CSS && CSS.supports && CSS.supports("image-orientation", "from-image"));

  // --- the kind ---
  function fit() {
    const kind = form.querySelector("[name=kind]:checked");
    const flood = Boolean(kind) && FLOODS.includes(kind.value);
    form.classList.toggle("is-flood", flood);
    form.classList.toggle("is-other", Boolean(kind) && !flood);
  }

  // --- the place ---
  function locate() {
    const fix = window.meteorPlace && meteorPlace.now();
    const { latitude, longitude, accuracy, place_source: source } = form.elements;
    if (!fix || source.value === "map") return; // a pin says it better
    latitude.value = fix.latitude.toFixed(6);
    longitude.value = fix.longitude.toFixed(6);
    accuracy.value = String(Math.round(fix.accuracy));
    source.value = "device";
  }

  function pinned() {
    if (form.elements.place_source.value === "map") {
      document.getElementById("place").dataset.state = "known";
      document.getElementById("place-words").textContent = texts.content.querySelector("[data-text=pin]").textContent;
    } else locate();
  }

  // --- the photos ---
  async function shrunk(file) {
    if (!turns || !window.createImageBitmap) return file;
    try {
      const picture = await createImageBitmap(file);
      const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const small = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
      return small && small.size < file.size ? small : file;
    } catch (error) {
      return file; // of a kind that this browser cannot read: the server may
    }
  }

  // As the server's rule: a fire, and whatever is dangerous right now.
  function urgent() {
    const kind = form.querySelector("[name=kind]:checked");
    return Boolean(form.querySelector("[name=danger]:checked")) || Boolean(kind && kind.value === "fire");
  }

  // Where there is no other place, the photo's own says where it is: then it is sent as it was taken, if it fits. What is
  // urgent does not wait for the network to carry that, and goes without a photo that does not fit.
  async function entries() {
    const placed = form.elements.latitude.value || form.elements.place.value || urgent();
    const size = [...form.elements.photos.files].reduce((sum, file) => sum + file.size, 0);
    const all = [];
    let room = ROOM;
    for (const [name, value] of new FormData(form).entries()) {
      if (["csrf_token", "form_key"].includes(name) || (value instanceof Blob && !value.size)) continue;
      const sent = value instanceof Blob && (placed || size > ROOM) ? await shrunk(value) : value;
      if (sent instanceof Blob) room -= sent.size;
      if (room >= 0 || !urgent() || !(sent instanceof Blob)) all.push([name, sent]);
    }
    return all;
  }

  // --- what the server did not take ---
  const parts = (page) => page.querySelectorAll("#report > .field, #report > fieldset");

  // The answer's fields say what is wrong, and hold what was typed; the rest of the page stays, with the place and the map.
  function explain(told) {
    const page = new DOMParser().parseFromString(told, "text/html");
    const answered = parts(page);
    parts(document).forEach((part, index) => part.replaceWith(answered[index]));
    const before = document.querySelector(".error-summary");
    if (before) before.remove();
    const summary = page.querySelector(".error-summary");
    form.before(summary);
    summary.focus();
    fit();
  }

  function tooLarge() {
    large.hidden = false;
    large.focus();
  }

  // Without storage the form sends itself, with the photos as they would have waited.
  function sendItself(all) {
    try {
      const photos = new DataTransfer();
      const blobs = all.map(([, value]) => value).filter((value) => value instanceof Blob);
      for (const blob of blobs) photos.items.add(new File([blob], blob.name || "photo.jpg", { type: blob.type }));
      form.elements.photos.files = photos.files;
    } catch (error) {
      // an old browser: they go as they were taken
    }
    form.submit();
  }

  async function send(event) {
    event.preventDefault();
    const button = form.querySelector(".form-actions button");
    if (button.disabled) return;
    button.disabled = true;
    const kind = form.querySelector("[name=kind]:checked");
    const label = kind ? kind.parentElement.textContent.trim() : document.querySelector("h1").textContent;
    const report = { id: form.elements.id.value, user: form.dataset.user, at: Date.now(), label, urgent: urgent(), entries: await entries() };
    large.hidden = true;
    if (!window.meteorReports || !meteorReports.ready()) return sendItself(report.entries);
    await meteorReports.send(report, (told) => {
      button.disabled = false;
      if (told.page) explain(told.page);
      else if (told.large) tooLarge();
      else sendItself(report.entries); // signed out, or no room to keep it: the server says what now
    });
  }

  form.addEventListener("change", fit);
  form.addEventListener("submit", send);
  form.elements.latitude.addEventListener("change", pinned);
  document.addEventListener("place", locate);
  addEventListener("pageshow", (event) => event.persisted && location.reload()); // another report, another UUID
  fit();
  locate();
})();
