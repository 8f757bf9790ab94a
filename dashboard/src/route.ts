export type ViewName =
  "pipelines" | "rollouts" | "flags" | "node" | "cluster" | "events" | "frames";

export const VIEWS: readonly { view: ViewName; title: string }[] = [
  { view: "pipelines", title: "Pipelines" },
  { view: "rollouts", title: "Rollouts" },
  { view: "flags", title: "Flags" },
  { view: "node", title: "Node" },
  { view: "cluster", title: "Cluster" },
  { view: "events", title: "Events" },
  { view: "frames", title: "Frames" },
];

export interface Route {
  view: ViewName;
  title: string;
  /** What of the view is shown; empty for what comes first. */
  chosen: string;
}

/** Where an address such as `#/pipelines/kiosk` leads; to the first view if nowhere. */
export function route(hash: string): Route {
  const [, name, ...rest] = hash.split("/");
  const found = VIEWS.find((each) => each.view === name);
  return found === undefined
    ? { view: "pipelines", title: "Pipelines", chosen: "" }
    : { ...found, chosen: decoded(rest.join("/")) };
}

/** Where a frame, or the difference of two, is shown. */
export function framesAddress(...frames: string[]): string {
  return `#/frames/${encodeURIComponent(frames.join(","))}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
