// Hands the descriptions that the server has made to Chart.js: what is shown is decided there, how it looks here.
(() => {
  "use strict";

  // By hue, as the keys in drawings.css have them.
  const DASHES = [[], [], [6, 3], [2, 2], [8, 3, 2, 3], [], []];
  const SHAPES = ["", "circle", "triangle", "rect", "rectRot", "crossRot", "star"];

  // Canvases know nothing of CSS: a probe tells what a variable means in the theme of the moment.
  const css = (name) => {
    const probe = document.createElement("i");
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
  const pale = (colour, share) => colour.replace("rgb(", "rgba(").replace(")", `, ${share})`);
  const font = () => ({ family: getComputedStyle(document.body).fontFamily, size: 12 });

  function axis(described, extra) {
    const labels = new Map(described.ticks);
    return {
      type: "linear",
      min: described.low,
      max: described.high,
      title: { display: described.title !== "", text: described.title, color: css("--dim"), font: font() },
      border: { color: css("--dim") },
      grid: { color: css("--line"), tickLength: 5 },
      ticks: { color: css("--text"), font: font(), maxRotation: 0, autoSkipPadding: 14, callback: (at) => labels.get(at) },
      afterBuildTicks: (scale) => { scale.ticks = described.ticks.map(([value]) => ({ value })); },
      ...extra,
    };
  }

  function datasets(series) {
    const colour = css(series.mark === "reference" ? "--dim" : `--hue-${series.hue}`);
    const at = (values) => series.points.map(([x], place) => ({ x, y: values[place] }));
    return [
      ...(series.band.length ? band(at, series.band, colour) : []),
      { label: series.name, hints: series.hints, data: at(series.points.map(([, y]) => y)), clip: 8, ...LOOKS[series.mark](series, colour) },
    ];
  }

  const LOOKS = {
    line: (series, colour) => ({
      type: "line", order: 2, borderColor: colour, backgroundColor: colour, borderWidth: 2, borderDash: DASHES[series.hue],
      pointStyle: SHAPES[series.hue], pointRadius: series.hints.length ? 2.5 : 0, pointHitRadius: 8,
    }),
    reference: (series, colour) => ({
      type: "line", order: 2, borderColor: colour, borderWidth: 1, borderDash: [3, 4], pointRadius: 0, pointHitRadius: 0,
    }),
    points: (series, colour) => ({
      type: "scatter", order: 1, borderColor: colour, backgroundColor: pale(colour, 0.55), borderWidth: 1.5,
      pointStyle: SHAPES[series.hue], pointRadius: 5, pointHitRadius: 8,
    }),
  };

  function band(at, bounds, colour) {
    const edge = { type: "line", order: 3, borderWidth: 0, pointRadius: 0, pointHitRadius: 0, isBand: true };
    return [
      { ...edge, data: at(bounds.map(([low]) => low)) },
      { ...edge, data: at(bounds.map(([, high]) => high)), fill: "-1", backgroundColor: pale(colour, 0.18) },
    ];
  }

  function options(more) {
    return {
      responsive: true, maintainAspectRatio: false, animation: false,
      interaction: { mode: "nearest", intersect: true },
      plugins: {
        legend: { display: false },
        tooltip: {
          displayColors: false,
          filter: (item) => !item.dataset.isBand,
          callbacks: { title: () => "", label: (item) => item.dataset.hints[item.dataIndex] || item.dataset.label },
        },
      },
      ...more,
    };
  }

  function plot(figure) {
    return {
      type: "line",
      data: { datasets: figure.series.flatMap(datasets) },
      options: options({ scales: { x: axis(figure.x, { grid: { display: false } }), y: axis(figure.y) }, spanGaps: false }),
    };
  }

  function bars(figure) {
    const fills = { usual: pale(css("--hue-1"), 0.65), best: css("--hue-2"), quiet: hatched(css("--hue-1")) };
    const [across, along] = figure.upright ? ["x", "y"] : ["y", "x"];
    const names = {
      type: "category", border: { color: css("--dim") }, grid: { display: false },
      ticks: { color: css("--text"), font: font(), maxRotation: 0, autoSkip: figure.upright, autoSkipPadding: 10 },
    };
    return {
      type: "bar",
      data: {
        labels: figure.bars.map((bar) => bar.label),
        datasets: [{
          data: figure.bars.map((bar) => bar.value),
          hints: figure.bars.map((bar) => (figure.upright ? bar.note : `${bar.label}: ${bar.note}`)),
          backgroundColor: figure.bars.map((bar) => fills[bar.look]),
          borderColor: css("--hue-1"),
          borderWidth: figure.bars.map((bar) => (bar.look === "quiet" ? 1 : 0)),
          categoryPercentage: figure.upright ? 0.96 : 0.75,
          maxBarThickness: 40,
        }],
      },
      options: options({
        indexAxis: across,
        layout: { padding: { right: figure.upright ? 4 : 14 + 6.2 * Math.max(...figure.bars.map((bar) => bar.note.length)) } },
        scales: { [across]: names, [along]: axis(figure.axis) },
      }),
      plugins: [{ id: "notes", afterDatasetsDraw: (chart) => annotate(chart, figure) }],
    };
  }

  function hatched(colour) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 6;
    const pen = tile.getContext("2d");
    pen.strokeStyle = colour;
    pen.beginPath();
    pen.moveTo(0, 6);
    pen.lineTo(6, 0);
    pen.stroke();
    return pen.createPattern(tile, "repeat");
  }

  // Writes each bar's note beside it, and draws its interval; notes of bars that have one stand in a column.
  function annotate(chart, figure) {
    const pen = chart.ctx, scale = chart.scales[figure.upright ? "y" : "x"];
    pen.save();
    pen.font = `12px ${font().family}`;
    pen.fillStyle = pen.strokeStyle = css("--text");
    pen.textBaseline = "middle";
    chart.getDatasetMeta(0).data.forEach((bar, place) => {
      const { note, low, high } = figure.bars[place];
      if (low !== null) whisker(pen, scale.getPixelForValue(low), scale.getPixelForValue(high), bar.y);
      if (!figure.upright) pen.fillText(note, (low === null ? bar.x : chart.chartArea.right) + 7, bar.y);
    });
    pen.restore();
  }

  function whisker(pen, from, to, y) {
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.moveTo(from, y);
    pen.lineTo(to, y);
    for (const x of [from, to]) {
      pen.moveTo(x, y - 4);
      pen.lineTo(x, y + 4);
    }
    pen.stroke();
  }

  function draw(canvas) {
    const figure = JSON.parse(canvas.dataset.figure);
    Chart.getChart(canvas)?.destroy();
    new Chart(canvas, figure.bars ? bars(figure) : plot(figure));
    canvas.dataset.drawn = "yes";
  }

  const drawWithin = (root) => root.querySelectorAll("canvas[data-figure]").forEach(draw);
  const redraw = () => drawWithin(document);

  document.addEventListener("DOMContentLoaded", () => {
    redraw();
    document.body.addEventListener("htmx:load", (event) => {
      if (event.detail.elt !== document.body) drawWithin(event.detail.elt);
    });
    new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
})();
