// How the study stands: findings, ledger, second programs, conformance, define; and the search over everything.
"use strict";

const ENDINGS = {
  output: "Made into a record", joined: "Looked up by a record", read: "Read by an aggregate or a check",
  reference: "Reference form", excluded: "Left out, with a reason", "not tabulated": "Form not tabulated",
};
const SHOWN_RECORDS = 200;
const SHOWN_HITS = 60;

/** The place of a finding, as links. */
function findingPlace(item) {
  const parts = [];
  if (item.dataset && item.usubjid && item.seq) {
    parts.push(link(`${item.dataset} #${item.seq}`, "record", item.dataset, item.usubjid, item.seq));
  } else if (item.dataset) {
    parts.push(link(item.dataset, "dataset", item.dataset));
  }
  if (item.form && item.record) parts.push(link(`raw ${item.form} record ${item.record}`, "raw", item.form, item.record));
  if (item.usubjid) parts.push(link(item.usubjid, "subject", item.usubjid));
  if (item.cell) parts.push(item.cell);
  return parts.flatMap((part, at) => (at ? [", ", part] : [part]));
}

function findingGroup(group) {
  const rows = group.items.map((item) => [h("span", {}, findingPlace(item)), [item.what, item.action].filter(Boolean).join(" ")]);
  return h("details", { class: group.severity, open: group.severity !== "note" },
    h("summary", {}, h("b", {}, `${group.severity} ${group.code}`), ` ${group.title} (${group.items.length})`),
    h("p", { class: "hint" }, [group.why, group.action, group.cell].filter(Boolean).join(" ")),
    table(group.code, ["Where", "What"], rows));
}

async function findingsPage() {
  const groups = await studyspec.load("findings");
  return { ...titled("Findings of the build", groups.length ? groups.map(findingGroup) : h("p", {}, "Nothing was found.")),
    title: "Findings" };
}

async function ledgerPage(study) {
  const used = Object.keys(ENDINGS).filter((status) => study.forms.some((form) => form.ends[status]));
  const count = (form, status) => {
    if (!form.ends[status]) return "";
    const address = `${route("raw", form.name)}?Became=${encodeURIComponent(`^${status}`)}`;
    return h("a", { href: address }, form.ends[status].toLocaleString("en"));
  };
  const rows = study.forms.map((form) => [link(form.name, "raw", form.name), form.length,
    ...used.map((status) => h("span", { class: "right" }, count(form, status)))]);
  return titled("Ledger",
    h("p", { class: "lead" }, "What became of every raw record; each counts once, where it went furthest."),
    table("Ledger", ["Form", "Records", ...used.map((status) => ENDINGS[status])], rows));
}

async function qcPage(study) {
  const title = "Double programming";
  if (!study.qc.outputs) {
    return titled(title, h("p", {}, "The second programs were not run: studyspec qc, then studyspec report."));
  }
  const rows = study.qc.outputs.map((item) => [link(item.name, item.layer === "tlf" ? "display" : "dataset", item.name), item.records,
    h("span", { class: agrees(item) ? "good" : "bad" }, item.status), item.program || "none", item.unequal || item.message || ""]);
  const stale = "These results are of an earlier state of the study. Run studyspec qc again, then studyspec report.";
  return titled(title, study.qc.current ? null : h("p", { class: "bad" }, stale),
    h("p", { class: "lead" }, "Outputs with a second program were programmed a second time, from the specifications alone. ",
      "EXACT: all values are equal. EQUAL: within the stated criterion."),
    table(title, ["Output", "Records", "Result", "Second program", "Differences"], rows));
}

async function conformancePage(study) {
  const { conformance } = study;
  const title = "Conformance";
  if (!conformance.findings) {
    return titled(title, h("p", {}, "The built study was not checked: studyspec check, then studyspec report."));
  }
  const issues = new Map();
  for (const item of conformance.findings) {
    const key = [item.rule, item.dataset, item.variable, item.message, item.explanation].join("|");
    issues.set(key, [...(issues.get(key) || []), item]);
  }
  const rank = ([item]) => ["error", "warning", "note"].indexOf(item.severity) * 2 + (item.explanation ? 1 : 0);
  return titled(title,
    h("p", { class: "lead" }, `${conformance.summary}. Found by the last studyspec check.`),
    conformance.not_run.map((text) => h("p", { class: "hint" }, `Not run: ${text}`)),
    [...issues.values()].sort((a, b) => rank(a) - rank(b)).map((found) => issueDetails(conformance, found)));
}

