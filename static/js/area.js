// Shows the RT of the chosen kelurahan without leaving the page. Without this, or without a network, a button does it.
for (const area of document.querySelectorAll("[data-area]")) {
  const kelurahan = area.querySelector("[name=kelurahan]");
  const button = area.querySelector("[name=choose]");
  const place = area.querySelector(".area-rt");
  let asked = new AbortController();

  button.hidden = true;
  kelurahan.addEventListener("change", async () => {
    asked.abort();
    asked = new AbortController();
    place.querySelector("select").disabled = true;
    place.setAttribute("aria-busy", "true");
    try {
      const address = `${area.dataset.area}?kelurahan=${encodeURIComponent(kelurahan.value)}`;
      const answer = await fetch(address, { signal: asked.signal });
      if (!answer.ok) throw new Error(answer.statusText);
      place.innerHTML = await answer.text();
      button.hidden = true;
    } catch (error) {
      if (error.name === "AbortError") return;
      button.hidden = false;
    }
    place.removeAttribute("aria-busy");
  });
}
