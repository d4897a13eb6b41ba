// A subject: who it is, exposure and events on a time line, and all records.
"use strict";

const FACTS = ["AGE", "SEX", "RACE", "COUNTRY", "ARM", "TRT01A", "TRTSDT", "TRTEDT", "RFSTDTC", "RFENDTC",
  "EOSSTT", "EOSDT", "DTHDT", "DTHCAUS", "SAFFL"];
const LANES = ["EX", "AE", "ADAE"];
const LEGEND = " Filled: as analysed, darker for higher grades. Thin: as reported. Fading: no end. Dashed: a date is not complete.";

/** First and last day (in days since 1970) that an ISO date or a SAS day number may mean; null for none. */
function daysOf(column, place) {
  const text = column ? column.text(place) : "";
  const found = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?/.exec(text);
  if (!found) return null;
  const [year, month, day] = found.slice(1).map((part) => (part === undefined ? null : Number(part)));
  const first = Date.UTC(year, month ? month - 1 : 0, day || 1);
  const last = day ? first : Date.UTC(month ? year : year + 1, month || 0, 0);
  return { first: first / DAY, last: last / DAY, text, partial: !day };
}

/** Start and end variable of a dataset's records, or null. */
function spanOf(dataset) {
  const prefix = dataset.name.slice(0, 2);
  const pairs = [["ASTDT", "AENDT"], [`${prefix}STDTC`, `${prefix}ENDTC`]];
  return pairs.find(([start]) => dataset.columns.has(start)) || null;
}

function spanAt(dataset, place) {
  const [start, end] = spanOf(dataset).map((name) => daysOf(dataset.columns.get(name), place));
  return { start, end, from: start ? start.text : "?", to: end ? end.text : "" };
}

/** The days that the axis shows: the time on study, with the events near it. */
function axisOf(subjectRecord, subjects, spans) {
  const names = ["TRTSDT", "TRTEDT", "EOSDT", "DTHDT", "LSTALVDT", "RFICDT", "RFSTDTC", "RFENDTC", "RFPENDTC"];
  const days = names.map((name) => daysOf(subjects.columns.get(name), subjectRecord)).filter(Boolean)
    .flatMap((day) => [day.first, day.last]);
  const known = days.length ? days
    : spans.flatMap(({ start, end }) => [start && start.first, end && end.last]).filter((day) => day !== null);
  if (!known.length) return null;
  let [from, to] = [Math.min(...known), Math.max(...known)];
  for (const { start, end } of spans) {
    // Dates that cannot be true (1921 for 2021) must not squeeze all others: the axis grows by a year at most.
    if (start && start.first < from && start.first > Math.min(...known) - 366) from = start.first;
    if (end && end.last > to && end.last < Math.max(...known) + 366) to = end.last;
  }
  return { from: from - 7, to: to + 7 };
}

function position(axis, day) {
  return Math.max(0, Math.min(1000, (1000 * (day - axis.from)) / (axis.to - axis.from)));
}

/** A bar from start to end: open to the right without an end, hatched where a date is not complete. */
function bar(axis, { start, end }, className, y, height, title) {
  const from = start ? position(axis, start.first) : 0;
  const to = end ? position(axis, end.last + 1) : 1000;
  const partial = !start || start.partial || (end && end.partial);
  const classes = [className, partial ? "partial" : "", end ? "" : "open"].filter(Boolean).join(" ");
  return svg("rect", { x: from, y, width: Math.max(4, to - from), height, class: classes },
    svg("title", {}, title));
}

function drawing(...shapes) {
  return svg("svg", { viewBox: "0 0 1000 16", preserveAspectRatio: "none", "aria-hidden": "true", class: "lane" }, ...shapes);
}

