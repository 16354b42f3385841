// Light, dark, or as the system says; applied before anything is drawn.
(() => {
  "use strict";
  const NAME = "enrichment-theme";
  const NEXT = { system: "light", light: "dark", dark: "system" };
  const root = document.documentElement;
  const chosen = () => {
    const kept = localStorage.getItem(NAME);
    return kept in NEXT ? kept : "system";
  };
  const apply = () => {
    root.dataset.theme = chosen();
    const button = document.getElementById("theme");
    if (button) button.textContent = `Theme: ${chosen()}`;
  };
  apply();
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    button.hidden = false;
    button.addEventListener("click", () => {
      localStorage.setItem(NAME, NEXT[chosen()]);
      apply();
    });
    apply();
  });
})();
