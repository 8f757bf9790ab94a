import { describe, expect, it } from "vitest";
import { refusal } from "../src/api/client.ts";
import { range } from "../src/charts/rows.ts";
import { pauseMillis } from "../src/live/feed.ts";
import { route } from "../src/route.ts";

describe("an address", () => {
  it("leads to a view and what of it is shown", () => {
    expect(route("#/frames/a%2Fb%3A7")).toMatchObject({ view: "frames", chosen: "a/b:7" });
    expect(route("#/node")).toMatchObject({ view: "node", chosen: "" });
  });

  it("that leads nowhere leads to the first view", () => {
    expect(["", "#", "#/nosuch", "#/__proto__"].map((hash) => route(hash).view)).toEqual(
      Array(4).fill("pipelines"),
    );
  });

  it("that is badly escaped is taken as it stands", () => {
    expect(route("#/frames/%E0%A4%A").chosen).toBe("%E0%A4%A");
  });
});

describe("a refusal", () => {
  it("says what the server says, or its status if that is no Weft", () => {
    expect(refusal(409, '{"error":"rollouts are off","code":"failed-precondition"}')).toMatchObject(
      {
        message: "rollouts are off",
        code: "failed-precondition",
      },
    );
    expect(refusal(502, "<html>").message).toBe("the server answered 502");
    expect(refusal(500, "null").message).toBe("the server answered 500");
  });
});

describe("the rows of a heat map", () => {
  it("are those that have something, with one more at each end", () => {
    expect(
      range([
        [0, 0, 0, 1, 0, 0, 0],
        [0, 0, 0, 0, 2, 0, 0],
      ]),
    ).toEqual({ first: 2, last: 5 });
    expect(range([[1, 0, 1]])).toEqual({ first: 0, last: 2 });
    expect(range([])).toEqual({ first: 0, last: 0 });
  });
});

describe("attempts to connect", () => {
  it("come soon at first and never more than five seconds apart", () => {
    const pauses = [0, 1, 2, 3, 50].map(pauseMillis);
    expect(pauses).toEqual([500, 1000, 2000, 5000, 5000]);
  });
});
