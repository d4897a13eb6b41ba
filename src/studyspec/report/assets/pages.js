// The other pages: overview, datasets, raw forms, findings, ledger, QC, conformance, define, search.
"use strict";

const STATUSES = ["output", "joined", "read", "reference", "excluded", "not tabulated"];

async function overviewPage(study) {
  const { about } = study;
  const findings = await studyspec.load("findings");
  const counts = { error: 0, warning: 0, note: 0 };
  for (const group of findings) counts[group.severity] += group.items.length;
  const facts = [["Protocol", about.attributes.ProtocolName], ["Data cut-off", about.data_cutoff], ["Extract of", about.extract_date],
    ["Built", about.created], ["By", `studyspec ${about.studyspec}, Python ${about.python}`]];
  const tile = (head, figure, words, address, state) => h("li", { class: state || null }, h("a", { href: address },
    h("span", { class: "head" }, head), h("span", { class: "figure" }, figure), h("span", { class: "words" }, words)));
  const failed = (study.qc.outputs || []).filter((item) => !["EXACT", "EQUAL"].includes(item.status)).length;
  const open = (study.conformance.findings || []).filter((item) => item.severity === "error" && !item.explanation).length;
  return {
    title: "Overview",
    page: [
      h("h1", {}, about.attributes.StudyName || about.study),
      about.attributes.StudyDescription ? h("p", { class: "lead" }, about.attributes.StudyDescription) : null,
      about.synthetic ? h("p", { class: "synthetic" }, "Synthetic data: no record is of a real patient.") : null,
      h("dl", { class: "facts" }, facts.filter(([, value]) => value).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))),
      h("ul", { class: "tiles" },
        tile("Subjects", study.subjects.length.toLocaleString("en"), `in ${study.subject_dataset}`, route("subjects")),
        tile("Findings", (counts.error + counts.warning).toLocaleString("en"), `${plural(counts.error, "error")}, ${plural(counts.warning, "warning")}; ${plural(counts.note, "note")}`, route("findings"), counts.error ? "bad" : counts.warning ? "fair" : "good"),
        study.qc.outputs ? tile("Double programming", `${study.qc.outputs.length - failed} of ${study.qc.outputs.length}`, study.qc.current ? "outputs agree" : "agreed in an earlier state", route("qc"), failed || !study.qc.current ? "fair" : "good")
          : tile("Double programming", "not run", "studyspec qc", route("qc"), "fair"),
        study.conformance.findings ? tile("Conformance", open.toLocaleString("en"), `errors not explained`, route("conformance"), open ? "bad" : "good")
          : tile("Conformance", "not run", "studyspec check", route("conformance"), "fair")),
      h("h2", {}, "Displays"), displayList(study),
      h("h2", {}, "Datasets"), datasetList(study),
    ],
  };
}

function displayList(study) {
  if (!study.displays.length) return h("p", {}, "The study has no displays.");
  return h("ul", { class: "list" }, study.displays.map((item) => h("li", {}, h("a", { href: route("display", item.id) },
    h("span", { class: "name" }, item.titles[0]), item.titles[1]))));
}

function datasetList(study) {
  return table("Datasets", ["Dataset", "Label", "Standard", "Records"], study.datasets.map((item) =>
    [link(item.name, "dataset", item.name), item.label, item.standard, item.length]));
}

async function displaysPage(study) {
  return { title: "Displays", page: [h("h1", {}, "Displays"), displayList(study)] };
}

async function datasetsPage(study) {
  return { title: "Datasets", page: [h("h1", {}, "Datasets"), datasetList(study), h("h2", {}, "Raw forms"), formList(study)] };
}

function formList(study) {
  return table("Raw forms", ["Form", "Label", "File", "Records"], study.forms.map((item) =>
    [link(item.name, "raw", item.name), item.label, item.place, item.length]));
}

async function datasetPage(study, name, query) {
  const dataset = await getTable("dataset", name);
  let places = null;
  let only = null;
  if (query.get("cell")) {
    const [display, ...count] = query.get("cell").split("|");
    places = (await behind(await studyspec.load(`display/${display}`), count.join("|"))).records;
    only = h("p", { class: "tools" }, `Only the ${plural(places.length, "record")} behind a count of ${display}. `,
      h("a", { href: route("display", display, ...count) }, "Back to the count"), " ", link("All records", "dataset", name));
  }
  const columns = dataset.variables.map((variable) => ({ name: variable.name, label: variable.label || "", column: dataset.columns.get(variable.name) }));
  const filters = Object.fromEntries([...query].filter(([key]) => dataset.columns.has(key)));
  const open = dataset.number
    ? (place) => { location.hash = route("record", name, dataset.subjectOf(place), dataset.number[place]).slice(1); } : null;
  const grid = new Grid({ name, columns, length: dataset.length, places, filters, open, hint: open ? "Enter or a double click opens the record." : "" });
  return {
    title: name,
    page: [h("h1", {}, `${name}: ${dataset.label}`), only, grid.element, h("h2", {}, "Variables"), variableTable(dataset)],
    grid,
  };
}

