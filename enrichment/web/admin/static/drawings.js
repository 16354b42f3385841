// Hands the descriptions that the server has made to Chart.js: what is shown is decided there, how it looks here.
(() => {
  "use strict";

  const DASHES = [[], [], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [1, 3]];
  const SHAPES = ["", "circle", "triangle", "circle", "rect", "rectRot", "star"];
  const CHARTS = new Set();

  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const clear = (colour, share) => `color-mix(in srgb, ${colour} ${share}%, transparent)`;
  const font = () => ({ family: getComputedStyle(document.body).fontFamily, size: 12 });

  function axis(described, extra) {
    const labels = new Map(described.ticks);
    return {
      type: "linear",
      min: described.low,
      max: described.high,
      title: { display: Boolean(described.title), text: described.title, color: css("--chart-quiet"), font: font() },
      border: { color: css("--chart-quiet") },
      grid: { color: css("--chart-grid"), drawTicks: true, tickLength: 5 },
      ticks: { color: css("--chart-ink"), font: font(), maxRotation: 0, autoSkipPadding: 8, callback: (at) => labels.get(at) },
      afterBuildTicks: (scale) => { scale.ticks = described.ticks.map(([value]) => ({ value })); },
      ...extra,
    };
  }

  function seriesOf(series) {
    const colour = css(`--hue-${series.hue}`);
    const at = (values) => series.points.map(([x], place) => ({ x, y: values[place] }));
    const drawn = [];
    if (series.band.length) {
      const edge = { type: "line", borderWidth: 0, pointRadius: 0, pointHitRadius: 0, tension: 0, order: 3, isBand: true };
      drawn.push({ ...edge, data: at(series.band.map(([low]) => low)) });
      drawn.push({ ...edge, data: at(series.band.map(([, high]) => high)), fill: "-1", backgroundColor: clear(colour, 18) });
    }
    const isPoints = series.mark === "points", isReference = series.mark === "reference";
    const isSparse = series.hints.length > 0;
    drawn.push({
      type: isPoints ? "scatter" : "line",
      label: series.name,
      data: at(series.points.map(([, y]) => y)),
      hints: series.hints,
      borderColor: isReference ? css("--chart-quiet") : colour,
      backgroundColor: isPoints ? clear(colour, 55) : colour,
      borderWidth: isPoints ? 1.5 : isReference ? 1 : 2,
      borderDash: isReference ? [3, 4] : isPoints ? [] : DASHES[series.hue],
      pointStyle: isPoints || isSparse ? SHAPES[series.hue] : false,
      pointRadius: isPoints ? 5 : isSparse ? 2.5 : 0,
      pointHitRadius: 8,
      order: isPoints ? 1 : 2,
    });
    return drawn;
  }

  function tooltip() {
    return {
      displayColors: false,
      filter: (item) => !item.dataset.isBand,
      callbacks: { title: () => "", label: (item) => item.dataset.hints?.[item.dataIndex] || `${item.dataset.label}: ${shown(item)}` },
    };
  }

  function shown(item) {
    const axisOfValue = item.chart.options.indexAxis === "y" ? item.parsed.x : item.parsed.y;
    return axisOfValue.toLocaleString("en", { maximumFractionDigits: 2 });
  }

  function legend(isShown) {
    return {
      display: isShown,
      position: "bottom",
      align: "start",
      onClick: null,
      labels: {
        color: css("--chart-ink"), font: font(), usePointStyle: true, pointStyleWidth: 26, padding: 10, boxHeight: 8,
        filter: (item) => Boolean(item.text),
        generateLabels: (chart) => Chart.defaults.plugins.legend.labels.generateLabels(chart).map((item) => (
          chart.data.datasets[item.datasetIndex].type === "scatter" ? item : { ...item, pointStyle: "line" }
        )),
      },
    };
  }

  function plot(figure) {
    const grid = { grid: { display: false, drawTicks: true } };
    return {
      type: "line",
      data: { datasets: figure.series.flatMap(seriesOf) },
      options: options({
        scales: { x: axis(figure.x, grid), y: axis(figure.y, {}) },
        plugins: { legend: legend(!figure.small), tooltip: tooltip() },
        spanGaps: false,
      }),
    };
  }

  function hatched(colour) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 6;
    const pen = tile.getContext("2d");
    pen.strokeStyle = colour;
    pen.lineWidth = 1.2;
    pen.beginPath();
    pen.moveTo(0, 6);
    pen.lineTo(6, 0);
    pen.stroke();
    return pen.createPattern(tile, "repeat");
  }

  function bars(figure) {
    const fills = { usual: clear(css("--hue-1"), 65), best: css("--hue-2"), quiet: hatched(css("--hue-1")) };
    const across = figure.upright ? "x" : "y", along = figure.upright ? "y" : "x";
    const names = { type: "category", border: { color: css("--chart-quiet") }, grid: { display: false }, ticks: { color: css("--chart-ink"), font: font(), maxRotation: 0, autoSkip: figure.upright } };
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
        }],
      },
      options: options({
        indexAxis: across,
        layout: { padding: { right: figure.upright ? 4 : roomFor(figure) } },
        scales: { [across]: names, [along]: axis(figure.axis, {}) },
        plugins: { legend: keys(figure, fills), tooltip: tooltip() },
      }),
      plugins: [{ id: "notes", afterDatasetsDraw: (chart) => annotate(chart, figure) }],
    };
  }

  function roomFor(figure) {
    return 14 + 6.2 * Math.max(...figure.bars.map((bar) => bar.note.length));
  }

  function keys(figure, fills) {
    return {
      display: figure.legend.length > 1, position: "bottom", align: "start", onClick: null,
      labels: {
        color: css("--chart-ink"), font: font(), boxWidth: 14, boxHeight: 10, padding: 10,
        generateLabels: () => figure.legend.map(([look, text]) => ({
          text, fontColor: css("--chart-ink"), fillStyle: fills[look], strokeStyle: css("--hue-1"), lineWidth: look === "quiet" ? 1 : 0,
        })),
      },
    };
  }

  function annotate(chart, figure) {
    const pen = chart.ctx, scale = chart.scales[figure.upright ? "y" : "x"];
    pen.save();
    pen.font = `12px ${font().family}`;
    pen.fillStyle = pen.strokeStyle = css("--chart-ink");
    pen.textBaseline = "middle";
    chart.getDatasetMeta(0).data.forEach((bar, place) => {
      const { note, low, high } = figure.bars[place];
      if (low !== null) whisker(pen, scale.getPixelForValue(low), scale.getPixelForValue(high), bar.y);
      if (!figure.upright) pen.fillText(note, low === null ? Math.max(bar.x, chart.chartArea.left) + 6 : chart.chartArea.right + 8, bar.y);
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

  function options(more) {
    return { responsive: true, maintainAspectRatio: false, animation: false, interaction: { mode: "nearest", intersect: true }, ...more };
  }

  function draw(canvas) {
    const figure = JSON.parse(canvas.dataset.figure);
    Chart.getChart(canvas)?.destroy();
    const chart = new Chart(canvas, figure.bars ? bars(figure) : plot(figure));
    CHARTS.add(chart);
    canvas.dataset.drawn = "yes";
  }

  function drawWithin(root) {
    root.querySelectorAll("canvas[data-figure]").forEach(draw);
  }

  function redraw() {
    for (const chart of [...CHARTS]) {
      CHARTS.delete(chart);
      if (chart.canvas?.isConnected) draw(chart.canvas);
      else chart.destroy();
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    drawWithin(document);
    document.body.addEventListener("htmx:load", (event) => drawWithin(event.detail.elt));
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
})();
