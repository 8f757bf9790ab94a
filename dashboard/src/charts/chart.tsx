import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { colour, onScheme } from "./theme.ts";

export interface Line {
  label: string;
  colour: string;
  dash?: number[];
  fill?: boolean;
  width?: number;
}

interface Props {
  /** What it shows, for those who do not see it. */
  label: string;
  lines: Line[];
  /** Seconds since 1970, then one row for each line. */
  data: (number | null)[][];
  format: (value: number) => string;
  height?: number;
  /** Positions of lines between which a band is drawn, by colour. */
  band?: { between: [number, number]; colour: string };
  /** The least upper end of the scale. */
  atLeast?: number;
}

/** Seconds between two marks of the time. */
const INCREMENTS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400];

function options(props: Props, width: number): uPlot.Options {
  const axis = {
    stroke: colour("soft"),
    grid: { stroke: colour("grid"), width: 1 },
    ticks: { show: false },
  };
  const { band } = props;
  return {
    width,
    height: props.height ?? 180,
    padding: [10, 26, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 6 } },
    scales: {
      y: {
        range: (_, __, max) => [
          0,
          Math.max((Number.isFinite(max) ? max : 0) * 1.12, props.atLeast ?? 1e-3),
        ],
      },
    },
    axes: [
      {
        ...axis,
        size: 26,
        font: "11px system-ui",
        values: "{HH}:{mm}:{ss}",
        space: 80,
        incrs: INCREMENTS,
      },
      {
        ...axis,
        size: 62,
        font: "11px system-ui",
        values: (_, values) => values.map((value) => props.format(value)),
      },
    ],
    series: [
      {},
      ...props.lines.map((line) => ({
        label: line.label,
        stroke: colour(line.colour),
        width: line.width ?? 1.8,
        points: { show: false },
        ...(line.dash === undefined ? {} : { dash: line.dash }),
        ...(line.fill === true ? { fill: `${colour(line.colour)}22` } : {}),
      })),
    ],
    ...(band === undefined
      ? {}
      : { bands: [{ series: band.between, fill: `${colour(band.colour)}33` }] }),
  };
}

/** Lines over time; the newest figures stand in the legend, so that nobody must see the lines. */
export function Chart(props: Props): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const [drawn, setDrawn] = useState(0);
  const shape = props.lines.map((line) => line.label).join("|");

  useEffect(() => onScheme(() => setDrawn((count) => count + 1)), []);
  useEffect(() => {
    const here = place.current;
    if (here === null) {
      return undefined;
    }
    const made = new uPlot(
      options(props, here.clientWidth || 320),
      props.data as uPlot.AlignedData,
      here,
    );
    plot.current = made;
    const sizes = new ResizeObserver(() =>
      made.setSize({ width: here.clientWidth, height: props.height ?? 180 }),
    );
    sizes.observe(here);
    return () => {
      sizes.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [drawn, shape]);
  useEffect(() => plot.current?.setData(props.data as uPlot.AlignedData), [props.data]);

  return (
    <figure class="chart">
      <div ref={place} role="img" aria-label={props.label} />
      <figcaption class="legend">
        {props.lines.map((line, i) => (
          <span key={line.label}>
            <i class="key" style={{ background: `var(--${line.colour})` }} />
            {line.label} <b>{latest(props.data[i + 1], props.format)}</b>
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

function latest(row: (number | null)[] | undefined, format: (value: number) => string): string {
  const value = row?.at(-1);
  return value === undefined || value === null || Number.isNaN(value) ? "–" : format(value);
}

/** What uPlot leaves a gap for. */
export function gap(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
