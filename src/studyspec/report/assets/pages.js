// Overview, displays, subjects, datasets and raw forms.
"use strict";

/** A page with its title as heading. */
function titled(title, ...page) {
  return { title, page: [h("h1", {}, title), ...page] };
}

/** Links and buttons beside each other; those that are missing are left out. */
function tools(...items) {
  return h("p", { class: "tools" }, items.filter(Boolean).flatMap((item) => [item, " "]));
}

/** Names and values, short. */
function factList(facts) {
  return h("dl", { class: "facts" }, facts.filter(([, value]) => value).map(([name, value, title]) =>
    h("div", {}, h("dt", { title }, name), h("dd", {}, value))));
}

function agrees(item) {
  return ["EXACT", "EQUAL"].includes(item.status);
}

/** A figure of the overview that leads to its page. */
function tile(head, figure, words, address, state) {
  const text = typeof figure === "number" ? figure.toLocaleString("en") : figure;
  return h("li", { class: state || null }, h("a", { href: address }, h("span", { class: "head" }, head),
    h("span", { class: "figure" }, text), h("span", { class: "words" }, words)));
}

function findingsTile(groups) {
  const counts = { error: 0, warning: 0, note: 0 };
  for (const group of groups) counts[group.severity] += group.items.length;
  const words = `${plural(counts.error, "error")}, ${plural(counts.warning, "warning")}; ${plural(counts.note, "note")}`;
  const state = counts.error ? "bad" : counts.warning ? "fair" : "good";
  return tile("Findings", counts.error + counts.warning, words, route("findings"), state);
}

function qcTile(qc) {
  if (!qc.outputs) return tile("Double programming", "not run", "studyspec qc", route("qc"), "fair");
  const agreed = qc.outputs.filter(agrees).length;
  const words = qc.current ? "outputs agree" : "agreed in an earlier state";
  const state = agreed === qc.outputs.length && qc.current ? "good" : "fair";
  return tile("Double programming", `${agreed} of ${qc.outputs.length}`, words, route("qc"), state);
}

function conformanceTile(conformance) {
  if (!conformance.findings) return tile("Conformance", "not run", "studyspec check", route("conformance"), "fair");
  const open = conformance.findings.filter((item) => item.severity === "error" && !item.explanation).length;
  return tile("Conformance", open, "errors not explained", route("conformance"), open ? "bad" : "good");
}

async function overviewPage(study) {
  const { about } = study;
  const facts = [["Protocol", about.attributes.ProtocolName], ["Data cut-off", about.data_cutoff],
    ["Extract of", about.extract_date], ["Built", about.created],
    ["By", `studyspec ${about.studyspec}, Python ${about.python}`]];
  const description = about.attributes.StudyDescription;
  return {
    title: "Overview",
    page: [
      h("h1", {}, about.attributes.StudyName || about.study),
      description ? h("p", { class: "lead" }, description) : null,
      about.synthetic ? h("p", { class: "synthetic" }, "Synthetic data: no record is of a real patient.") : null,
      factList(facts),
      h("ul", { class: "tiles" },
        tile("Subjects", study.subjects.length, `in ${study.subject_dataset}`, route("subjects")),
        findingsTile(await studyspec.load("findings")), qcTile(study.qc), conformanceTile(study.conformance)),
      h("h2", {}, "Displays"), displayList(study),
      h("h2", {}, "Datasets"), datasetList(study),
    ],
  };
}

function displayList(study) {
  if (!study.displays.length) return h("p", {}, "The study has no displays.");
  return [
    tools("All in one file:", ...study.exports.map(([name, place]) => h("a", { href: place }, name))),
    h("ul", { class: "list" }, study.displays.map((item) => h("li", {}, h("a", { href: route("display", item.id) },
      h("span", { class: "name" }, item.titles[0]), item.titles[1])))),
  ];
}

function datasetList(study) {
  return table("Datasets", ["Dataset", "Label", "Standard", "Records"], study.datasets.map((item) =>
    [link(item.name, "dataset", item.name), item.label, item.standard, item.length]));
}

function formList(study) {
  return table("Raw forms", ["Form", "Label", "File", "Records"], study.forms.map((item) =>
    [link(item.name, "raw", item.name), item.label, item.place, item.length]));
}

async function displaysPage(study) {
  return titled("Displays", displayList(study));
}

async function datasetsPage(study) {
  return titled("Datasets", datasetList(study), h("h2", {}, "Raw forms"), formList(study));
}

async function subjectsPage(study) {
  const dataset = await getTable("dataset", study.subject_dataset);
  const shown = ["USUBJID", ...FACTS.filter((name) => dataset.columns.has(name))];
  const columns = gridColumns(dataset, shown.map((name) => dataset.about.get(name)));
  const open = (place) => { location.hash = route("subject", dataset.subjectOf(place)).slice(1); };
  const hint = "Enter or a double click opens the subject.";
  const grid = new Grid({ name: "Subjects", columns, length: dataset.length, open, hint });
  return { ...titled("Subjects", grid.element), grid };
}

