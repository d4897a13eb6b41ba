// Datasets and raw forms: columns of distinct values in order, and for each record the place of its value among them.
"use strict";

const DAY = 86400000;

/** SAS day number (days since 1960-01-01) as an ISO date. */
function isoDate(day) {
  return new Date(Date.UTC(1960, 0, 1) + day * DAY).toISOString().slice(0, 10);
}

class Column {
  constructor([values, codes], variable) {
    this.values = values;
    this.codes = codes ? Int32Array.from(codes) : null;
    this.isDate = /^(DATE|E8601DA)/i.test((variable && variable.format) || "");
    this.isNumber = values.some((value) => typeof value === "number");
  }

  code(place) {
    return this.codes ? this.codes[place] : 0;
  }

  value(place) {
    return this.values[this.code(place)];
  }

  /** The distinct values as people read them; missing numbers are blank. */
  get texts() {
    if (!this.shown) this.shown = this.values.map((value) => this.textOf(value));
    return this.shown;
  }

  textOf(value) {
    if (value === null) return "";
    return typeof value === "number" && this.isDate ? isoDate(value) : String(value);
  }

  text(place) {
    return this.texts[this.code(place)];
  }
}

class Table {
  constructor(content, kind) {
    Object.assign(this, content);
    this.kind = kind;
    this.variables = content.variables || Object.keys(content.columns).map((name) => ({ name, rules: [] }));
    this.about = new Map(this.variables.map((variable) => [variable.name, variable]));
    this.columns = new Map(Object.entries(content.columns).map(
      ([name, column]) => [name, new Column(column, this.about.get(name))]));
    this.subject = content.subject ? new Column(content.subject) : this.columns.get("USUBJID");
    for (const name of ["form", "source", "ends"]) this[name] = content[name] ? new Column(content[name]) : null;
  }

  text(place, name) {
    const column = this.columns.get(name);
    return column ? column.text(place) : "";
  }

  /** The places of a subject's records; in a dataset without subjects all places. */
  of(subject) {
    if (!this.bySubject) {
      this.bySubject = new Map();
      for (let place = 0; place < this.length; place += 1) {
        const code = this.subject ? this.subject.code(place) : -1;
        if (!this.bySubject.has(code)) this.bySubject.set(code, []);
        this.bySubject.get(code).push(place);
      }
    }
    return this.bySubject.get(this.subject ? this.subject.values.indexOf(subject) : -1) || [];
  }

  /** The place of a subject's record by its number, or of a raw record; -1: there is none. */
  find(subject, number) {
    const places = subject === null ? null : this.of(subject);
    if (!places) return this.number.indexOf(number);
    const found = places.find((place) => this.number[place] === number);
    return found === undefined ? -1 : found;
  }

  subjectOf(place) {
    return this.subject ? this.subject.value(place) : "";
  }

  /** What a record is about in a few words: the first of these variables that there is, with grade and date. */
  summary(place) {
    const prefix = this.kind === "raw" ? "" : this.name.replace(/^AD(?=..)/, "").slice(0, 2);
    const first = (names) => names.map((name) => this.text(place, name)).find((text) => text !== "") || "";
    const what = first([`${prefix}DECOD`, `${prefix}TERM`, `${prefix}TRT`, `${prefix}TESTCD`, "PARAMCD", "QNAM"]);
    const result = first([`${prefix}STRESC`, `${prefix}ORRES`, "AVALC", "AVAL", "QVAL"]);
    const grade = first(["ATOXGR", `${prefix}TOXGR`, "ASEV", `${prefix}SEV`]);
    const date = first(["ASTDT", "ADT", `${prefix}STDTC`, `${prefix}DTC`]);
    const worded = /^\d$/.test(grade) ? `grade ${grade}` : grade.toLowerCase();
    return [[what, result].filter(Boolean).join(" "), worded, date].filter(Boolean).join(", ");
  }
}

const tables = new Map();

/** A dataset ("dataset", "AE") or raw form ("raw", "ae"). */
function getTable(kind, name) {
  const key = `${kind}/${name}`;
  if (!tables.has(key)) tables.set(key, studyspec.load(key).then((content) => new Table(content, kind)));
  return tables.get(key);
}

/** Ascending places from runs: [3, 2, 9, 1] is 3, 4, 9. */
function fromRuns(runs) {
  const places = [];
  for (let item = 0; item < runs.length; item += 2) {
    for (let step = 0; step < runs[item + 1]; step += 1) places.push(runs[item] + step);
  }
  return places;
}
