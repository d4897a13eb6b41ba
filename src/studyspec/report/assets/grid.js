// A table of any length: only the rows in sight are in the page. Sort, filter and search work on the distinct values.
"use strict";

const ROW = 26;
const AHEAD = 6;

/** Whether each distinct text meets a filter: "abc" (part of it), "^abc" (its beginning), "=abc", "!=abc", ">=3", "=" (blank). */
function meets(column, filter) {
  const [, sign, rest] = /^\s*(!=|>=|<=|=|>|<|\^)?\s*([^]*?)\s*$/.exec(filter);
  const wanted = rest.toLowerCase();
  if (!sign) return column.texts.map((text) => text.toLowerCase().includes(wanted));
  if (sign === "=") return column.texts.map((text) => text.toLowerCase() === wanted);
  if (sign === "^") return column.texts.map((text) => text.toLowerCase().startsWith(wanted));
  if (sign === "!=") return column.texts.map((text) => text.toLowerCase() !== wanted);
  const numeric = column.isNumber && !column.isDate;
  const limit = numeric ? Number(rest) : rest;
  const holds = { ">": (a) => a > limit, "<": (a) => a < limit, ">=": (a) => a >= limit, "<=": (a) => a <= limit }[sign];
  return column.texts.map((text) => text !== "" && holds(numeric ? Number(text) : text));
}

class Grid {
  /**
   * columns: [{name, label, column}]; length: number of records; places: those to show (default: all);
   * open: what Enter and a double click do with a record's place; hint: says what that is.
   */
  constructor({ name, columns, length, places, open, hint, filters }) {
    Object.assign(this, { name, columns, open });
    this.all = places ? Int32Array.from(places) : Int32Array.from({ length }, (_, place) => place);
    this.filters = { ...filters };
    this.search = "";
    this.sort = { column: -1, down: false };
    this.active = { row: 0, column: 0 };
    this.pool = [];
    this.build(hint);
    this.select();
  }

