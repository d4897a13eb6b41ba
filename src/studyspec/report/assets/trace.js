// The way back from a value: the rule that gave it, the values the rule read, and so on to the raw cells.
"use strict";

const SHOWN = 12;

/** A value as a person reads it: a blank is said, a missing number is a point. */
function valueText(dataset, place, name) {
  const column = dataset.columns.get(name);
  const value = column.value(place);
  if (value === null) return ".";
  if (value === "") return "(blank)";
  return column.isDate ? `${column.text(place)} [${value}]` : String(value);
}

/** The rule that gave a variable its value in this record: value levels first, then that of its source, then the rest. */
function ruleOf(dataset, place, variable) {
  const source = dataset.source ? dataset.source.value(place) : "";
  return variable.rules.find((rule) => (!rule.records || fromRuns(rule.records).includes(place))
    && (!rule.source || rule.source === source));
}

function recordLink(dataset, place) {
  return dataset.kind === "raw"
    ? h("a", { href: route("raw", dataset.name, dataset.number[place]) }, `${dataset.place} ${dataset.unit} ${dataset.number[place]}`)
    : h("a", { href: route("record", dataset.name, dataset.subjectOf(place), dataset.number[place]) },
      `${dataset.name} #${dataset.number[place]}`);
}

class Trail {
  constructor(study) {
    this.study = study;
    this.seen = new Set();
    this.forms = new Set(study.forms.map((form) => form.name));
    this.datasets = new Set(study.datasets.map((item) => item.name));
  }

  /** A value with its way back, as a list item. */
  async value(dataset, place, name) {
    const key = `${dataset.name} ${place} ${name}`;
    const again = this.seen.has(key);
    this.seen.add(key);
    const text = valueText(dataset, place, name);
    const item = h("li", { class: dataset.kind === "raw" ? "raw" : null }, recordLink(dataset, place), " ", h("b", {}, name), " = ",
      h("span", { class: "value" }, text), again ? " (see above)" : null);
    const variable = dataset.about.get(name);
    const rule = again || dataset.kind === "raw" || !variable ? null : ruleOf(dataset, place, variable);
    if (rule) item.append(this.ruleText(rule, variable), await this.inputs(dataset, place, rule));
    return item;
  }

  ruleText(rule, variable) {
    return h("div", { class: "rule" }, h("code", {}, rule.text),
      rule.method ? h("div", { class: "method" }, h("b", {}, rule.method), ` ${rule.description}`) : null,
      h("div", { class: "quiet" }, rule.cell,
        rule.kind === "mapping" && variable.codelist ? `; terms of codelist ${variable.codelist}` : null));
  }

  async inputs(dataset, place, rule) {
    const list = h("ul", { class: "inputs" });
    for (const [kind, ...read] of rule.reads) {
      const found = kind === "use" ? [await this.use(dataset, place, dataset.uses[read[0]])]
        : kind === "of" ? await this.qualified(dataset, place, ...read)
          : await this.name(dataset, place, read[0], rule.kind === "mapping");
      list.append(...found);
    }
    return list.children.length ? list : "";
  }

  /** A plain name: a raw column of the record's own form, a variable of the record, or a parameter. */
  async name(dataset, place, name, rawFirst) {
    const form = dataset.form ? dataset.form.value(place) : "";
    if (rawFirst && this.forms.has(form)) {
      const raw = await getTable("raw", form);
      if (raw.columns.has(name)) return this.cells(raw, [dataset.record[place]], name);
    }
    if (dataset.columns.has(name)) return [await this.value(dataset, place, name)];
    const parameter = (this.study.parameters[dataset.standard] || {})[name];
    if (parameter) {
      return [h("li", {}, h("b", {}, name), ` = ${parameter[0]} `, h("span", { class: "quiet" }, `${parameter[1]}; ${parameter[2]}`))];
    }
    if (this.datasets.has(name)) {
      const other = await getTable("dataset", name);
      return [h("li", {}, `all ${plural(other.of(dataset.subjectOf(place)).length, "record")} of ${name} of the subject`)];
    }
    return [];
  }

  /** form.COLUMN of the record's own or a joined form, the source record's variable, or a look-up by subject. */
  async qualified(dataset, place, origin, name) {
    const own = dataset.form ? dataset.form.value(place) : "";
    const joined = (dataset.joins || {})[origin];
    const numbers = origin === own ? [dataset.record[place]] : joined && joined[place] ? [joined[place]] : [];
    if (this.forms.has(origin)) {
      const raw = await getTable("raw", origin);
      return this.cells(raw, numbers, name);
    }
    if (!this.datasets.has(origin)) return [];
    const other = await getTable("dataset", origin);
    if (!other.columns.has(name)) return [];
    const subject = dataset.subjectOf(place);
    const source = numbers.length ? other.find(subject, numbers[0]) : other.of(subject)[0];
    return source === undefined || source < 0 ? [] : [await this.value(other, source, name)];
  }

  cells(raw, numbers, name) {
    if (!raw.columns.has(name)) return [];
    return Promise.all(numbers.map((number) => this.value(raw, raw.find(null, number), name)));
  }

