// Draws the charts of a page from the data beside them. The same figures stand in a table, so a chart is never the only source.
import * as echarts from "echarts/core";
import { BarChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import { AriaComponent, DatasetComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";

// Canvas, and a tooltip drawn in it: the HTML tooltip and the SVG renderer write style attributes, which the page's policy refuses.
echarts.use([BarChart, HeatmapChart, LineChart, ScatterChart, AriaComponent, DatasetComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent, CanvasRenderer]);

const INK = "#1c1a17";
const SOFT = "#5a544c";
const LINE = "#e0d8cb";
echarts.registerTheme("yichuang", {
  color: ["#24589b", "#9b2318", "#2b6a41", "#b07a00", "#5b3a74", "#6b655c"],
  textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: INK },
  categoryAxis: { axisLine: { lineStyle: { color: SOFT } }, axisTick: { show: false }, axisLabel: { color: SOFT, fontSize: 13 }, splitLine: { show: false } },
  valueAxis: { axisLine: { show: false }, axisLabel: { color: SOFT, fontSize: 13 }, splitLine: { lineStyle: { color: LINE } } },
  legend: { textStyle: { color: SOFT, fontSize: 13 } },
});

function draw(holder) {
  const option = JSON.parse(document.getElementById(holder.dataset.chart).textContent);
  const chart = echarts.init(holder, "yichuang");
  chart.setOption({
    animation: false,
    aria: { enabled: false },
    ...option,
    legend: option.legend && { top: 0, left: 0, ...option.legend },
    series: option.series.map((one) => (one.type === "bar" ? { barMaxWidth: 36, ...one } : one)),
    grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true, ...option.grid },
    tooltip: { trigger: "axis", ...option.tooltip, renderMode: "richText" },
  });
  new ResizeObserver(() => chart.resize()).observe(holder);
  holder.dataset.drawn = "true";
}

for (const holder of document.querySelectorAll("[data-chart]")) draw(holder);