/** The findings of one rule about one variable. */
function issueDetails(conformance, found) {
  const [item] = found;
  const rule = conformance.rules[item.rule];
  const place = [item.dataset, item.variable].filter(Boolean).join(" ");
  const record = (one) => (one.usubjid && /^\d+$/.test(one.seq)
    ? link(`${one.dataset} #${one.seq}`, "record", one.dataset, one.usubjid, one.seq) : one.record ? `record ${one.record}` : "");
  const rows = found.slice(0, SHOWN_RECORDS).map((one) => [record(one),
    one.usubjid ? link(one.usubjid, "subject", one.usubjid) : "", h("span", { class: "value" }, one.value)]);
  const left = found.length - rows.length;
  const count = `(${found.length}${item.explanation ? ", explained" : ""})`;
  return h("details", { class: item.explanation ? "explained" : item.severity, open: item.severity === "error" && !item.explanation },
    h("summary", {}, h("b", {}, `${item.severity} ${item.rule}`), ` ${place}: ${item.message} ${count}`),
    item.explanation ? h("p", {}, item.explanation) : null,
    rule ? h("p", { class: "hint" }, `${rule[0]} ${rule[1]}`) : null,
    h("p", { class: "hint" }, item.action),
    table(`${item.rule} ${place}`, ["Record", "Subject", "Value"], rows),
    left ? h("p", { class: "hint" }, `and ${left} more, in checks/conformance.xlsx`) : null);
}

async function definePage(study, standard) {
  const words = { sdtm: "SDTM", adam: "ADaM" };
  if (!study.defines.length) {
    return titled("Define", h("p", {}, "There is no define yet: studyspec define, then studyspec report."));
  }
  const shown = study.defines.includes(standard) ? standard : study.defines[0];
  const links = study.defines.map((name) =>
    h("a", { href: route("define", name), "aria-current": name === shown ? "page" : null }, words[name]));
  return { ...titled(`Define-XML: ${words[shown]}`, tools(...links, h("a", { href: `define/${shown}.html` }, "Open it alone")),
    h("iframe", { class: "define", src: `define/${shown}.html`, title: `define.xml of ${words[shown]}` })),
  title: `Define ${words[shown]}` };
}

/** Values of text columns that contain what is looked for: dataset, variable, texts. */
async function valuesWith(study, has) {
  const found = [];
  for (const item of study.datasets) {
    const dataset = await getTable("dataset", item.name);
    for (const [name, column] of dataset.columns) {
      const texts = column.isNumber || name === "USUBJID" ? [] : column.texts.filter((text) => has(text));
      if (texts.length) found.push([dataset, name, texts]);
    }
  }
  return found;
}

async function searchPage(study, text) {
  const wanted = text.trim().toLowerCase();
  const has = (...texts) => texts.some((item) => String(item || "").toLowerCase().includes(wanted));
  const datasets = await Promise.all(study.datasets.map((item) => getTable("dataset", item.name)));
  const findings = (await studyspec.load("findings")).flatMap((group) => group.items.map((item) => [group, item]));
  const valueHit = ([dataset, name, texts]) => {
    const address = `${route("dataset", dataset.name)}?${encodeURIComponent(name)}=${encodeURIComponent(text.trim())}`;
    const more = texts.length > 3 ? ` and ${texts.length - 3} more` : "";
    return [h("a", { href: address }, `${dataset.name}.${name}`), ` ${texts.slice(0, 3).join(" · ").slice(0, 160)}${more}`];
  };
  const hits = {
    Subjects: study.subjects.filter((subject) => has(subject)).map((subject) => link(subject, "subject", subject)),
    Displays: study.displays.filter((item) => has(item.id, ...item.titles))
      .map((item) => link(item.titles.join(": "), "display", item.id)),
    Datasets: study.datasets.filter((item) => has(item.name, item.label))
      .map((item) => link(`${item.name}: ${item.label}`, "dataset", item.name)),
    "Raw forms": study.forms.filter((item) => has(item.name, item.label))
      .map((item) => link(`${item.place}: ${item.label}`, "raw", item.name)),
    Variables: datasets.flatMap((dataset) => dataset.variables.filter((item) => has(item.name, item.label))
      .map((item) => [link(`${dataset.name}.${item.name}`, "dataset", dataset.name), ` ${item.label || ""}`])),
    Values: (await valuesWith(study, has)).map(valueHit),
    Findings: findings.filter(([group, item]) => has(group.code, group.title, item.what))
      .map(([group, item]) => [`${group.code} `, findingPlace(item), `: ${item.what}`]),
  };
  const sections = Object.entries(hits).filter(([, items]) => wanted && items.length).map(([head, items]) => [
    h("h2", {}, `${head} (${items.length.toLocaleString("en")})`),
    h("ul", { class: "list" }, items.slice(0, SHOWN_HITS).map((item) => h("li", {}, item))),
    items.length > SHOWN_HITS ? h("p", { class: "hint" }, `and ${items.length - SHOWN_HITS} more`) : null,
  ]);
  const none = "Nothing was found. The search looks for a part of names, labels, texts and subject numbers.";
  return titled(`Search: ${text}`, sections.length ? sections : h("p", {}, none));
}
