import { describe, expect, it } from "vitest";
import {
  bytes,
  figure,
  millis,
  number,
  percent,
  rate,
  span,
  words,
} from "../src/figures/format.ts";

describe("figures", () => {
  it("have three digits that count", () => {
    expect([0, 0.1234, 1.234, 12.34, 123.4, 12345].map(number)).toEqual([
      "0",
      "0.123",
      "1.23",
      "12.3",
      "123",
      "12,345",
    ]);
    expect(rate(9876.5)).toBe("9,877/s");
  });

  it("are a dash where nothing is known", () => {
    expect([number(Number.NaN), millis(undefined), percent(undefined)]).toEqual(["–", "–", "–"]);
    expect(figure("NaN")).toBeNaN();
    expect(figure(undefined)).toBeNaN();
  });

  it("go over to the larger unit", () => {
    expect([millis(0.5), millis(999), millis(1500)]).toEqual(["0.5 ms", "999 ms", "1.5 s"]);
    expect([bytes(0), bytes(1536), bytes(5 << 20)]).toEqual(["0 B", "1.5 KiB", "5 MiB"]);
    expect([span(0), span(59), span(3660), span(90_000)]).toEqual([
      "0 s",
      "59 s",
      "1 h 1 min",
      "1 d 1 h",
    ]);
    expect(percent(0.421)).toBe("42.1 %");
  });

  it("are words without dashes where they are codes", () => {
    expect(words("deadline-out-of-reach")).toBe("deadline out of reach");
  });
});
