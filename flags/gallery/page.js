
"use strict";
const search = document.getElementById("search");
const query = document.getElementById("query");
const count = document.getElementById("count");
const theme = document.getElementById("theme");
const tiles = [...document.querySelectorAll(".tile")];
const inSheet = document.querySelectorAll("#sheet .tile").length;

// Case and accents do not matter: "cote" finds Côte d'Ivoire.
const plain = (s) => s.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const keys = tiles.map((t) => plain(t.querySelector(".name").textContent.replace(/\s+/g, " ").trim()));

function show() {
  const words = plain(query.value).split(/\s+/).filter(Boolean);
  let shown = 0;
  tiles.forEach((tile, i) => {
    tile.hidden = !words.every((w) => keys[i].includes(w));
    if (!tile.hidden && tile.closest("#sheet")) shown++;
  });
  for (const s of document.querySelectorAll(".changed")) s.hidden = !s.querySelector(".tile:not([hidden])");
  document.getElementById("nothing").hidden = shown > 0 || inSheet === 0;
  count.textContent = words.length ? `${shown} of ${inSheet}` : `${inSheet} flag${inSheet === 1 ? "" : "s"}`;
}

function fromURL() {
  query.value = new URLSearchParams(location.hash.slice(1)).get("q") ?? "";
  show();
}

query.addEventListener("input", () => {
  const q = query.value.trim();
  history.replaceState(null, "", q ? "#" + new URLSearchParams({ q }) : location.pathname + location.search);
  show();
});
search.addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", fromURL);
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "/" && document.activeElement !== query) {
    event.preventDefault();
    query.focus();
    query.select();
  } else if (event.key === "Escape" && query.value) {
    query.value = "";
    query.dispatchEvent(new Event("input"));
  }
});

const dark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";
const label = () => { theme.textContent = isDark() ? "Light" : "Dark"; };
theme.addEventListener("click", () => {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  label();
});
dark.addEventListener("change", label);

label();
search.hidden = theme.hidden = false;
fromURL();
