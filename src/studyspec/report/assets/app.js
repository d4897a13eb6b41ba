// Which page is shown: the part of the address behind #.
"use strict";

const PAGES = [["Overview", ""], ["Displays", "displays"], ["Subjects", "subjects"], ["Datasets", "datasets"], ["Findings", "findings"],
  ["Ledger", "ledger"], ["Define", "define"], ["QC", "qc"], ["Conformance", "conformance"]];
const BELONGS = { display: "displays", subject: "subjects", record: "datasets", dataset: "datasets", raw: "datasets" };

let shownPage = "";
let opener = "";

function pageOf(study, parts, query) {
  const [name = "", ...rest] = parts;
  switch (name) {
    case "": return overviewPage(study);
    case "displays": return displaysPage(study);
    case "display": return displayPage(study, ...rest);
    case "subjects": return subjectsPage(study);
    case "subject": return subjectPage(study, rest[0], query.get("records"));
    case "datasets": return datasetsPage(study);
    case "dataset": return datasetPage(study, rest[0], query);
    case "record": return recordPage(study, ...rest);
    case "raw": return rawPage(study, rest[0], rest[1], query);
    case "findings": return findingsPage();
    case "ledger": return ledgerPage(study);
    case "qc": return qcPage(study);
    case "conformance": return conformancePage(study);
    case "define": return definePage(study, rest[0]);
    case "search": return searchPage(study, rest[0] || "");
    default: throw new Error(`There is no page ${name}.`);
  }
}

function failure(error) {
  return titled("This cannot be shown", h("p", {}, error.message), h("p", {}, h("a", { href: "#/" }, "Overview")));
}

async function show(study) {
  const [path, search = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const parts = path.split("/").map(decodeURIComponent).filter((part, at, all) => part !== "" || (at > 0 && at < all.length));
  const main = document.getElementById("main");
  // A list beside a display that is shown already: the display stays as it is.
  const key = parts[0] === "display" ? parts.slice(0, 2).join("/") : location.hash;
  let found;
  main.setAttribute("aria-busy", "true");
  try {
    found = await pageOf(study, parts, new URLSearchParams(search));
  } catch (error) {
    found = failure(error);
  }
  main.removeAttribute("aria-busy");
  if (location.hash.replace(/^#\/?/, "").split("?")[0] !== path) return;
  const stays = key === shownPage && parts[0] === "display";
  if (!stays) {
    main.replaceChildren(...[found.page].flat(Infinity).filter(Boolean));
    document.title = `${found.title} – ${study.about.study}`;
    if (shownPage !== "") { main.focus({ preventScroll: true }); window.scrollTo(0, 0); }
    if (found.grid) found.grid.draw();
    if (found.goal) found.goal.scrollIntoView({ block: "center" });
    announce(found.title);
  }
  shownPage = key;
  showPanel(found.panel, parts);
  markPage(parts[0] || "");
}

/** The list behind a count, beside its display. */
function showPanel(panel, parts) {
  const aside = document.getElementById("panel");
  const base = route(...parts.slice(0, 2));
  for (const cell of document.querySelectorAll("a.cell[aria-current]")) cell.removeAttribute("aria-current");
  if (!panel) {
    const last = aside.hidden ? null : document.querySelector(`a.cell[data-cell="${CSS.escape(opener)}"]`);
    aside.hidden = true;
    aside.replaceChildren();
    document.body.classList.remove("with-panel");
    if (last) last.focus();
    return;
  }
  opener = parts.slice(2).join("|");
  const cell = document.querySelector(`a.cell[data-cell="${CSS.escape(opener)}"]`);
  if (cell) cell.setAttribute("aria-current", "true");
  aside.hidden = false;
  document.body.classList.add("with-panel");
  const heading = h("h2", { tabindex: "-1" }, panel.title);
  const close = h("a", { class: "close", href: base, "aria-label": "Close the list" }, "Close");
  aside.replaceChildren(h("div", { class: "panelhead" }, heading, close),
    ...panel.page.flat(Infinity).filter(Boolean));
  aside.scrollTop = 0;
  heading.focus({ preventScroll: true });
  announce(panel.title);
}

function markPage(name) {
  const current = BELONGS[name] || name;
  for (const item of document.querySelectorAll("#nav a")) {
    if (item.dataset.page === current) item.setAttribute("aria-current", "page");
    else item.removeAttribute("aria-current");
  }
}

function onKey(event) {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
  if (event.key === "/" && !typing) {
    document.getElementById("query").focus();
    event.preventDefault();
  } else if (event.key === "Escape" && !document.getElementById("panel").hidden) {
    document.querySelector("#panel .close").click();
  }
}

studyspec.load("study").then((study) => {
  document.getElementById("study").textContent = study.about.study;
  const about = [study.about.synthetic ? "synthetic data" : "", `cut-off ${study.about.data_cutoff}`];
  document.getElementById("about").textContent = about.filter(Boolean).join(" · ");
  const items = PAGES.map(([text, name]) => h("li", {}, h("a", { href: route(name), "data-page": name }, text)));
  document.getElementById("nav").append(h("ul", {}, items));
  document.getElementById("search").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = document.getElementById("query").value.trim();
    if (text) location.hash = study.subjects.includes(text) ? route("subject", text).slice(1) : route("search", text).slice(1);
  });
  document.getElementById("skip").addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById("main").focus();
  });
  document.addEventListener("keydown", onKey);
  window.addEventListener("beforeprint", () => {
    // Paper cannot be opened: how a count was selected is printed with it.
    for (const details of document.querySelectorAll("#panel details")) details.open = true;
  });
  window.addEventListener("hashchange", () => show(study));
  show(study);
}).catch((error) => {
  document.getElementById("main").append(h("h1", {}, "This page cannot be shown"), h("p", {}, error.message));
});
