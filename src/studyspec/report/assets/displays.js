// Displays, and the subjects and records behind each of their counts.
"use strict";

const FIGURE = "\u2007";

/** How many digits each figure lacks before its decimal point, so that figures below each other align. */
function digitPads(texts) {
  const widths = texts.map((text) => { const found = /^\D{0,2}?(\d+)/.exec(text); return found ? found[0].length : 0; });
  const widest = Math.max(0, ...widths);
  return widths.map((width) => (width ? widest - width : 0));
}

/** The count that a cell opens, of those that it prints (`printed`; none: all): subjects go before records. */
function countOf(display, line, column, printed) {
  const counts = display.cells[`${line}|${column}`] || {};
  return ["n", "events", "risk", "N"].find((name) => counts[name] && counts[name][0] > 0 && (!printed.length || printed.includes(name)));
}

/** The subjects and records (places in the dataset) behind a count: "line|column|statistic". */
async function behind(display, reference) {
  const [line, column, statistic] = reference.split("|");
  const count = (display.cells[`${line}|${column}`] || {})[statistic];
  if (!count) throw new Error(`${display.id} counts nothing at ${reference}.`);
  const [, population, counted, out] = count;
  const people = display.subjects[population];
  const adsl = await getTable("dataset", "ADSL");
  const names = new Set(fromRuns(people[1]).map((place) => adsl.subjectOf(place)));
  if (counted === undefined) {
    const places = fromRuns(people[1]);
    return { population: people[0], dataset: adsl, where: "", unless: "", records: places, subjects: [...names] };
  }
  const [name, where, runs] = display.records[counted];
  const dataset = await getTable("dataset", name);
  let unless = "";
  if (out >= 0) {
    unless = display.records[out][1];
    for (const place of fromRuns(display.records[out][2])) names.delete(dataset.subjectOf(place));
  }
  const records = fromRuns(runs).filter((place) => names.has(dataset.subjectOf(place)));
  const listed = new Set(records.map((place) => dataset.subjectOf(place)));
  return { population: people[0], dataset, where, unless, records, subjects: [...names].filter((subject) => listed.has(subject)) };
}

/** The head of a display: an empty heading belongs to the one below it. */
function displayHead(display, part, listed) {
  const levels = part.head.length;
  const at = (level, column) => part.head[level].find((cell) => cell.first <= column && column < cell.first + cell.count);
  const rows = part.head.map((level, number) => {
    const cells = number > 0 ? [] : [listed && h("th", { class: "words", scope: "col", rowspan: levels }, "Record"),
      h("th", { class: "stub", scope: "col", rowspan: levels }, part.stub)];
    for (const cell of level) {
      if (number > 0 && !at(number - 1, cell.first).text) continue;
      let heading = cell;
      let rowspan = 1;
      while (!heading.text && number + rowspan < levels) {
        heading = at(number + rowspan, heading.first);
        rowspan += 1;
      }
      const last = number + rowspan === levels;
      const words = heading.count === 1 && part.text.includes(heading.first);
      cells.push(h("th", { scope: last ? "col" : "colgroup", colspan: heading.count > 1 ? heading.count : null,
        rowspan: rowspan > 1 ? rowspan : null, class: words ? "words" : heading.count > 1 && heading.text ? "span" : null },
        headText(display, part, heading)));
    }
    return h("tr", {}, cells);
  });
  return h("thead", {}, rows);
}

/** A heading; its N opens the subjects of the column. */
function headText(display, part, heading) {
  const found = /^([^]*?)(\(N=\d+\))$/.exec(heading.text);
  const column = part.columns[heading.first];
  if (!found || !countOf(display, part.number, column, ["N"])) return heading.text;
  return [found[1], cellLink(display, part.number, column, "N", found[2])];
}

function cellLink(display, line, column, statistic, text) {
  const address = route("display", display.id, line, column, statistic);
  return h("a", { class: "cell", href: address, "data-cell": `${line}|${column}|${statistic}` }, text);
}

/** A label; one that begins with a subject leads to it. */
function withSubject(study, label) {
  const [first, ...rest] = label.split("\n");
  return study.subjects.includes(first) ? [link(first, "subject", first), ...rest.map((text) => `\n${text}`)] : label;
}