  build(hint) {
    const searchId = `search-${this.name}`;
    this.count = h("span", { class: "count", role: "status" });
    this.reader = h("p", { class: "reader" });
    this.searchBox = h("input", { id: searchId, type: "search", placeholder: "any value",
      oninput: (event) => { this.search = event.target.value; this.later(); } });
    this.buttons = this.columns.map((item, place) => h("button", { type: "button", title: item.label || item.name,
      onclick: () => this.sortBy(place) }, item.name));
    this.heads = this.columns.map((item, place) => h("th", { role: "columnheader", scope: "col", "aria-sort": "none",
      "aria-colindex": place + 1 }, this.buttons[place]));
    const filterRow = this.columns.map((item) => h("td", { role: "gridcell" }, h("input", { type: "text",
      "aria-label": `Filter ${item.name}`, value: this.filters[item.name] || "", autocomplete: "off", spellcheck: "false",
      oninput: (event) => { this.filters[item.name] = event.target.value; this.later(); } })));
    this.filterInputs = filterRow.map((cell) => cell.firstChild);
    this.above = h("tr", { class: "space", "aria-hidden": "true" }, h("td", { colspan: this.columns.length }));
    this.below = this.above.cloneNode(true);
    this.body = h("tbody", { role: "rowgroup" }, this.above, this.below);
    this.table = h("table", { role: "grid", tabindex: "0", class: "grid", "aria-label": `${this.name}: records`,
      "aria-describedby": "grid-help", "aria-colcount": this.columns.length,
      onkeydown: (event) => this.key(event), onclick: (event) => this.point(event), onfocus: () => this.mark(),
      ondblclick: () => this.openActive() },
      h("colgroup", {}, this.widths().map((width) => h("col", { style: { width: `${width}px` } }))),
      h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, this.heads), h("tr", { role: "row", class: "filters" }, filterRow)),
      this.body);
    this.table.style.width = `${this.widths().reduce((sum, width) => sum + width, 0)}px`;
    this.view = h("div", { class: "viewport", onscroll: () => this.onscroll() }, this.table);
    this.element = h("div", { class: "gridbox" },
      h("div", { class: "bar" }, h("label", { for: searchId }, "Search in all columns "), this.searchBox, this.count,
        h("button", { type: "button", onclick: () => this.clear() }, "Clear filters"),
        h("button", { type: "button", onclick: () => this.save() }, "Save as CSV")),
      this.view, this.reader,
      h("p", { id: "grid-help", class: "hint" }, "Arrow keys move in the grid. ", hint || "",
        " Filters: part of a text, ^its beginning, =Y, !=Y, >=3, >2021-06, = for blank."));
    if ("ResizeObserver" in window) new ResizeObserver(() => this.draw()).observe(this.view);
  }

  /** Widths in pixels, from the longest of the distinct values. */
  widths() {
    if (!this.measured) {
      this.measured = this.columns.map((item) => {
        let longest = item.name.length + 2;
        for (const text of item.column.texts) longest = Math.max(longest, Math.min(text.length, 36));
        return Math.round(18 + longest * 7.9);
      });
    }
    return this.measured;
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.select(), 60);
  }

  /** The records that meet search and filters, in order. */
  select() {
    let places = this.all;
    for (const item of this.columns) {
      const filter = this.filters[item.name];
      if (filter) {
        const good = meets(item.column, filter);
        places = places.filter((place) => good[item.column.code(place)]);
      }
    }
    if (this.search.trim()) {
      const good = this.columns.map((item) => [item.column, meets(item.column, this.search.replace(/^\s*[!=<>^]+/, ""))])
        .filter(([, flags]) => flags.includes(true));
      places = places.filter((place) => good.some(([column, flags]) => flags[column.code(place)]));
    }
    this.places = this.sorted(places);
    this.active.row = Math.max(0, Math.min(this.active.row, this.places.length - 1));
    this.view.scrollTop = 0;
    const whole = this.all.length;
    this.count.textContent = this.places.length === whole ? plural(whole, "record")
      : `${this.places.length.toLocaleString("en")} of ${plural(whole, "record")}`;
    this.table.setAttribute("aria-rowcount", this.places.length + 2);
    this.drawn = null;
    this.draw();
  }

  sorted(places) {
    if (this.sort.column < 0) return places;
    const { column } = this.columns[this.sort.column];
    // Distinct values come in order, so that their places are all that is compared; equal ones keep their order.
    const step = this.sort.down ? -1 : 1;
    const keys = Float64Array.from(places, (place, at) => step * column.code(place) * 4294967296 + at);
    keys.sort();
    return Int32Array.from(keys, (key) => places[((key % 4294967296) + 4294967296) % 4294967296]);
  }

  sortBy(column) {
    const same = this.sort.column === column;
    this.sort = same && this.sort.down ? { column: -1, down: false } : { column, down: same };
    this.heads.forEach((head, place) => head.setAttribute("aria-sort",
      place !== this.sort.column ? "none" : this.sort.down ? "descending" : "ascending"));
    this.select();
    const order = this.heads[column].getAttribute("aria-sort");
    announce(order === "none" ? "In the order of the dataset" : `Sorted by ${this.columns[column].name}, ${order}`);
  }

  clear() {
    this.search = "";
    this.filters = {};
    this.searchBox.value = "";
    for (const input of this.filterInputs) input.value = "";
    this.select();
  }

  save() {
    const lines = [csvLine(this.columns.map((item) => item.name))];
    for (const place of this.places) lines.push(csvLine(this.columns.map((item) => item.column.text(place))));
    download(`${this.name}.csv`, lines.join(""));
  }

  onscroll() {
    if (!this.frame) this.frame = requestAnimationFrame(() => { this.frame = 0; this.draw(); });
  }

  /** Put the rows in sight into the page. */
  draw() {
    const visible = Math.ceil((this.view.clientHeight || 600) / ROW);
    const first = Math.max(0, Math.floor(this.view.scrollTop / ROW) - AHEAD);
    const last = Math.min(this.places.length, first + visible + 2 * AHEAD);
    if (this.drawn && this.drawn.first === first && this.drawn.last === last) return;
    this.drawn = { first, last };
    while (this.pool.length < last - first) this.pool.push(this.row());
    this.pool.forEach((row, at) => {
      const shown = first + at;
      if (shown >= last) { row.remove(); return; }
      this.fill(row, shown);
      if (row.parentNode !== this.body) this.body.insertBefore(row, this.below);
    });
    this.above.firstChild.style.height = `${first * ROW}px`;
    this.below.firstChild.style.height = `${(this.places.length - last) * ROW}px`;
    this.mark();
  }

  row() {
    return h("tr", { role: "row" }, this.columns.map((item, column) => h("td", { role: "gridcell",
      "aria-colindex": column + 1, class: item.column.isNumber && !item.column.isDate ? "number" : null })));
  }

  fill(row, shown) {
    const place = this.places[shown];
    row.setAttribute("aria-rowindex", shown + 3);
    row.classList.toggle("odd", shown % 2 === 1);
    for (let column = 0; column < this.columns.length; column += 1) {
      const cell = row.children[column];
      const text = this.columns[column].column.text(place);
      if (cell.textContent !== text) cell.textContent = text;
      cell.id = `g${shown}-${column}`;
      cell.className = cell.className.replace(" active", "");
    }
  }

  /** Show which cell is the active one, and its whole value below the grid. */
  mark() {
    for (const cell of this.body.querySelectorAll(".active")) cell.classList.remove("active");
    const { row, column } = this.active;
    const item = this.columns[column];
    if (!this.places.length || !item) { this.reader.replaceChildren("No record meets the filters."); return; }
    const cell = document.getElementById(`g${row}-${column}`) || this.body.querySelector(`[id="g${row}-${column}"]`);
    if (cell) { cell.classList.add("active"); this.table.setAttribute("aria-activedescendant", cell.id); }
    else this.table.removeAttribute("aria-activedescendant");
    this.reader.replaceChildren(h("b", {}, item.name), item.label ? ` ${item.label}: ` : ": ",
      h("span", { class: "value" }, item.column.text(this.places[row]) || "(blank)"));
  }

  move(row, column) {
    this.active.row = Math.max(0, Math.min(row, this.places.length - 1));
    this.active.column = Math.max(0, Math.min(column, this.columns.length - 1));
    const head = this.table.tHead.offsetHeight;
    const top = this.active.row * ROW;
    if (top < this.view.scrollTop) this.view.scrollTop = top;
    else if (top + ROW > this.view.scrollTop + this.view.clientHeight - head) {
      this.view.scrollTop = top + ROW - this.view.clientHeight + head;
    }
    this.draw();
    this.mark();
    const cell = document.getElementById(`g${this.active.row}-${this.active.column}`);
    if (cell) {
      const left = cell.offsetLeft;
      if (left < this.view.scrollLeft) this.view.scrollLeft = left;
      else if (left + cell.offsetWidth > this.view.scrollLeft + this.view.clientWidth) {
        this.view.scrollLeft = left + cell.offsetWidth - this.view.clientWidth;
      }
    }
  }

  key(event) {
    if (event.target !== this.table) return;
    const { row, column } = this.active;
    const page = Math.max(1, Math.floor(this.view.clientHeight / ROW) - 3);
    const edge = event.ctrlKey || event.metaKey;
    const moves = {
      ArrowDown: [row + 1, column], ArrowUp: [row - 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
      PageDown: [row + page, column], PageUp: [row - page, column],
      Home: [edge ? 0 : row, 0], End: [edge ? this.places.length - 1 : row, this.columns.length - 1],
    };
    if (event.key === "Enter") this.openActive();
    else if (moves[event.key]) this.move(...moves[event.key]);
    else return;
    event.preventDefault();
  }

  point(event) {
    const cell = event.target.closest("tbody td[id]");
    if (!cell) return;
    const [row, column] = cell.id.slice(1).split("-").map(Number);
    this.active = { row, column };
    this.mark();
  }

  openActive() {
    if (this.open && this.places.length) this.open(this.places[this.active.row]);
  }
}
