"use strict";
(() => {
  const form = document.getElementById("filter");
  const chips = [...form.querySelectorAll(".chip")];
  const suite = document.getElementById("suite");
  const level = document.getElementById("level");
  const text = document.getElementById("text");
  const shown = document.getElementById("shown");
  const none = document.getElementById("none");
  const cases = [...document.querySelectorAll(".case")];

  // What a search looks at: summary and facts, without the transcript; read when first asked for.
  const texts = new Map();
  const textOf = (item) => {
    if (!texts.has(item)) {
      const parts = item.querySelectorAll("summary, dl");
      texts.set(item, [...parts].map((part) => part.textContent).join(" ").toLowerCase());
    }
    return texts.get(item);
  };
  const pressed = (button) => button.getAttribute("aria-pressed") === "true";
  const press = (button, state) => button.setAttribute("aria-pressed", String(state));

  function filter() {
    const verdicts = new Set(chips.filter(pressed).map((chip) => chip.dataset.verdict));
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const item of cases) {
      const data = item.dataset;
      const fits =
        (verdicts.size === 0 || verdicts.has(data.verdict)) &&
        (suite.value === "" || data.suite === suite.value) &&
        (level.value === "" || data.level === level.value) &&
        words.every((word) => textOf(item).includes(word));
      item.hidden = !fits;
      count += fits;
    }
    none.hidden = count !== 0;
    const all = cases.length === 1 ? "1 case" : `${cases.length} cases`;
    shown.textContent = count === cases.length ? all : `${count} of ${all}`;
  }

  function copy(button) {
    const code = button.previousElementSibling;
    getSelection().selectAllChildren(code);
    // A page opened from a file may not have the clipboard; the command is selected then.
    const done = navigator.clipboard ? navigator.clipboard.writeText(code.textContent) : Promise.reject();
    const say = (words) => {
      button.textContent = words;
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    };
    done.then(() => say("Copied"), () => say("Selected"));
  }

  function octets(button) {
    press(button, !pressed(button));
    button.textContent = pressed(button) ? "Hide octets" : "Show octets";
    for (const dump of button.closest("table").querySelectorAll("pre")) {
      dump.hidden = !pressed(button);
    }
  }

  // A figure of the summary shows its cases: the filter alone, without what was chosen before.
  function showOnly(button) {
    form.reset();
    chips.forEach((chip) => press(chip, false));
    suite.value = button.dataset.suite ?? "";
    text.value = button.dataset.search ?? "";
    filter();
    form.scrollIntoView();
  }

  function openNamed() {
    const item = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (item && item.matches(".case")) {
      if (item.hidden) {
        form.reset();
      }
      item.open = true;
      item.scrollIntoView();
      item.querySelector("summary").focus();
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) {
      return;
    }
    if (button.matches(".chip")) {
      press(button, !pressed(button));
      filter();
    } else if (button.matches(".copy")) {
      copy(button);
    } else if (button.matches(".octets")) {
      octets(button);
    } else if (button.matches(".link")) {
      showOnly(button);
    } else if (button.id === "unfold") {
      cases.forEach((item) => { item.open = item.open || !item.hidden; });
    } else if (button.id === "fold") {
      cases.forEach((item) => { item.open = false; });
    }
  });
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    chips.forEach((chip) => press(chip, false));
    setTimeout(filter);
  });
  addEventListener("hashchange", openNamed);
  filter();
  openNamed();
})();
