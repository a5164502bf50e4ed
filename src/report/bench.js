"use strict";
// Sorting by a column, and rows by name. Without this script the page shows the same, in one order.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    head.querySelector("button").addEventListener("click", () => {
      // Names begin with the first, figures with the highest.
      const text = head.dataset.text !== undefined;
      const down = text ? head.getAttribute("aria-sort") === "ascending" : head.getAttribute("aria-sort") !== "descending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const value = (row) => row.cells[column].dataset.v ?? row.cells[column].textContent;
      const order = (a, b) => {
        const [x, y] = [value(a), value(b)];
        // What has no figure stands last, whichever way.
        if (x === "" || y === "") return (x === "") - (y === "");
        const by = text ? x.localeCompare(y) : Number(x) - Number(y);
        return down ? -by : by;
      };
      body.append(...[...body.rows].sort(order));
    });
  });
}
for (const search of document.querySelectorAll("input[type=search]")) {
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    for (const named of document.querySelectorAll(`[data-set="${search.dataset.for}"]`)) {
      named.hidden = !named.dataset.name.includes(wanted);
    }
  });
}
// Whoever follows a link to a rule wants to see into it.
const open = () => {
  const rule = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (rule instanceof HTMLDetailsElement) rule.open = true;
};
addEventListener("hashchange", open);
open();
