// A button that acts once it has been held. The finger may tremble and slide, lose contact for a moment on a broken
// glass, or be one of several; letting go early stops it. Keyboards and screen readers press it without holding.
// `ring` is what fills meanwhile, if anything does; `time` in ms.
window.meteorHold = (button, ring, { begun, held, early, pressed }, time = 2000) => {
  const SLIP = 350; // ms for which the finger may lose contact
  const LENGTH = ring && Number(ring.getAttribute("stroke-dasharray"));
  const down = new Set(); // the pointers that are on the button
  let since = null;
  let clock, slip;
  let touched = false; // so that the click which follows a touch is not taken for a keyboard's
  let pristine = true; // no finger has come down since this script is there

  const fill = (part) => ring && ring.setAttribute("stroke-dashoffset", LENGTH * (1 - part));

  function begin() {
    since = performance.now();
    button.classList.add("held");
    clock = setInterval(step, 40);
    begun();
  }

  function step() {
    const part = Math.min(1, (performance.now() - since) / time);
    fill(part);
    if (part === 1 && down.size) end(held);
  }

  function end(then) {
    clearInterval(clock);
    clearTimeout(slip);
    since = null;
    down.clear();
    fill(0);
    button.classList.remove("held");
    then();
  }

  function press(event) {
    if (event.pointerType === "mouse" && event.button !== 0) return;
    down.add(event.pointerId);
    touched = true;
    pristine = false;
    clearTimeout(slip);
    if (event.pointerType === "mouse") button.setPointerCapture(event.pointerId); // a finger is captured by itself
    if (since === null) begin();
  }

  // On a slow network a finger may be down before this script is there. It holds from its first tremble on.
  const isFromBefore = (event) => pristine && event.pointerType === "touch";

  function move(event) {
    if (isFromBefore(event)) press(event);
  }

  function lift(event) {
    setTimeout(() => (touched = false), 600);
    if (isFromBefore(event)) {
      [pristine, touched] = [false, true];
      early();
    }
    if (down.delete(event.pointerId) && !down.size) slip = setTimeout(() => end(early), SLIP);
  }

  button.addEventListener("pointerdown", press);
  button.addEventListener("pointermove", move);
  button.addEventListener("pointerup", lift);
  button.addEventListener("pointercancel", lift);
  button.addEventListener("contextmenu", (event) => event.preventDefault());
  button.addEventListener("click", (event) => {
    event.preventDefault();
    if (!touched) pressed();
  });
  document.addEventListener("visibilitychange", () => document.hidden && since !== null && end(early));
};
