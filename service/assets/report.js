"use strict";
(() => {
  const specs = JSON.parse(document.getElementById("charts").textContent);
  const config = { displayModeBar: false, responsive: true, scrollZoom: false };
  const drawn = [];
  for (const [name, spec] of Object.entries(specs)) {
    const place = document.getElementById(`chart-${name}`);
    if (!place) continue;
    Plotly.newPlot(place, spec.data, spec.layout, config);
    drawn.push(place);
  }
  // paper is narrower than the window: lay out at its width, and draw again, before the page is taken
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details").forEach((part) => { part.open = true; });
    document.documentElement.classList.add("printing");
    drawn.forEach((place) => Plotly.relayout(place, { width: place.clientWidth, autosize: false }));
  });
  window.addEventListener("afterprint", () => {
    document.documentElement.classList.remove("printing");
    drawn.forEach((place) => Plotly.relayout(place, { width: null, autosize: true }));
  });

  for (const box of document.querySelectorAll(".filtered")) {
    const words = box.querySelector("input[type=search]");
    const kinds = [...box.querySelectorAll("input[type=checkbox]")];
    const rows = [...box.querySelectorAll("tbody tr")];
    const said = box.querySelector("output");
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const apply = () => {
      const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
      const shown = new Set(kinds.filter((kind) => kind.checked).map((kind) => kind.value));
      let count = 0;
      rows.forEach((row, n) => {
        const keep = shown.has(row.dataset.kind) && wanted.every((word) => texts[n].includes(word));
        row.hidden = !keep;
        count += keep ? 1 : 0;
      });
      said.textContent = `${count.toLocaleString("en-US")} of ${rows.length.toLocaleString("en-US")} values`;
    };
    box.addEventListener("input", apply);
    apply();
  }
})();
