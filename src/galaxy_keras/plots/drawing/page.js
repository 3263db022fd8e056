// Draws the chart in place of the drawing. Where anything fails, the drawing stays.
const chart = document.getElementById("chart");

async function loadPlotly() {
  const packed = Uint8Array.from(atob(chart.dataset.library), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = document.createElement("script");
  script.textContent = await new Response(stream).text();
  document.head.append(script);
}

async function draw() {
  await loadPlotly();
  const { data, layout } = JSON.parse(chart.dataset.figure);
  chart.parentElement.hidden = false;
  await Plotly.newPlot(chart, data, layout, {
    displaylogo: false,
    // Listed, because those that plotly offers by itself include one that uploads the data.
    modeBarButtons: [["toImage", "zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d"]],
    plotlyServerURL: "",
    responsive: true,
  });
  document.documentElement.classList.add("interactive");
}

draw().catch((error) => {
  chart.parentElement.hidden = true;
  console.warn(error);
});
