"""What axe finds wrong with a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules whose outcome depends on the colour scheme."""

PAINTS = """() => {
  const CLEAR = "rgba(0, 0, 0, 0)", layers = new Map();
  const layer = (element) => {
    if (!layers.has(element)) {
      const style = getComputedStyle(element), colour = style.backgroundColor;
      layers.set(element, {
        text: [style.color, style.fontSize, style.fontWeight, style.textShadow].join(),
        paint: [colour === CLEAR ? "" : colour, style.backgroundImage, style.opacity, style.filter, style.mixBlendMode]
          .join().replace(/^,none,1,none,normal$/, ""),
        opaque: colour.startsWith("rgb("),
        lifted: style.transform !== "none" || style.translate !== "none" || style.margin.includes("-")
          || style.position !== "static" && (style.position !== "relative" || !["auto", "0px"].includes(style.inset)),
        clips: style.overflow !== "visible",
        box: element.getBoundingClientRect(),
      });
    }
    return layers.get(element);
  };
  const within = (inner, outer) => inner.left >= outer.left - 1 && inner.right <= outer.right + 1
    && inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
  const painted = (element) => {
    const paints = [layer(element).text];
    let seen = layer(element).box, ground = null, lifted = false;
    for (let one = element; one; one = one.parentElement) {
      const { paint, ...at } = layer(one);
      if (paint) paints.push(paint);
      if (ground) continue;
      if (at.clips) seen = at.box;
      if (at.opaque) ground = one.contains(document.body) ? seen : at.box;
      else lifted ||= at.lifted;
    }
    return lifted || !ground || !within(seen, ground) ? null : paints.join("/");
  };
  const paints = new Map();
  for (const element of document.body.querySelectorAll("*")) {
    if (![...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())) continue;
    const key = painted(element);
    if (key) paints.set(element, key);
  }
  return paints;
}"""
"""Finds how each text is painted: its colour and size, and what its ancestors paint below it.

Texts that may lie upon something else than their ancestors are left out: they are moved, or leave the box below them.
"""

RUN = f"""async ([media, known, rules]) => {{
  const sheets = [...document.querySelectorAll("link[href*='dark-scheme']")], own = sheets.map((sheet) => sheet.media);
  for (const sheet of sheets) sheet.media = media;  // pages of the command centre do not ask the device
  const seen = new Set(known), paints = ({PAINTS})(), legible = [...paints].filter(([, paint]) => seen.has(paint));
  for (const [element] of legible) element.setAttribute("data-legible", "");
  axe.configure({{ rules: [{{ id: "color-contrast", selector: "*:not([data-legible])" }}] }});
  axe.addReporter("brief", (results, options, give) => give({{
    passed: results.filter((rule) => rule.id === "color-contrast")
      .flatMap((rule) => rule.passes.map(({{ node }}) => paints.get(node.element))).filter(Boolean),
    wrong: results.flatMap((rule) => rule.violations.map(({{ node }}) => [rule.id, node.source])),
  }}));
  const found = await axe.run({{ ...rules, reporter: "brief" }});
  for (const [element] of legible) element.removeAttribute("data-legible");
  sheets.forEach((sheet, at) => sheet.media = own[at]);
  return found;
}}"""
"""Lets axe look at the page while its sheet of dark colours has another media query. In one step: each takes 5 ms."""

legible: set[str] = set()
"""The paints in which axe has found a text legible and does not look at again: it took half of the time."""


def carry(page: Page) -> None:
    """Let every document that the page goes to have axe from the start: to send it each time takes twice as long."""
    page.add_init_script(Axe().axe_script)


def violations(page: Page) -> list[tuple[str, str, str]]:
    """Scheme, rule and element: of every rule in the light scheme, and of those about colours in the dark one."""
    found: list[tuple[str, str, str]] = []
    page.wait_for_load_state()  # a page that a click has led to may not have its style sheets yet
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    for scheme, media, rules in (("light", "not all", {}), ("dark", "all", {"runOnly": COLOURS})):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        answer = page.evaluate(RUN, [media, sorted(legible), rules])
        legible.update(answer["passed"])
        found += [(scheme, rule, html) for rule, html in answer["wrong"]]
    return found