function displayBody(study, display, part, listed) {
  const columns = part.columns.map((_, place) => part.body.map((line) => line[3][place]));
  const pads = columns.map((texts, place) => (part.text.includes(place) ? null : digitPads(texts)));
  const widths = columns.map((texts, place) => (pads[place]
    ? Math.max(0, ...texts.map((text, row) => text.length + pads[place][row])) : 0));
  const groups = [];
  part.body.forEach(([label, indent, line, cells, record], row) => {
    const next = part.body[row + 1];
    const heads = indent === 0 && next && next[1] > 0;
    if (indent === 0 || row === 0) groups.push(h("tbody", { class: heads ? "block" : null }));
    const head = h("th", { scope: heads ? "rowgroup" : "row", style: { paddingLeft: `${0.6 + 1.2 * indent}rem` } },
      withSubject(study, label));
    const source = listed && (record >= 0 ? h("td", { class: "source" }, recordLink(listed, record)) : h("td", {}));
    const figures = cells.map((text, place) => {
      if (pads[place] === null) return h("td", { class: "words" }, text);
      if (!text) return h("td", {});
      const shown = text.replace(/([([]) +/g, (found) => found[0] + FIGURE.repeat(found.length - 1));
      const opens = countOf(display, line, part.columns[place], part.statistics[place]);
      return h("td", {}, h("span", { style: { minWidth: `${widths[place]}ch` } }, FIGURE.repeat(pads[place][row]),
        opens ? cellLink(display, line, part.columns[place], opens, shown) : shown));
    });
    groups[groups.length - 1].append(h("tr", {}, source, head, figures));
  });
  return groups;
}

/** `listed`: the dataset whose records a listing lists, each line with a link to its record. */
function displayTable(study, display, part, listed) {
  const listing = part.text.length === part.columns.length && display.type === "Listing";
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": part.titles.join(", ") },
    h("table", { class: listing ? "display listing" : "display" },
      h("caption", {}, part.titles.map((title, place) => h("span", { class: place < 2 ? "hidden" : "title" }, title)),
        part.population.map((text) => h("span", { class: "population" }, text))),
      displayHead(display, part, listed), displayBody(study, display, part, listed)));
}

/** A figure: its SVG as elements; scripts in it would not run. */
function drawn(text) {
  const parsed = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Figure" }, document.importNode(parsed, true));
}

async function displayPage(study, name, ...count) {
  const display = await studyspec.load(`display/${name}`);
  const known = study.datasets.some((item) => item.name === display.lists);
  const listed = known ? await getTable("dataset", display.lists) : null;
  const files = display.files.map((file) => [h("a", { href: `../tlf/${file}` }, file.split(".").pop().toUpperCase()), " "]);
  const page = [
    h("h1", {}, display.parts[0].titles.slice(0, 2).join(": ")),
    h("p", { class: "tools" }, "Files: ", files,
      h("span", { class: "hint" }, "Each count opens its subjects and records.")),
    display.header.map((text) => h("p", { class: "hint" }, text)),
    display.drawings.map(drawn),
    display.drawings.length ? h("h2", {}, "Data of the figure") : null,
    display.parts.map((part) => displayTable(study, display, part, listed)),
    display.footnotes.map((text) => h("p", { class: "footnote" }, text)),
    h("p", { class: "footnote quiet" }, display.source),
  ];
  return { title: display.parts[0].titles[0], page, panel: count.length ? await cellPanel(display, count) : null };
}

/** The labels that lead to a line: block, sub-block, line. */
function pathOf(part, line) {
  const path = [];
  for (const [label, indent, number] of part.body) {
    path.length = indent;
    path[indent] = label;
    if (number === line) return path.filter(Boolean);
  }
  return [];
}

/** The heading of a column, with its N; not those of the figures that it is split into. */
function headingOf(part, column) {
  const place = part.columns.indexOf(column);
  const texts = part.head.map((level) => level.find((cell) => cell.first <= place && place < cell.first + cell.count).text);
  const found = texts.find((text) => /\(N=\d+\)$/.test(text)) || texts.filter(Boolean).pop() || column;
  return found.replace(/\n/g, " ");
}

async function cellPanel(display, count) {
  const found = await behind(display, count.join("|"));
  const line = Number(count[0]);
  const reference = encodeURIComponent([display.id, ...count].join("|"));
  const part = display.parts.find((item) => item.number === line || pathOf(item, line).length) || display.parts[0];
  const { dataset, records, subjects } = found;
  const perSubject = new Map(subjects.map((subject) => [subject, []]));
  for (const place of records) perSubject.get(dataset.subjectOf(place)).push(place);
  const own = dataset.name === "ADSL";
  const title = plural(subjects.length, "subject");
  return {
    title,
    page: [
      h("p", { class: "path" }, [...pathOf(part, line), headingOf(part, count[1])].join(" › ")),
      own ? null : h("p", {}, `${plural(records.length, "record")} of ${dataset.name}. `,
        h("a", { href: `${route("dataset", dataset.name)}?cell=${reference}` }, "Show them as a table")),
      h("details", {}, h("summary", {}, "How they were selected"), h("dl", {},
        h("dt", {}, "Subjects"), h("dd", {}, h("code", {}, found.population || "all of ADSL")),
        own && !found.where ? null : [h("dt", {}, `Records of ${dataset.name}`), h("dd", {}, h("code", {}, found.where || "all"))],
        found.unless ? [h("dt", {}, "Without subjects who have a record with"), h("dd", {}, h("code", {}, found.unless))] : null)),
      h("ol", { class: "subjects" }, [...perSubject].map(([subject, places]) => h("li", {},
        h("a", { class: "subject", href: `${route("subject", subject)}?records=${reference}` }, subject),
        own ? null : h("ul", {}, places.map((place) => h("li", {},
          h("a", { href: route("record", dataset.name, subject, dataset.number[place]) }, `#${dataset.number[place]}`),
          " ", dataset.summary(place))))))),
    ],
  };
}