function variableTable(dataset) {
  const rule = (item) => [h("code", {}, item.text), item.method ? ` ${item.method}: ${item.description}` : null, h("span", { class: "quiet" }, ` ${item.cell}`)];
  return table(`Variables of ${dataset.name}`, ["Variable", "Label", "Type", "Codelist", "Origin", "Derivation"], dataset.variables.map((item) => [
    h("b", { id: `variable-${item.name}` }, item.name, item.supplemental ? h("abbr", { title: "supplemental qualifier" }, " SUPP") : null), item.label || "", item.type || "", item.codelist || "", item.origin || "",
    h("div", {}, item.rules.map((one) => h("div", { class: "rule" }, one.source ? `${one.source}: ` : null, rule(one))), item.comment || "")]));
}

async function rawPage(study, name, number, query) {
  const form = await getTable("raw", name);
  if (number !== undefined) return rawRecordPage(study, form, Number(number));
  const columns = [
    { name: "Record", label: "number in the file", column: new Column([form.number, Array.from(form.number, (_, at) => at)]) },
    { name: "Became", label: "what became of the record", column: form.ends },
    ...(form.subject ? [{ name: "Subject", label: "USUBJID", column: form.subject }] : []),
    ...[...form.columns].map(([column, values]) => ({ name: column, label: "", column: values }))];
  const filters = Object.fromEntries(query);
  const open = (place) => { location.hash = route("raw", name, form.number[place]).slice(1); };
  const grid = new Grid({ name, columns, length: form.length, filters, open, hint: "Enter or a double click opens the record." });
  return { title: name, page: [h("h1", {}, `${form.place}${form.label ? `: ${form.label}` : ""}`),
    h("p", { class: "hint" }, "As it arrived. Became says what the build made of each record."), grid.element], grid };
}

/** A raw record with the records of the subject that were made from it. */
async function rawRecordPage(study, form, number) {
  const place = form.find(null, number);
  if (place < 0) throw new Error(`${form.place} has no record ${number}.`);
  const subject = form.subjectOf(place);
  const made = [];
  for (const item of study.datasets) {
    if (!new RegExp(`output ${item.name}(;|$)`).test(form.ends.value(place))) continue;
    const dataset = await getTable("dataset", item.name);
    for (const at of subject ? dataset.of(subject) : Array.from({ length: dataset.length }, (_, each) => each)) {
      if (dataset.form && dataset.form.value(at) === form.name && dataset.record[at] === number) made.push(h("li", {}, recordLink(dataset, at), " ", dataset.summary(at)));
    }
  }
  return {
    title: `${form.name} record ${number}`,
    page: [h("h1", {}, `${form.place} ${form.unit} ${number}`), h("p", { class: "lead" }, subject ? [link(subject, "subject", subject), " "] : null, form.ends.value(place)),
      made.length ? [h("h2", {}, "Records made from it"), h("ul", { class: "records" }, made)] : null,
      h("h2", {}, "As it arrived"), table(`Values of ${form.name} record ${number}`, ["Column", "Value"],
        [...form.columns].map(([name, column]) => [h("b", {}, name), h("span", { class: "value" }, column.text(place))]))],
  };
}

async function subjectsPage(study) {
  const dataset = await getTable("dataset", study.subject_dataset);
  const shown = ["USUBJID", ...FACTS.filter((name) => dataset.columns.has(name))];
  const columns = shown.map((name) => ({ name, label: dataset.about.get(name).label || "", column: dataset.columns.get(name) }));
  const grid = new Grid({ name: "Subjects", columns, length: dataset.length, hint: "Enter or a double click opens the subject.",
    open: (place) => { location.hash = route("subject", dataset.subjectOf(place)).slice(1); } });
  return { title: "Subjects", page: [h("h1", {}, "Subjects"), grid.element], grid };
}

