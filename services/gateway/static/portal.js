// Draws the chart of minutes per day, and spares a click where a choice says it all.
(() => {
  "use strict";
  let plot = null;
  let drawn = "";

  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function series(points) {
    const missing = points.days.length - points.minutes.length;
    return [points.days, points.minutes.concat(Array(Math.max(0, missing)).fill(null))];
  }

  function options(place, points) {
    const ink = color("--dim");
    const grid = { stroke: color("--line"), width: 1 };
    return {
      width: place.clientWidth,
      height: 240,
      padding: [16, 8, 0, 0],
      legend: { show: true, live: true },
      cursor: { points: { show: false }, drag: { x: false, y: false }, y: false },
      scales: {
        x: { time: false, range: [0.4, points.days.length + 0.6] },
        y: { range: (_, low, high) => [0, Math.max(1, high * 1.1)] },
      },
      axes: [
        { stroke: ink, grid: { show: false }, ticks: { show: false }, space: 28,
          splits: () => points.days, values: (_, days) => days.map((day) => (day === 1 || day % 5 === 0 ? day : "")) },
        { stroke: ink, grid, ticks: { show: false }, size: 64,
          values: (_, values) => values.map((value) => value.toLocaleString("en-US")) },
      ],
      series: [
        { label: "Day", value: (_, day) => (day === null ? "" : day) },
        {
          label: "Minutes",
          fill: color("--brand-mark"),
          stroke: color("--brand-mark"),
          width: 0,
          points: { show: false },
          paths: uPlot.paths.bars({ size: [0.72, 48], radius: 0.18 }),
          value: (_, minutes) => (minutes === null ? "" : minutes.toLocaleString("en-US")),
        },
      ],
    };
  }

  function draw() {
    const place = document.getElementById("chart");
    const source = document.getElementById("points");
    if (!place || !source || typeof uPlot === "undefined" || source.dataset.points === drawn) return;
    drawn = source.dataset.points;
    const points = JSON.parse(drawn);
    if (plot) {
      plot.setData(series(points));
      return;
    }
    plot = new uPlot(options(place, points), series(points), place);
    new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: 240 })).observe(place);
  }

  document.documentElement.classList.add("scripted");
  document.addEventListener("htmx:after:swap", draw);
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.submit();
  });

  // A file is sent by a script only to show how much of it is: the answer leads on as without one.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const bar = form.matches("[data-sends-file]") && form.querySelector("progress");
    if (!bar) return;
    event.preventDefault();
    const request = new XMLHttpRequest();
    bar.hidden = false;
    form.querySelector("button").disabled = true;
    request.upload.addEventListener("progress", (sent) => { bar.value = (100 * sent.loaded) / sent.total; });
    request.addEventListener("load", () => {
      if (request.status < 400) return location.assign(request.responseURL);
      document.open();
      document.write(request.responseText);
      document.close();
    });
    request.addEventListener("error", () => form.submit());
    request.open("POST", form.action);
    request.send(new FormData(form));
  });

  // What the server sends by itself takes the place of what the page would fetch every few seconds;
  // when it sends nothing (any more), the page fetches again.
  const fresh = new Set();

  function put(place, text) {
    const told = document.createElement("template");
    told.innerHTML = text;
    for (const other of told.content.querySelectorAll("[hx-swap-oob]")) {
      other.removeAttribute("hx-swap-oob");
      document.getElementById(other.id)?.replaceWith(other);
    }
    const focused = place.contains(document.activeElement) && document.activeElement.getAttribute("href");
    place.replaceChildren(told.content);
    if (focused) place.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
    draw();
  }

  function listen(place) {
    const source = new EventSource(place.dataset.events);
    source.addEventListener("message", (event) => { fresh.add(place); put(place, event.data); });
    source.addEventListener("over", () => { source.close(); location.reload(); });
    source.addEventListener("error", () => fresh.delete(place));
    addEventListener("pagehide", () => source.close());
  }

  document.addEventListener("htmx:before:request", (event) => {
    if (fresh.has(event.target)) event.preventDefault();
  });
  if (typeof EventSource !== "undefined") document.querySelectorAll("[data-events]").forEach(listen);
  draw();
})();
