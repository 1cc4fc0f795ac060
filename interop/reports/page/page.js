"use strict";
(() => {
  const panel = document.getElementById("panel");
  const title = document.getElementById("panel-title");
  const body = document.getElementById("panel-body");
  const chips = [...document.querySelectorAll(".chip")];
  const boxes = [...document.querySelectorAll(".box")];
  const pressed = (chip) => chip.getAttribute("aria-pressed") === "true";

  function open(anchor) {
    const found = document.getElementById(anchor);
    if (!found || !(found instanceof HTMLTemplateElement)) {
      return;
    }
    title.textContent = found.dataset.title;
    body.replaceChildren(found.content.cloneNode(true));
    history.replaceState(null, "", `#${anchor}`);
    if (!panel.open) {
      panel.showModal();
    }
    panel.scrollTop = 0;
  }

  function filter() {
    const kinds = new Set(chips.filter(pressed).map((chip) => chip.dataset.kind));
    for (const box of boxes) {
      box.classList.toggle("away", kinds.size > 0 && !kinds.has(box.dataset.kind));
    }
    for (const row of document.querySelectorAll("tbody tr")) {
      row.hidden = ![...row.querySelectorAll(".box")].some((box) => !box.classList.contains("away"));
    }
  }

  // The arrow keys go from cell to cell; a row that is hidden is passed over.
  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  function move(box, [across, down]) {
    let cell = box.closest("td");
    do {
      const row = cell.parentElement;
      if (across) {
        cell = across > 0 ? cell.nextElementSibling : cell.previousElementSibling;
      } else {
        const next = down > 0 ? row.nextElementSibling : row.previousElementSibling;
        cell = next && next.cells[cell.cellIndex];
      }
    } while (cell && !(cell.offsetParent && cell.querySelector(".box")));
    cell?.querySelector(".box").focus();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.matches(".box")) {
      open(button.dataset.anchor);
    } else if (button?.matches(".chip")) {
      button.setAttribute("aria-pressed", String(!pressed(button)));
      filter();
    } else if (event.target === panel) {
      panel.close();
    }
  });
  document.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (step && event.target.matches(".box")) {
      event.preventDefault();
      move(event.target, step);
    }
  });
  panel.addEventListener("close", () => {
    history.replaceState(null, "", location.pathname + location.search);
  });
  const named = () => open(decodeURIComponent(location.hash.slice(1)));
  addEventListener("hashchange", named);
  named();
})();
