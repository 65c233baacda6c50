// The board: filters, sorting, grouping and the rows that open in place. Its state lives in the address.
"use strict";

nazar.whenThere("#board", (board) => {
  const tools = document.getElementById("tools");
  const collator = new Intl.Collator(nazar.page.language, { numeric: true });
  const bodies = () => [...board.querySelectorAll("tbody[data-item]")];
  const rowOf = (body) => body.rows[0];
  const state = readState();
  const opened = new Set();

  tools.elements.q.value = state.q;
  for (const name of ["direction", "body", "group"]) tools.elements[name].value = state[name];
  arrange();

  tools.addEventListener("input", () => {
    for (const name of ["q", "direction", "body", "group"]) state[name] = tools.elements[name].value;
    arrange();
  });
  tools.addEventListener("submit", (event) => event.preventDefault());

  document.addEventListener("click", (event) => {
    const count = event.target.closest("[data-count]");
    if (count) {
      state.status = state.status === count.dataset.count ? "" : count.dataset.count;
      arrange();
    }
    if (event.target.closest("[data-clear]")) {
      Object.assign(state, { q: "", direction: "", body: "", status: "" });
      for (const name of ["q", "direction", "body"]) tools.elements[name].value = "";
      arrange();
      tools.elements.q.focus();
    }
    const sorter = event.target.closest("[data-sort]");
    if (sorter) {
      const key = sorter.dataset.sort;
      const firstDown = key === "delay";
      state.down = state.sort === key ? !state.down : firstDown;
      state.sort = key;
      arrange();
    }
  });

  board.addEventListener("click", (event) => {
    const row = event.target.closest(".item-row");
    if (!row || getSelection().toString()) return;
    const isLink = event.target.closest("a");
    // Enter on a title, or a click meant for another tab, follows the link; a plain click opens the row.
    if (isLink && (event.detail === 0 || event.ctrlKey || event.metaKey || event.shiftKey)) return;
    event.preventDefault();
    toggle(row.parentElement);
  });

  board.addEventListener("keydown", (event) => {
    const row = event.target.closest(".item-row");
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " && event.target.closest("a")) {
      event.preventDefault();
      toggle(row.parentElement);
    }
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const visible = bodies().filter((body) => !body.hidden);
      const next = visible[visible.indexOf(row.parentElement) + step];
      if (next) rowOf(next).querySelector(".item-title").focus();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, textarea, select")) {
      event.preventDefault();
      tools.elements.q.focus();
    }
  });

  nazar.afterSwap.push((ids) => {
    const rows = ids.filter((id) => id.startsWith("row-"));
    if (rows.length || ids.includes("counts")) arrange();
    for (const id of rows) showOpen(document.getElementById(id)?.parentElement);
    if (rows.length) announce(rows);
  });

  function toggle(body) {
    const number = Number(body.dataset.item);
    if (opened.has(number)) opened.delete(number);
    else opened.add(number);
    showOpen(body);
    emitEvent(opened.has(number) ? "item-opened" : "item-closed", number);
  }

  function showOpen(body) {
    if (!body) return;
    const isOpen = opened.has(Number(body.dataset.item));
    body.classList.toggle("is-open", isOpen);
    body.rows[1].hidden = !isOpen;
    rowOf(body).querySelector(".opener").setAttribute("aria-expanded", String(isOpen));
  }

  function arrange() {
    const words = state.q.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const all = bodies();
    let shown = 0;
    for (const body of all) {
      const row = rowOf(body);
      const data = row.dataset;
      const text = `${data.number} ${row.cells[1].textContent} ${row.cells[3].textContent}`.toLocaleLowerCase();
      const fits =
        words.every((word) => text.includes(word)) &&
        ["direction", "body", "status"].every((name) => !state[name] || data[name] === state[name]);
      body.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    order(all);
    for (const head of board.tHead.querySelectorAll("th")) {
      const key = head.querySelector("[data-sort]")?.dataset.sort;
      if (key && key === state.sort) head.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
    for (const count of document.querySelectorAll("[data-count]")) {
      count.setAttribute("aria-pressed", String(count.dataset.count === state.status));
    }
    const isFiltered = Boolean(state.q || state.direction || state.body || state.status);
    for (const button of tools.querySelectorAll("[data-clear]")) button.hidden = !isFiltered;
    const output = document.getElementById("shown");
    const text = isFiltered ? nazar.word("board.shown", { shown, total: all.length }) : "";
    if (output.textContent !== text) output.textContent = text;
    document.getElementById("no-match").hidden = shown > 0;
    writeState();
  }

  function order(all) {
    const value = (body) => rowOf(body).dataset[state.sort];
    const compare = (a, b) =>
      (state.group ? collator.compare(groupOf(a), groupOf(b)) : 0) ||
      (state.down ? -1 : 1) * collateValues(value(a), value(b)) ||
      Number(a.dataset.item) - Number(b.dataset.item);
    const sorted = [...all].sort(compare);
    for (const head of board.querySelectorAll("tbody.group")) head.remove();
    if (!state.group && sorted.every((body, place) => body === all[place])) return;
    const focused = document.activeElement;
    let last = null;
    for (const body of sorted) {
      if (state.group && !body.hidden && groupOf(body) !== last) {
        last = groupOf(body);
        board.append(groupHead(last, sorted.filter((other) => !other.hidden && groupOf(other) === last).length));
      }
      board.append(body);
    }
    if (board.contains(focused)) focused.focus({ preventScroll: true });
  }

  function collateValues(a, b) {
    const [first, second] = [Number(a), Number(b)];
    return a !== "" && b !== "" && !Number.isNaN(first) && !Number.isNaN(second)
      ? first - second
      : collator.compare(a, b);
  }

  function groupOf(body) {
    const value = rowOf(body).dataset[state.group];
    if (state.group !== "direction") return value;
    return tools.elements.direction.querySelector(`option[value="${CSS.escape(value)}"]`)?.textContent ?? value;
  }

  function groupHead(name, count) {
    const head = document.createElement("tbody");
    head.className = "group";
    const cell = document.createElement("th");
    cell.colSpan = 7;
    cell.scope = "rowgroup";
    cell.textContent = name;
    cell.append(Object.assign(document.createElement("span"), { className: "second", textContent: count }));
    const row = document.createElement("tr");
    row.className = "group-row";
    row.append(cell);
    head.append(row);
    return head;
  }

  function announce(ids) {
    const rows = ids.map((id) => document.getElementById(id)).filter(Boolean);
    const told = rows
      .slice(0, 3)
      .map((row) => `${row.dataset.number}: ${row.querySelector(".status").textContent}`);
    document.getElementById("announce").textContent = told.join("; ");
  }

  function readState() {
    const query = new URLSearchParams(location.search);
    const get = (name) => query.get(name) ?? "";
    return {
      q: get("q"),
      direction: get("direction"),
      body: get("body"),
      status: get("status"),
      group: get("group"),
      sort: get("sort") || "number",
      down: get("down") === "1",
    };
  }

  function writeState() {
    const query = new URLSearchParams();
    for (const name of ["q", "direction", "body", "status", "group"]) if (state[name]) query.set(name, state[name]);
    if (state.sort !== "number" || state.down) query.set("sort", state.sort);
    if (state.down) query.set("down", "1");
    const address = query.size ? `?${query}` : location.pathname;
    history.replaceState(history.state, "", address);
    // A change of language or theme keeps what is looked at.
    for (const link of document.querySelectorAll(".switch a")) {
      const target = new URL(link.href);
      const kept = new URLSearchParams(query);
      for (const name of ["lang", "theme"]) if (target.searchParams.has(name)) kept.set(name, target.searchParams.get(name));
      link.href = `${target.pathname}?${kept}`;
    }
  }
});