/** The place of a finding, as links. */
function findingPlace(item) {
  const parts = [];
  if (item.dataset && item.usubjid && item.seq) parts.push(h("a", { href: route("record", item.dataset, item.usubjid, item.seq) }, `${item.dataset} #${item.seq}`));
  else if (item.dataset) parts.push(link(item.dataset, "dataset", item.dataset));
  if (item.form && item.record) parts.push(h("a", { href: route("raw", item.form, item.record) }, `raw ${item.form} record ${item.record}`));
  if (item.usubjid) parts.push(link(item.usubjid, "subject", item.usubjid));
  if (item.cell) parts.push(item.cell);
  return parts.flatMap((part, at) => (at ? [", ", part] : [part]));
}

async function findingsPage() {
  const groups = await studyspec.load("findings");
  return { title: "Findings", page: [h("h1", {}, "Findings of the build"), groups.length ? null : h("p", {}, "Nothing was found."), groups.map((group) =>
    h("details", { class: group.severity, open: group.severity !== "note" },
      h("summary", {}, h("b", {}, `${group.severity} ${group.code}`), ` ${group.title} (${group.items.length})`),
      h("p", { class: "hint" }, [group.why, group.action, group.cell].filter(Boolean).join(" ")),
      table(`${group.code}`, ["Where", "What"], group.items.map((item) => [h("span", {}, findingPlace(item)), [item.what, item.action].filter(Boolean).join(" ")]))))] };
}

async function ledgerPage(study) {
  const used = STATUSES.filter((status) => study.forms.some((form) => form.ends[status]));
  const words = { output: "Made into a record", joined: "Looked up by a record", read: "Read by an aggregate or a check", reference: "Reference form",
    excluded: "Left out, with a reason", "not tabulated": "Form not tabulated" };
  const count = (form, status) => (form.ends[status] ? h("a", { href: `${route("raw", form.name)}?Became=${encodeURIComponent(`^${status}`)}` }, form.ends[status].toLocaleString("en")) : "");
  return { title: "Ledger", page: [h("h1", {}, "Ledger"), h("p", { class: "lead" }, "What became of every raw record; each counts once, where it went furthest."),
    table("Ledger", ["Form", "Records", ...used.map((status) => words[status])], study.forms.map((form) =>
      [link(form.name, "raw", form.name), form.length, ...used.map((status) => h("span", { class: "right" }, count(form, status)))]))] };
}

async function qcPage(study) {
  if (!study.qc.outputs) return { title: "Double programming", page: [h("h1", {}, "Double programming"), h("p", {}, "The second programs were not run: studyspec qc, then studyspec report.")] };
  const name = (item) => (item.layer === "tlf" ? link(item.name, "display", item.name) : link(item.name, "dataset", item.name));
  return { title: "Double programming", page: [h("h1", {}, "Double programming"),
    study.qc.current ? null : h("p", { class: "bad" }, "These results are of an earlier state of the study. Run studyspec qc again, then studyspec report."),
    h("p", { class: "lead" }, "Each output was programmed a second time from the specifications alone. EXACT: all values are equal. EQUAL: within the stated criterion."),
    table("Results of double programming", ["Output", "Records", "Result", "Second program", "Differences"], study.qc.outputs.map((item) =>
      [name(item), item.records, h("span", { class: ["EXACT", "EQUAL"].includes(item.status) ? "good" : "bad" }, item.status), item.program || "none", item.unequal || item.message || ""]))] };
}

async function conformancePage(study) {
  const { conformance } = study;
  const none = "The built study was not checked: studyspec check, then studyspec report.";
  if (!conformance.findings) return { title: "Conformance", page: [h("h1", {}, "Conformance"), h("p", {}, none)] };
  const issues = new Map();
  for (const item of conformance.findings) {
    const key = [item.rule, item.dataset, item.variable, item.message, item.explanation].join("|");
    if (!issues.has(key)) issues.set(key, []);
    issues.get(key).push(item);
  }
  const rank = (item) => ["error", "warning", "note"].indexOf(item.severity) * 2 + (item.explanation ? 1 : 0);
  const sorted = [...issues.values()].sort((a, b) => rank(a[0]) - rank(b[0]));
  return { title: "Conformance", page: [h("h1", {}, "Conformance"), h("p", { class: "lead" }, `${conformance.summary}. Found by the last studyspec check.`),
    conformance.not_run.map((text) => h("p", { class: "hint" }, `Not run: ${text}`)),
    sorted.map((found) => {
      const [item] = found;
      const rule = conformance.rules[item.rule];
      const place = [item.dataset, item.variable].filter(Boolean).join(" ");
      const where = (one) => (one.usubjid && /^\d+$/.test(one.seq) ? h("a", { href: route("record", one.dataset, one.usubjid, one.seq) }, `${one.dataset} #${one.seq}`) : one.record ? `record ${one.record}` : "");
      return h("details", { class: item.explanation ? "explained" : item.severity, open: item.severity === "error" && !item.explanation },
        h("summary", {}, h("b", {}, `${item.severity} ${item.rule}`), ` ${place}: ${item.message} (${found.length}${item.explanation ? ", explained" : ""})`),
        item.explanation ? h("p", {}, item.explanation) : null,
        rule ? h("p", { class: "hint" }, `${rule[0]} ${rule[1]}`) : null, h("p", { class: "hint" }, item.action),
        table(`${item.rule} ${place}`, ["Record", "Subject", "Value"], found.slice(0, 200).map((one) => [where(one), one.usubjid ? link(one.usubjid, "subject", one.usubjid) : "", h("span", { class: "value" }, one.value)])),
        found.length > 200 ? h("p", { class: "hint" }, `and ${found.length - 200} more, in checks/conformance.xlsx`) : null);
    })] };
}

