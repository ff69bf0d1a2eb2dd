"use strict";
const table = document.querySelector("table.cases");
const bodies = table === null ? [] : [...table.tBodies];
const search = document.getElementById("search");
const fails = document.getElementById("fails");
const told = document.getElementById("told");
const filters = [...document.querySelectorAll(".verdicts button")];

function show() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const chosen = new Set(filters.filter((one) => one.getAttribute("aria-pressed") === "true").map((one) => one.value));
  let count = 0;
  for (const body of bodies) {
    const { verdict, text } = body.dataset;
    const fits = (chosen.size === 0 || chosen.has(verdict)) && (!fails.checked || "fails" in body.dataset)
      && words.every((word) => text.includes(word));
    body.hidden = !fits;
    count += fits ? 1 : 0;
  }
  told.textContent = count === bodies.length ? `${count} cases` : `${count} of ${bodies.length} cases`;
}

function sort(heading) {
  const ascending = heading.getAttribute("aria-sort") !== "ascending";
  for (const other of table.tHead.rows[0].cells) {
    if (other.hasAttribute("aria-sort")) other.setAttribute("aria-sort", "none");
  }
  heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
  const column = heading.dataset.column;
  const value = (body) => (heading.dataset.kind === "number" ? Number(body.dataset[column]) : body.dataset[column]);
  const rest = (one, other) => Number(one.dataset.order) - Number(other.dataset.order);
  const compare = (one, other) => {
    const [left, right] = [value(one), value(other)];
    if (left === right) return rest(one, other);
    return (left < right ? -1 : 1) * (ascending ? 1 : -1);
  };
  const last = document.activeElement;
  table.append(...[...bodies].sort(compare));
  last?.focus();
}

function toggle(button, open = button.getAttribute("aria-expanded") !== "true") {
  button.setAttribute("aria-expanded", String(open));
  document.getElementById(button.getAttribute("aria-controls")).hidden = !open;
}

function step(by) {
  const shown = [...table.tBodies].filter((body) => !body.hidden).map((body) => body.querySelector(".open"));
  const at = shown.findIndex((button) => button.closest("tbody").contains(document.activeElement));
  const next = at < 0 ? (by > 0 ? 0 : shown.length - 1) : Math.min(Math.max(at + by, 0), shown.length - 1);
  shown[next]?.focus();
}

// A plot says the run that is pointed at, or that the arrow keys have reached, and else its newest one.
function readable(plot) {
  const drawing = plot.querySelector("svg");
  const said = plot.querySelector("output");
  const runs = [...drawing.querySelectorAll("g")];
  let at = runs.length - 1;
  const choose = (place, marked = true) => {
    at = Math.min(Math.max(place, 0), runs.length - 1);
    runs.forEach((run, number) => run.classList.toggle("at", marked && number === at));
    drawing.classList.toggle("reading", marked);
    said.textContent = runs[at].querySelector("title").textContent;
  };
  const places = { ArrowLeft: () => at - 1, ArrowRight: () => at + 1, Home: () => 0, End: () => runs.length - 1 };
  drawing.tabIndex = 0;
  drawing.addEventListener("pointermove", (event) => {
    const run = event.target.closest("g");
    if (run !== null) choose(runs.indexOf(run));
  });
  drawing.addEventListener("focus", () => choose(at));
  drawing.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in places)) return;
    event.preventDefault();
    choose(places[event.key]());
  });
  for (const end of ["pointerleave", "blur"]) drawing.addEventListener(end, () => choose(runs.length - 1, false));
}

for (const plot of document.querySelectorAll(".plot")) readable(plot);
for (const hint of document.querySelectorAll(".hint")) hint.hidden = false;
if (table !== null) {
  for (const body of bodies) body.querySelector(".open").addEventListener("click", (event) => toggle(event.currentTarget));
  for (const heading of table.tHead.querySelectorAll("th[data-column]")) {
    heading.querySelector("button").addEventListener("click", () => sort(heading));
  }
  for (const filter of filters) {
    filter.addEventListener("click", () => {
      filter.setAttribute("aria-pressed", String(filter.getAttribute("aria-pressed") !== "true"));
      show();
    });
  }
  search.addEventListener("input", show);
  fails.addEventListener("change", show);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === search) {
      if (event.key === "Escape") { search.value = ""; show(); search.blur(); }
      else if (event.key === "Enter" || event.key === "ArrowDown") { event.preventDefault(); step(1); }
      return;
    }
    if (event.key === "/") { event.preventDefault(); search.focus(); }
    else if (event.key === "j" || event.key === "ArrowDown") { event.preventDefault(); step(1); }
    else if (event.key === "k" || event.key === "ArrowUp") { event.preventDefault(); step(-1); }
    else if (event.key === "e") for (const body of bodies) if (!body.hidden) toggle(body.querySelector(".open"), true);
    else if (event.key === "c") for (const body of bodies) toggle(body.querySelector(".open"), false);
  });
  for (const body of bodies) toggle(body.querySelector(".open"), false);
  document.getElementById("tools").hidden = false;
  for (const filter of filters) filter.disabled = false;
  show();
}
