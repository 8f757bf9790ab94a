import type { Explained, FrameLine, NodeEvent, Pipeline, Rollout } from "./types.ts";

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

async function asked<T>(path: string, init?: RequestInit): Promise<T> {
  const answer = await fetch(BASE + path, {
    ...init,
    headers: { ...identity(), ...init?.headers },
    signal: AbortSignal.timeout(15_000),
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

export function frames(): Promise<{ recent: FrameLine[]; lacking: FrameLine[] }> {
  return asked("/frames");
}

export function explain(frame: string): Promise<Explained> {
  return asked(`/explain/${encodeURIComponent(frame)}`);
}

export function rollouts(): Promise<{ offered: boolean; rollouts: Rollout[] }> {
  return asked("/rollouts");
}

export function rollout(stage: string): Promise<Rollout> {
  return asked(`/rollouts/${encodeURIComponent(stage)}`);
}

export type Verb = "pause" | "resume" | "promote" | "abort" | "undo";

/** Asks for a change; the header is one that pages of other sites cannot send. */
export function change(stage: string, verb: Verb, reason: string): Promise<{ done: string }> {
  return asked(`/rollouts/${encodeURIComponent(stage)}/${verb}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Weft-Request": "dashboard" },
    body: JSON.stringify({ reason }),
  });
}
