// Elements, links, and loading of data. All text goes into the page as text nodes: nothing of the data is ever markup.
"use strict";

const studyspec = { content: new Map(), waiting: new Map() };

/** Called by every file in data/: hands over its content. */
studyspec.add = (name, content) => studyspec.content.set(name, content);

/** The content of a file in data/, loaded when it is first asked for. */
studyspec.load = (name) => {
  if (!studyspec.waiting.has(name)) {
    studyspec.waiting.set(name, new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = `data/${name.toLowerCase().split("/").map(encodeURIComponent).join("/")}.js`;
      script.onload = () => {
        const content = studyspec.content.get(name);
        studyspec.content.delete(name);
        script.remove();
        if (content === undefined) reject(new Error(`${script.src} holds no ${name}.`));
        else resolve(content);
      };
      script.onerror = () => reject(new Error(`${script.src} cannot be loaded. Is the folder complete?`));
      document.head.append(script);
    }));
  }
  return studyspec.waiting.get(name);
};

/** An element: h("a", {href: "#/", class: "x"}, "text", child). Values of null or false leave the attribute out. */
function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") Object.assign(element.style, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** An SVG element. */
function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A place in the page: route("record", "AE", "01-001", 3) is "#/record/AE/01-001/3". */
function route(...parts) {
  return `#/${parts.map((part) => encodeURIComponent(part)).join("/")}`;
}

function link(text, ...parts) {
  return h("a", { href: route(...parts) }, String(text));
}

function plural(count, one, many) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many || `${one}s`}`;
}

/** A plain table: heads are texts, rows are arrays of texts or elements; numbers stand at the right. */
function table(caption, heads, rows, attributes) {
  const cell = (item) => h("td", { class: typeof item === "number" ? "number" : null },
    typeof item === "number" ? item.toLocaleString("en") : item);
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    h("table", { class: "plain", ...attributes }, h("caption", { class: "hidden" }, caption),
      h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, row.map(cell))))));
}

/** Say something to screen readers. */
function announce(text) {
  document.getElementById("live").textContent = text;
}

/** A file for the user, made here. */
function download(name, text) {
  const address = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv" }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** A line of CSV. A text that a spreadsheet would take for a formula gets an apostrophe. */
function csvLine(values) {
  return values.map((value) => {
    const text = String(value);
    const safe = /^[=+@\t\r]|^-\D/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
  }).join(",") + "\r\n";
}