function dayText(day) {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

/** A row of exposure: all records of one treatment. */
function exposureRow(axis, dataset, name, places, subject) {
  const spans = places.map((place) => spanAt(dataset, place)).filter((span) => span.start);
  const dose = (place) => [dataset.text(place, "EXDOSE"), dataset.text(place, "EXDOSU")].filter(Boolean).join(" ");
  const shapes = places.map((place) => [place, spanAt(dataset, place)]).filter(([, span]) => span.start)
    .map(([place, span]) => bar(axis, { ...span, end: span.end || span.start }, "dose", 3, 10, `${span.from} ${dose(place)}`));
  const address = `${route("dataset", dataset.name)}?USUBJID=${encodeURIComponent(`=${subject}`)}&EXTRT=${encodeURIComponent(`=${name}`)}`;
  const first = spans.map((span) => span.from).sort()[0] || "";
  const last = spans.map((span) => span.to || span.from).sort().pop() || "";
  return h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, h("a", { href: address }, plural(places.length, "dose"))),
    h("td", {}, `${first} – ${last}`), h("td", { class: "track" }, drawing(...shapes)));
}

/** A row of an event: as reported (outline) and as analysed (filled). */
function eventRow(axis, reported, analysed, marked) {
  const [dataset, place] = analysed || reported;
  const grade = dataset.text(place, "ATOXGR") || dataset.text(place, "AETOXGR") || dataset.text(place, "AESEV");
  const shapes = [];
  const title = (pair) => `${pair[0].name} #${pair[0].number[pair[1]]}: ${spanAt(...pair).from} – ${spanAt(...pair).to || "no end"}`;
  if (analysed) shapes.push(bar(axis, spanAt(...analysed), `event g${/^\d$/.test(grade) ? grade : ""}`, 2, 8, title(analysed)));
  if (reported) shapes.push(bar(axis, spanAt(...reported), "reported", 11, 3, title(reported)));
  const term = dataset.text(place, "AEDECOD") || "not coded";
  const verbatim = dataset.text(place, "AETERM");
  const flags = [grade ? (/^\d$/.test(grade) ? `grade ${grade}` : grade.toLowerCase()) : "no grade",
    dataset.text(place, "AESER") === "Y" ? "serious" : "", dataset.text(place, "TRTEMFL") === "Y" ? "emergent" : ""];
  const span = spanAt(dataset, place);
  return h("tr", { class: marked ? "marked" : null },
    h("th", { scope: "row" }, term, verbatim ? h("span", { class: "verbatim" }, ` ${verbatim}`) : null,
      marked ? h("span", { class: "counted" }, " counted") : null),
    h("td", {}, [analysed, reported].filter(Boolean).map((pair) => [recordLink(...pair), " "]),
      h("span", { class: "quiet" }, flags.filter(Boolean).join(", "))),
    h("td", {}, `${span.from} – ${span.to || "no end"}`), h("td", { class: "track" }, drawing(...shapes)));
}

/** Events as reported with the analysis records made from them. */
function pairedEvents(reported, analysed, subject) {
  const pairs = new Map();
  for (const place of reported ? reported.of(subject) : []) {
    pairs.set(reported.number[place], { reported: [reported, place], analysed: null });
  }
  for (const place of analysed ? analysed.of(subject) : []) {
    const number = reported && analysed.form.value(place) === reported.name ? analysed.record[place] : `a${place}`;
    const pair = pairs.get(number) || { reported: null };
    pairs.set(number, { ...pair, analysed: [analysed, place] });
  }
  const start = ({ reported: raw, analysed: made }) => spanAt(...(made || raw)).from;
  return [...pairs.values()].sort((a, b) => (start(a) < start(b) ? -1 : start(a) > start(b) ? 1 : 0));
}