function gridColumns(dataset, variables) {
  return variables.map(({ name, label }) => ({ name, label: label || "", column: dataset.columns.get(name) }));
}

async function datasetPage(study, name, query) {
  const dataset = await getTable("dataset", name);
  let places = null;
  let only = null;
  if (query.get("cell")) {
    const [display, ...count] = query.get("cell").split("|");
    places = (await behind(await studyspec.load(`display/${display}`), count.join("|"))).records;
    only = tools(`Only the ${plural(places.length, "record")} behind a count of ${display}. `,
      h("a", { href: route("display", display, ...count) }, "Back to the count"), link("All records", "dataset", name));
  }
  const columns = gridColumns(dataset, dataset.variables);
  const filters = Object.fromEntries([...query].filter(([key]) => dataset.columns.has(key)));
  const address = (place) => route("record", name, dataset.subjectOf(place), dataset.number[place]);
  const open = dataset.number ? (place) => { location.hash = address(place).slice(1); } : null;
  const hint = open ? "Enter or a double click opens the record." : "";
  const grid = new Grid({ name, columns, length: dataset.length, places, filters, open, hint });
  const page = [h("h1", {}, `${name}: ${dataset.label}`), only, grid.element, h("h2", {}, "Variables"), variableTable(dataset)];
  return { title: name, page, grid };
}

function suppMark(variable) {
  return variable.supplemental ? h("abbr", { title: "supplemental qualifier" }, " SUPP") : null;
}

function variableTable(dataset) {
  const rule = (item) => h("div", { class: "rule" }, item.source ? `${item.source}: ` : null, h("code", {}, item.text),
    item.method ? ` ${item.method}: ${item.description}` : null, h("span", { class: "quiet" }, ` ${item.cell}`));
  const heads = ["Variable", "Label", "Type", "Codelist", "Origin", "Derivation"];
  return table(`Variables of ${dataset.name}`, heads, dataset.variables.map((item) => [
    h("b", {}, item.name, suppMark(item)), item.label || "", item.type || "", item.codelist || "", item.origin || "",
    h("div", {}, item.rules.map(rule), item.comment || "")]));
}

async function rawPage(study, name, number, query) {
  const form = await getTable("raw", name);
  if (number !== undefined) return rawRecordPage(study, form, Number(number));
  const numbers = new Column([form.number, Array.from(form.number, (_, at) => at)]);
  const columns = [
    { name: "Record", label: "number in the file", column: numbers },
    { name: "Became", label: "what became of the record", column: form.ends },
    ...(form.subject ? [{ name: "Subject", label: "USUBJID", column: form.subject }] : []),
    ...[...form.columns].map(([column, values]) => ({ name: column, label: "", column: values })),
  ];
  const open = (place) => { location.hash = route("raw", name, form.number[place]).slice(1); };
  const hint = "Enter or a double click opens the record.";
  const grid = new Grid({ name, columns, length: form.length, filters: Object.fromEntries(query), open, hint });
  const page = [h("h1", {}, `${form.place}${form.label ? `: ${form.label}` : ""}`),
    h("p", { class: "hint" }, "As it arrived. Became says what the build made of each record."), grid.element];
  return { title: name, page, grid };
}

/** A raw record with the records that were made from it. */
async function rawRecordPage(study, form, number) {
  const place = form.find(null, number);
  if (place < 0) throw new Error(`${form.place} has no ${form.unit} ${number}.`);
  const subject = form.subjectOf(place);
  const made = [];
  for (const item of study.datasets) {
    if (!new RegExp(`output ${item.name}(;|$)`).test(form.ends.value(place))) continue;
    const dataset = await getTable("dataset", item.name);
    const own = (at) => dataset.form && dataset.form.value(at) === form.name && dataset.record[at] === number;
    made.push(...dataset.of(subject).filter(own).map((at) => h("li", {}, recordLink(dataset, at), " ", dataset.summary(at))));
  }
  const values = [...form.columns].map(([name, column]) => [h("b", {}, name), h("span", { class: "value" }, column.text(place))]);
  return {
    title: `${form.name} record ${number}`,
    page: [
      h("h1", {}, `${form.place} ${form.unit} ${number}`),
      h("p", { class: "lead" }, subject ? [link(subject, "subject", subject), " "] : null, form.ends.value(place)),
      made.length ? [h("h2", {}, "Records made from it"), h("ul", { class: "records" }, made)] : null,
      h("h2", {}, "As it arrived"),
      table(`Values of ${form.name} record ${number}`, ["Column", "Value"], values),
    ],
  };
}
