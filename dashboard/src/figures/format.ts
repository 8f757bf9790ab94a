import type { Figure } from "../api/types.ts";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** Three significant digits, without an exponent, grouped by thousands. */
export function number(value: number): string {
  if (!Number.isFinite(value)) {
    return "–";
  }
  const size = Math.abs(value);
  const digits = size === 0 || size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return value.toLocaleString("en", { maximumFractionDigits: digits });
}

export function rate(perSecond: number): string {
  return `${number(perSecond)}/s`;
}

export function millis(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) {
    return "–";
  }
  return value >= 1000 ? `${number(value / 1000)} s` : `${number(value)} ms`;
}

export function bytes(value: number): string {
  let size = value;
  let unit = 0;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${number(size)} ${UNITS[unit] ?? "B"}`;
}

export function percent(share: number | undefined): string {
  return share === undefined || !Number.isFinite(share) ? "–" : `${number(share * 100)} %`;
}

/** Days, hours and minutes, of which the largest two that are not 0. */
export function span(seconds: number): string {
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [Math.floor(seconds) % 60, "s"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return first < 0
    ? "0 s"
    : parts
        .slice(first, first + 2)
        .map(([count, unit]) => `${count} ${unit}`)
        .join(" ");
}

/** Time of day of an instant, where the reader is. */
export function clock(instant: string): string {
  return new Date(instant).toLocaleTimeString("en-GB");
}

/** A difference of numbers, small ones with an exponent. */
export function difference(value: number | undefined): string {
  return value === undefined ? "–" : value === 0 ? "0" : value.toPrecision(3);
}

/** Day of an instant, where the reader is; empty if that is today. */
export function day(instant: string, now = new Date()): string {
  const that = new Date(instant).toLocaleDateString("en-CA");
  return that === now.toLocaleDateString("en-CA") ? "" : that;
}

export function figure(value: Figure): number {
  return typeof value === "number" ? value : Number.NaN;
}

/** `deadline-out-of-reach` as people say it. */
export function words(code: string): string {
  return code.replaceAll("-", " ");
}
