import type {
  Caller,
  ClusterSeen,
  Explained,
  Flag,
  FrameChoice,
  FrameLine,
  NodeEvent,
  Pipeline,
  Replayed,
  Rollout,
} from "./types.ts";

/** What the server refused, in its own words. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const BASE = "/weft/v1";

/** What a refusal says; a server that is no Weft may say anything. */
export function refusal(status: number, body: string): Refused {
  try {
    const { error, code } = JSON.parse(body) as { error?: unknown; code?: unknown };
    if (typeof error === "string") {
      return new Refused(status, typeof code === "string" ? code : "", error);
    }
  } catch {
    // Not JSON: told by its status.
  }
  return new Refused(status, "", `the server answered ${status}`);
}

const CREDENTIAL = "weft-credential";

/** Keeps a key or token for as long as this tab is open. */
export function keep(credential: string): void {
  sessionStorage.setItem(CREDENTIAL, credential.trim());
}

/** Who asks, if a key or token was entered. */
export function identity(): Record<string, string> {
  const credential = sessionStorage.getItem(CREDENTIAL);
  return credential === null ? {} : { Authorization: `Bearer ${credential}` };
}

const PATIENCE_MILLIS = 15_000;

/** A replay has 20 s, and the run that is under way then a few more. */
const REPLAY_PATIENCE_MILLIS = 30_000;

async function asked<T>(
  path: string,
  init?: RequestInit,
  patienceMillis = PATIENCE_MILLIS,
): Promise<T> {
  const answer = await fetch(BASE + path, {
    ...init,
    headers: { ...identity(), ...init?.headers },
    signal: AbortSignal.timeout(patienceMillis),
  });
  if (!answer.ok) {
    throw refusal(answer.status, await answer.text());
  }
  return (await answer.json()) as T;
}

export async function pipelines(): Promise<Pipeline[]> {
  return (await asked<{ pipelines: Pipeline[] }>("/pipelines")).pipelines;
}

export async function events(): Promise<NodeEvent[]> {
  return (await asked<{ events: NodeEvent[] }>("/events")).events;
}

/** Who this page asks as. */
export function caller(): Promise<Caller> {
  return asked("/caller");
}

/** What is asked for as the parameters of an address; what is not asked for is left out. */
export function query(choice: FrameChoice): string {
  const { pipeline, outcome, lane, slow } = choice;
  const given = Object.entries({ pipeline, outcome, lane, slow: slow ? "true" : "" });
  const parameters = new URLSearchParams(given.filter(([, value]) => value !== "")).toString();
  return parameters === "" ? "" : `?${parameters}`;
}

export function frames(
  choice: FrameChoice,
): Promise<{ recent: FrameLine[]; lacking: FrameLine[] }> {
  return asked(`/frames${query(choice)}`);
}

export function explain(frame: string): Promise<Explained> {
  return asked(`/explain/${encodeURIComponent(frame)}`);
}

export function cluster(): Promise<ClusterSeen> {
  return asked("/cluster");
}

export function rollouts(): Promise<{ offered: boolean; rollouts: Rollout[] }> {
  return asked("/rollouts");
}

export function rollout(stage: string): Promise<Rollout> {
  return asked(`/rollouts/${encodeURIComponent(stage)}`);
}

export type Verb = "pause" | "resume" | "promote" | "abort" | "undo";

/** What is to change something; the header is one that pages of other sites cannot send. */
function changing(method: string, body: unknown): RequestInit {
  return {
    method,
    headers: { "Content-Type": "application/json", "X-Weft-Request": "dashboard" },
    body: JSON.stringify(body),
  };
}

/** Asks for a change of a rollout. */
export function change(stage: string, verb: Verb, reason: string): Promise<{ done: string }> {
  const path = `/rollouts/${encodeURIComponent(stage)}/${verb}`;
  return asked(path, changing("POST", { reason }));
}

export async function flags(): Promise<Flag[]> {
  return (await asked<{ flags: Flag[] }>("/flags")).flags;
}

/** Sets a flag to `on`, `off`, a share such as `10%`, or `default`. */
export function setFlag(
  flag: string,
  rule: string,
  reason: string,
): Promise<{ from: string; to: string }> {
  return asked(`/flags/${encodeURIComponent(flag)}`, changing("PUT", { rule, reason }));
}

/** Runs a recorded frame again, with other variants of some stages or none. */
export function replay(frame: string, variants: Record<string, string>): Promise<Replayed> {
  const path = `/replay/${encodeURIComponent(frame)}`;
  return asked(path, changing("POST", { variants }), REPLAY_PATIENCE_MILLIS);
}
