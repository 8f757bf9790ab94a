import type { ComponentChildren, JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { caller as askCaller } from "../api/client.ts";
import type { Caller } from "../api/types.ts";

/** A titled part of a view. */
export function Card(props: {
  title: string;
  note?: ComponentChildren;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <section class="card">
      <header>
        <h3>{props.title}</h3>
        {props.note !== undefined && <div class="note">{props.note}</div>}
      </header>
      {props.children}
    </section>
  );
}

/** One figure with its name. */
export function Tile(props: {
  name: string;
  value: string;
  note?: string;
  tone?: string;
}): JSX.Element {
  return (
    <div class={`tile ${props.tone ?? ""}`}>
      <span class="soft">{props.name}</span>
      <b>{props.value}</b>
      {props.note !== undefined && <span class="soft">{props.note}</span>}
    </div>
  );
}

/** A word in a pill. */
export function Badge(props: { tone: string; children: ComponentChildren }): JSX.Element {
  return <span class={`badge ${props.tone}`}>{props.children}</span>;
}

export function Empty(props: { children: ComponentChildren }): JSX.Element {
  return <p class="empty">{props.children}</p>;
}

export function Problem(props: { message: string | undefined }): JSX.Element | null {
  return props.message === undefined ? null : (
    <p class="problem" role="alert">
      {props.message}
    </p>
  );
}

export interface Asked<T> {
  value: T | undefined;
  problem: string | undefined;
  again: () => void;
}

/** What a request answers, asked again every so often, and whenever {@code key} changes. */
export function useAsked<T>(ask: () => Promise<T>, key: string, everyMillis: number): Asked<T> {
  const [state, setState] = useState<{ key: string; value?: T; problem?: string }>({ key });
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    let isOver = false;
    let timer = 0;
    const once = (): void => {
      ask()
        .then(
          (value) => isOver || setState({ key, value }),
          (e: unknown) =>
            isOver ||
            setState((before) => ({
              ...before,
              problem: e instanceof Error ? e.message : String(e),
            })),
        )
        .finally(() => {
          if (!isOver && everyMillis > 0) {
            timer = window.setTimeout(once, everyMillis);
          }
        });
    };
    once();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [key, asked]);
  const isOfThis = state.key === key;
  return {
    value: isOfThis ? state.value : undefined,
    problem: isOfThis ? state.problem : undefined,
    again: () => setAsked((count) => count + 1),
  };
}

/** The last value there was, so that asking again does not empty the page. */
export function useHeld<T>(value: T | undefined): T | undefined {
  const held = useMemo<{ value: T | undefined }>(() => ({ value: undefined }), []);
  if (value !== undefined) {
    held.value = value;
  }
  return held.value;
}

/** Who asks, as accounts are now; undefined until that is known. */
export function useCaller(): Caller | undefined {
  return useHeld(useAsked(askCaller, "caller", 30_000).value);
}

export function mayOperate(caller: Caller | undefined): boolean {
  return caller?.may.includes("operate") === true;
}

/** Says why the controls of a view are not there, if they are not. */
export function Allowance(props: { caller: Caller | undefined; what: string }): JSX.Element | null {
  const { caller, what } = props;
  return caller === undefined || mayOperate(caller) ? null : (
    <p class="soft">
      {`You are ${caller.name}, with the ${caller.roles.length === 1 ? "role" : "roles"} ${caller.roles.join(", ")}. ${what} needs the role operate or admin.`}
    </p>
  );
}
