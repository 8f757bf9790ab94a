/** One server-sent event. */
export interface ServerEvent {
  event: string;
  data: string;
}

/** Cuts a stream of text into server-sent events, however it was cut on its way. */
export class EventReader {
  private rest = "";

  /** The events that are whole with this text. */
  read(text: string): ServerEvent[] {
    const blocks = (this.rest + text).replaceAll("\r\n", "\n").split("\n\n");
    this.rest = blocks.pop() ?? "";
    return blocks.map(event).filter((each) => each.data !== "");
  }
}

function event(block: string): ServerEvent {
  let name = "message";
  const data: string[] = [];
  for (const line of block.split("\n")) {
    if (line.startsWith("event:")) {
      name = line.slice(6).trim();
    } else if (line.startsWith("data:")) {
      data.push(line.slice(5).replace(/^ /, ""));
    }
  }
  return { event: name, data: data.join("\n") };
}
