import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { type JSX, useEffect, useRef } from 'react';
import UPlot from 'uplot';

const DAY_S = 86_400;

/** One line of a chart. */
export interface ChartSeries {
  readonly label: string;
  /** A CSS variable's name, resolved when the chart is drawn. */
  readonly colorVariable: string;
  readonly values: readonly number[];
  readonly isFilled?: boolean;
}

interface LineChartProps {
  /** What the chart shows, with its latest values: a canvas says nothing by itself. */
  readonly label: string;
  /** Seconds since 1970. */
  readonly times: readonly number[];
  readonly series: readonly ChartSeries[];
  /** How many seconds the chart shows; it ends with the latest value. */
  readonly spanS: number;
  readonly height?: number;
}

/** Values over time. */
export function LineChart({ label, times, series, spanS, height = 200 }: LineChartProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot>(undefined);
  const { ref: sizeRef, width } = useElementSize();
  const ref = useMergedRef(host, sizeRef);
  const scheme = useComputedColorScheme();
  const isReady = width > 0;
  const data: UPlot.AlignedData = [[...times], ...series.map(({ values }) => [...values])];
  const shape = series.map((line) => `${line.label} ${line.colorVariable}`).join('|');

  // uPlot paints its colours into a canvas, so another scheme or another set of lines needs another chart.
  useEffect(() => {
    if (!host.current || !isReady) return undefined;
    const plot = new UPlot(optionsFor(series, host.current, { height, spanS }), data, host.current);
    chart.current = plot;
    return () => plot.destroy();
  }, [scheme, shape, height, spanS, isReady]);

  useEffect(() => {
    if (isReady) chart.current?.setSize({ width, height });
  }, [width, height, isReady]);

  useEffect(() => {
    chart.current?.setData(data);
  });

  return <div className="line-chart" role="img" aria-label={label} ref={ref} style={{ minHeight: height }} />;
}

interface ChartFrame {
  readonly height: number;
  readonly spanS: number;
}

function optionsFor(series: readonly ChartSeries[], host: HTMLElement, { height, spanS }: ChartFrame): UPlot.Options {
  const color = (variable: string) => getComputedStyle(host).getPropertyValue(variable).trim() || '#888';
  const axis = (): UPlot.Axis => ({
    stroke: color('--mantine-color-dimmed'),
    grid: { stroke: color('--mantine-color-default-border'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  });
  return {
    width: Math.max(host.clientWidth, 1),
    height,
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    padding: [8, 8, 0, 0],
    scales: {
      x: { range: (_chart, _min, max) => [max - spanS, max] },
      y: { range: (_chart, _min, max) => [0, Math.max(1, max * 1.15)] },
    },
    axes: [
      { ...axis(), size: 26, space: 90, values: (_chart, times) => times.map(spanS > DAY_S ? day : clock) },
      { ...axis(), size: 44 },
    ],
    series: [
      {},
      ...series.map((line) => ({
        label: line.label,
        stroke: color(line.colorVariable),
        width: 1.8,
        points: { show: false },
        ...(line.isFilled ? { fill: `${color(line.colorVariable)}22` } : {}),
      })),
    ],
  };
}

function day(seconds: number): string {
  return new Date(seconds * 1000).toLocaleDateString('en', { month: 'short', day: 'numeric' });
}

function clock(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString('en', { hour: '2-digit', minute: '2-digit', hour12: false });
}
