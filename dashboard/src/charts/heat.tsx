import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { millis } from "../figures/format.ts";
import { type Moment, SECONDS } from "../live/history.ts";
import { range } from "./rows.ts";
import { colour, onScheme } from "./theme.ts";

interface Props {
  moments: Moment[];
  boundsMillis: number[];
}

const ROW = 13;

/**
 * How many frames took how long, second by second: a column for each, a row for each doubling of
 * latency, darker where more were. Rows without frames at either end are left out.
 */
export function Heat({ moments, boundsMillis }: Props): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drawn, setDrawn] = useState(0);
  const rows = useMemo(() => range(moments.map((each) => each.heat)), [moments]);
  const height = Math.max(1, rows.last - rows.first + 1) * ROW;
  useEffect(() => onScheme(() => setDrawn((count) => count + 1)), []);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context) {
      draw(context, moments, rows.first, rows.last);
    }
  }, [moments, rows.first, rows.last, drawn]);
  const label = (row: number): string =>
    row < boundsMillis.length
      ? `≤ ${millis(boundsMillis[row])}`
      : `> ${millis(boundsMillis.at(-1))}`;
  const labels: number[] = [];
  for (let row = rows.last; row >= rows.first; row--) {
    labels.push(row);
  }
  const totals = labels.map((row) => moments.reduce((sum, each) => sum + (each.heat[row] ?? 0), 0));
  return (
    <figure class="heat">
      <div class="plane">
        <ol aria-hidden="true">
          {labels.map((row) => (
            <li key={row}>{label(row)}</li>
          ))}
        </ol>
        <canvas
          ref={canvas}
          width={SECONDS * 4}
          height={height}
          style={{ height: `${height}px` }}
          role="img"
          aria-label="Latency of frames over the last two minutes; the table below has the sums"
        />
      </div>
      <details>
        <summary>Frames by latency as a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Latency</th>
              <th scope="col" class="num">
                Frames in the last two minutes
              </th>
            </tr>
          </thead>
          <tbody>
            {labels.map((row, i) => (
              <tr key={row}>
                <th scope="row">{label(row)}</th>
                <td class="num">{totals[i]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

function draw(
  context: CanvasRenderingContext2D,
  moments: Moment[],
  first: number,
  last: number,
): void {
  const { width, height } = context.canvas;
  context.clearRect(0, 0, width, height);
  const newest = moments.at(-1)?.at ?? 0;
  const column = width / SECONDS;
  context.fillStyle = colour("heat");
  for (const moment of moments) {
    const most = Math.max(1, ...moment.heat);
    const x = width - (Math.round(newest - moment.at) + 1) * column;
    for (let row = first; row <= last; row++) {
      const count = moment.heat[row] ?? 0;
      if (count > 0) {
        context.globalAlpha = 0.12 + 0.88 * Math.sqrt(count / most);
        context.fillRect(x, (last - row) * ROW, column + 0.5, ROW - 1);
      }
    }
  }
  context.globalAlpha = 1;
}