async function timeLine(study, subjects, record, subject, marks) {
  const names = LANES.filter((name) => study.datasets.some((item) => item.name === name));
  const [exposure, reported, analysed] = await Promise.all(LANES.map((name) => (names.includes(name) ? getTable("dataset", name) : null)));
  const events = pairedEvents(reported && spanOf(reported) ? reported : null, analysed && spanOf(analysed) ? analysed : null, subject);
  const doses = new Map();
  if (exposure && spanOf(exposure)) {
    for (const place of exposure.of(subject)) {
      const name = exposure.text(place, "EXTRT");
      doses.set(name, [...(doses.get(name) || []), place]);
    }
  }
  const spans = [...events.map((pair) => spanAt(...(pair.analysed || pair.reported))),
    ...[...doses.values()].flat().map((place) => spanAt(exposure, place))];
  const axis = axisOf(record, subjects, spans);
  if (!axis || !(events.length + doses.size)) return h("p", {}, "There are no dated exposure or event records.");
  const zero = daysOf(subjects.columns.get("TRTSDT"), record) || daysOf(subjects.columns.get("RFSTDTC"), record);
  const isMarked = (pair) => [pair.analysed, pair.reported].some((item) => item && marks.has(`${item[0].name} ${item[1]}`));
  return [
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Time line" }, h("table", { class: "plain timeline" },
      h("caption", {}, "Exposure and adverse events", h("span", { class: "hint" }, LEGEND)),
      h("thead", {}, h("tr", {}, ["What", "Records", "From – to"].map((head) => h("th", { scope: "col" }, head)),
        h("th", { scope: "col", class: "track" }, h("span", { class: "ends" }, h("span", {}, dayText(axis.from)),
          zero ? h("span", {}, `day 1: ${zero.text}`) : null, h("span", {}, dayText(axis.to)))))),
      h("tbody", {}, [...doses].map(([name, places]) => exposureRow(axis, exposure, name, places, subject))),
      h("tbody", {}, events.map((pair) => eventRow(axis, pair.reported, pair.analysed, isMarked(pair)))))),
  ];
}

/** The records that a cell of a display counted, as "ADAE 12". */
async function marksOf(reference) {
  if (!reference) return { marks: new Set(), from: null };
  const [name, ...count] = reference.split("|");
  const found = await behind(await studyspec.load(`display/${name}`), count.join("|"));
  const marks = new Set(found.records.map((place) => `${found.dataset.name} ${place}`));
  const back = h("p", { class: "tools" }, h("a", { href: route("display", name, ...count) }, `Back to the list of ${name}`));
  return { marks, from: back };
}

async function subjectPage(study, subject, reference) {
  const subjects = await getTable("dataset", study.subject_dataset);
  const record = subjects.of(subject)[0];
  if (record === undefined) throw new Error(`${study.subject_dataset} has no subject ${subject}.`);
  const { marks, from } = await marksOf(reference);
  const about = FACTS.filter((name) => subjects.text(record, name));
  const at = study.subjects.indexOf(subject);
  const step = (to, text) => (study.subjects[to] === undefined ? null : link(`${text} subject`, "subject", study.subjects[to]));
  return {
    title: `Subject ${subject}`,
    page: [
      h("h1", {}, subject), from,
      factList(about.map((name) => [name, subjects.text(record, name), subjects.about.get(name).label])),
      tools(step(at - 1, "Previous"), step(at + 1, "Next"),
        link(`All of ${subjects.name}`, "record", subjects.name, subject, subjects.number[record])),
      await timeLine(study, subjects, record, subject, marks),
      h("h2", {}, "All records"), subjectRecords(study, subject),
    ],
  };
}

/** A heading per dataset; its records are listed when it is opened. */
function subjectRecords(study, subject) {
  return study.datasets.map((item) => {
    const body = h("div", {});
    return h("details", { class: "perhaps", ontoggle: async (event) => {
      if (!event.target.open || body.children.length) return;
      const dataset = await getTable("dataset", item.name);
      const places = dataset.of(subject);
      body.append(places.length ? h("ul", { class: "records" }, places.map((place) => h("li", {},
        dataset.number ? recordLink(dataset, place) : `${dataset.name}`, " ", dataset.summary(place)))) : h("p", {}, "No record."));
    } }, h("summary", {}, h("b", {}, item.name), ` ${item.label}`), body);
  });
}
