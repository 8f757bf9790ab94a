import { describe, expect, it } from "vitest";
import { EventReader } from "../src/live/sse.ts";

describe("server-sent events", () => {
  const text =
    'retry: 2000\n\nevent: snapshot\ndata: {"a":1}\n\nevent: snapshot\r\ndata: {"a":2}\r\n\r\n';

  it("are the same wherever the stream was cut", () => {
    for (let cut = 0; cut <= text.length; cut++) {
      // Between the two bytes of a line's end is where a careless reader errs.
      const reader = new EventReader();
      const read = [...reader.read(text.slice(0, cut)), ...reader.read(text.slice(cut))];
      expect(read, `cut at ${cut}`).toEqual([
        { event: "snapshot", data: '{"a":1}' },
        { event: "snapshot", data: '{"a":2}' },
      ]);
    }
  });

  it("join the lines of their data and have a name if none is given", () => {
    expect(new EventReader().read("data: a\ndata: b\n\n")).toEqual([
      { event: "message", data: "a\nb" },
    ]);
  });
});