async function definePage(study, standard) {
  if (!study.defines.length) return { title: "Define", page: [h("h1", {}, "Define"), h("p", {}, "There is no define yet: studyspec define, then studyspec report.")] };
  const shown = study.defines.includes(standard) ? standard : study.defines[0];
  return { title: `Define ${shown.toUpperCase()}`, page: [h("h1", {}, `Define-XML: ${shown === "adam" ? "ADaM" : "SDTM"}`),
    h("p", { class: "tools" }, study.defines.map((name) => [h("a", { href: route("define", name), "aria-current": name === shown ? "page" : null }, name === "adam" ? "ADaM" : "SDTM"), " "]),
      h("a", { href: `define/${shown}.html` }, "Open it alone")),
    h("iframe", { class: "define", src: `define/${shown}.html`, title: `define.xml of ${shown === "adam" ? "ADaM" : "SDTM"}` })] };
}

async function searchPage(study, text) {
  const wanted = text.trim().toLowerCase();
  const has = (...texts) => texts.some((item) => String(item || "").toLowerCase().includes(wanted));
  const findings = await studyspec.load("findings");
  const datasets = await Promise.all(study.datasets.map((item) => getTable("dataset", item.name)));
  const variables = datasets.flatMap((dataset) => dataset.variables.filter((item) => has(item.name, item.label)).map((item) => [dataset, item]));
  const values = [];
  for (const dataset of datasets) {
    for (const [name, column] of dataset.columns) {
      const found = column.isNumber || name === "USUBJID" ? [] : column.texts.filter((value) => has(value));
      if (found.length) values.push([dataset, name, found]);
    }
  }
  const section = (head, items) => (items.length ? [h("h2", {}, `${head} (${items.length.toLocaleString("en")})`), h("ul", { class: "list" }, items.slice(0, 60).map((item) => h("li", {}, item))),
    items.length > 60 ? h("p", { class: "hint" }, `and ${items.length - 60} more`) : null] : []);
  const page = !wanted ? [] : [
    section("Subjects", study.subjects.filter((subject) => has(subject)).map((subject) => link(subject, "subject", subject))),
    section("Displays", study.displays.filter((item) => has(item.id, ...item.titles)).map((item) => link(item.titles.join(": "), "display", item.id))),
    section("Datasets and forms", [...study.datasets.filter((item) => has(item.name, item.label)).map((item) => link(`${item.name}: ${item.label}`, "dataset", item.name)),
      ...study.forms.filter((item) => has(item.name, item.label)).map((item) => link(`${item.place}: ${item.label}`, "raw", item.name))]),
    section("Variables", variables.map(([dataset, item]) => [link(`${dataset.name}.${item.name}`, "dataset", dataset.name), ` ${item.label || ""}`])),
    section("Values", values.map(([dataset, name, found]) => [h("a", { href: `${route("dataset", dataset.name)}?${encodeURIComponent(name)}=${encodeURIComponent(text.trim())}` }, `${dataset.name}.${name}`), ` ${found.slice(0, 3).join(" · ").slice(0, 160)}${found.length > 3 ? ` and ${found.length - 3} more` : ""}`])),
    section("Findings", findings.flatMap((group) => group.items.filter((item) => has(group.code, group.title, item.what)).map((item) => [`${group.code} `, findingPlace(item), `: ${item.what}`]))),
  ];
  return { title: `Search: ${text}`, page: [h("h1", {}, `Search: ${text}`), page.flat(2).length ? page : h("p", {}, "Nothing was found. The search looks for a part of names, labels, texts and subject numbers.")] };
}
