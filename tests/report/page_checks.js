// What a reader with weak eyes, or none, would stumble over in the page as it stands. An expression: an object of checks.
({
  /** Texts whose contrast to what is behind them is below 4.5 to 1 (WCAG 2.2, 1.4.3). */
  weakTexts() {
    const parse = (text) => (text.match(/[\d.]+/g) || []).map(Number);
    const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    const light = ([red, green, blue]) => {
      const [r, g, b] = [red, green, blue].map((part) => linear(part / 255));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const colour = parse(getComputedStyle(at).backgroundColor);
        if (colour.length === 3 || colour[3] === 1) return colour;
      }
      return [255, 255, 255];
    };
    const weak = new Set();
    for (const element of document.querySelectorAll("body *")) {
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
      if (!own || !element.offsetParent || element.closest("svg")) continue;
      const [a, b] = [light(parse(getComputedStyle(element).color)), light(ground(element))];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (ratio < 4.5) weak.add(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
    }
    return [...weak];
  },

  /** Controls, frames and regions without a name, ids that are there twice, references to nothing, other than one h1. */
  namelessParts() {
    const label = (element) => (element.id ? document.querySelector(`label[for="${element.id}"]`) : null);
    const name = (element) => element.getAttribute("aria-label") || element.textContent.trim() || element.title
      || (label(element) || {}).textContent;
    const parts = "a, button, input, iframe, svg[role=img], [role=region], [role=grid]";
    const found = [...document.querySelectorAll(parts)].filter((element) => !name(element));
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    const lost = ["aria-controls", "aria-describedby", "aria-activedescendant"].flatMap((attribute) =>
      [...document.querySelectorAll(`[${attribute}]`)].filter((element) => !document.getElementById(element.getAttribute(attribute))));
    const headings = document.querySelectorAll("h1").length;
    return [...[...found, ...lost].map((element) => element.outerHTML.slice(0, 80)),
      ...ids.filter((id, at) => ids.indexOf(id) !== at), ...(headings === 1 ? [] : [`${headings} h1`])];
  },
})