  /** What an aggregate used: the record that alone decided, in full; else all of them by their values. */
  async use(dataset, place, use) {
    const kind = this.datasets.has(use.dataset) ? "dataset" : "raw";
    const other = await getTable(kind, use.dataset);
    const item = h("li", {}, h("code", {}, use.text));
    if (!use.groups) {
      item.append(` reads ${use.dataset} of the subject: ${plural(other.of(dataset.subjectOf(place)).length, "record")}`);
      return item;
    }
    const places = fromRuns(use.groups[use.group ? use.group[place] : place] || []);
    const names = use.variables.filter((name) => other.columns.has(name));
    const decided = places.length ? " is decided by" : " found no record";
    item.append(use.one ? decided : ` used ${plural(places.length, "record")} of ${use.dataset}`);
    const list = h("ul", { class: "inputs" });
    if (use.one) {
      for (const source of places) for (const name of names) list.append(await this.value(other, source, name));
    } else {
      for (const source of places.slice(0, SHOWN)) {
        const values = names.map((name) => `${name} = ${valueText(other, source, name)}`).join(", ");
        list.append(h("li", {}, recordLink(other, source), " ", values));
      }
      if (places.length > SHOWN) list.append(h("li", { class: "quiet" }, `and ${places.length - SHOWN} more`));
    }
    item.append(list);
    return item;
  }
}

/** The records that one was made from: its source and the forms joined to it. */
async function sourceLinks(study, dataset, place) {
  const trail = new Trail(study);
  const found = [];
  const name = dataset.form ? dataset.form.value(place) : "";
  const add = async (origin, number, words) => {
    if (trail.forms.has(origin)) {
      const raw = await getTable("raw", origin);
      const at = raw.find(null, number);
      if (at >= 0) found.push(h("li", {}, `${words} `, recordLink(raw, at)));
    } else if (trail.datasets.has(origin)) {
      const other = await getTable("dataset", origin);
      const at = other.find(dataset.subjectOf(place), number);
      if (at >= 0) found.push(h("li", {}, `${words} `, recordLink(other, at), " ", other.summary(at)));
    }
  };
  await add(name, dataset.record ? dataset.record[place] : 0, "Made from");
  for (const [form, numbers] of Object.entries(dataset.joins || {})) {
    if (numbers[place]) await add(form, numbers[place], "Joined with");
  }
  return found;
}

async function recordPage(study, name, subject, number, opened) {
  const dataset = await getTable("dataset", name);
  const place = dataset.find(subject, Number(number));
  if (place < 0) throw new Error(`${name} has no record #${number} of ${subject || "the study"}.`);
  const places = dataset.of(subject);
  const at = places.indexOf(place);
  const step = (to, text) => (places[to] === undefined ? null
    : h("a", { href: route("record", name, subject, dataset.number[places[to]]), rel: text.toLowerCase() }, `${text} record`));
  const rows = dataset.variables.map((variable) => variableRow(study, dataset, place, variable, variable.name === opened));
  const all = h("button", { type: "button", onclick: () => rows.forEach((row) => row.show(true)) }, "Trace all values");
  const wanted = rows.find((row) => row.wanted);
  if (wanted) await wanted.show(true);
  return {
    goal: wanted ? wanted.elements[0] : null,
    title: `${name} #${number} of ${subject}`,
    page: [
      h("h1", {}, `${name} #${number}`),
      h("p", { class: "lead" }, subject ? link(subject, "subject", subject) : null, subject ? " " : null, dataset.summary(place)),
      h("ul", { class: "sources" }, await sourceLinks(study, dataset, place)),
      tools(step(at - 1, "Previous"), step(at + 1, "Next"), all),
      h("div", { class: "scroll" }, h("table", { class: "plain record" }, h("caption", { class: "hidden" }, `Values of ${name} #${number}`),
        h("thead", {}, h("tr", {}, ["Variable", "Label", "Value", "How it came about"].map((head) => h("th", { scope: "col" }, head)))),
        h("tbody", {}, rows.map((row) => row.elements)))),
    ],
  };
}

/** A variable of a record and, below it once it is asked for, the way back of its value. */
function variableRow(study, dataset, place, variable, wanted) {
  const rule = ruleOf(dataset, place, variable);
  const id = `trace-${variable.name}`;
  const cell = h("td", { colspan: "4" });
  const below = h("tr", { class: "trace", id, hidden: true }, cell);
  const show = async (open) => {
    if (open && !cell.children.length) {
      cell.append(h("ul", { class: "inputs" }, await new Trail(study).value(dataset, place, variable.name)));
    }
    below.hidden = !open;
    if (button) button.setAttribute("aria-expanded", String(open));
  };
  const button = rule ? h("button", { type: "button", class: "way", "aria-expanded": "false", "aria-controls": id,
    "aria-label": `Trace ${variable.name}`, onclick: () => show(below.hidden) },
    rule.method || (rule.text.length > 44 ? `${rule.text.slice(0, 42)}…` : rule.text)) : null;
  const row = h("tr", {}, h("th", { scope: "row" }, variable.name, suppMark(variable)), h("td", {}, variable.label || ""),
    h("td", { class: "value" }, dataset.text(place, variable.name)), h("td", {}, button || variable.comment || ""));
  return { elements: [row, below], show: button ? show : async () => {}, wanted };
}
