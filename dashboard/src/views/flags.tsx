import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { flags as askFlags } from "../api/client.ts";
import type { Flag, NodeEvent } from "../api/types.ts";
import { said, share } from "../figures/flags.ts";
import { clock, day } from "../figures/format.ts";
import type { Feed } from "../live/feed.ts";
import { EventTable } from "./event-table.tsx";
import { FlagDialog } from "./flag-dialog.tsx";
import {
  Allowance,
  Badge,
  Card,
  Empty,
  mayOperate,
  Problem,
  useAsked,
  useCaller,
  useHeld,
} from "./parts.tsx";

/** Flags that are drawn at once; what is looked for by name is found among all. */
const SHOWN_MAX = 200;
const CHANGES_MAX = 50;

/** The gates of all pipelines as flags, as they are now, and who may sets them. */
export function Flags({ feed, chosen }: { feed: Feed; chosen: string }): JSX.Element {
  // Whoever changes one makes an event, which comes with the next snapshot.
  const asked = useAsked(askFlags, `flags ${feed.snapshot?.lastEvent ?? 0}`, 10_000);
  const all = useHeld(asked.value);
  const caller = useCaller();
  const [typed, setTyped] = useState(chosen);
  const [setting, setSetting] = useState<string | undefined>(undefined);
  const [done, setDone] = useState("");
  const found = (all ?? []).filter((flag) => flag.flag.includes(typed.trim()));
  const open = all?.find((flag) => flag.flag === setting);
  const isGone = all !== undefined && setting !== undefined && open === undefined;
  useEffect(() => {
    if (isGone) {
      // Else the dialog would come up by itself should there be one of this name again.
      setSetting(undefined);
      setDone(`${setting} is not there any more; nothing was set.`);
    }
  }, [isGone]);
  return (
    <>
      <h2>Flags</h2>
      <Problem message={asked.problem} />
      <form class="find" role="search" onSubmit={(e) => e.preventDefault()}>
        <label>
          Flag{" "}
          <input
            name="flag"
            type="search"
            placeholder="part of its name"
            value={typed}
            onInput={(e) => setTyped(e.currentTarget.value)}
          />
        </label>
        <span class="soft">{all === undefined ? "" : `${found.length} of ${all.length}`}</span>
        <span class="said" role="status">
          {done}
        </span>
      </form>
      <Allowance caller={caller} what="Setting flags" />
      {all?.length === 0 && (
        <Empty>
          No pipeline has a gate. One with <code>gates:</code> in its manifest has flags.
        </Empty>
      )}
      {found.length > 0 && (
        <section class="card">
          <Table
            flags={found.slice(0, SHOWN_MAX)}
            onSet={mayOperate(caller) ? (flag) => setSetting(flag.flag) : undefined}
          />
          {found.length > SHOWN_MAX && (
            <p class="soft">{`${found.length - SHOWN_MAX} more; type more of the name.`}</p>
          )}
        </section>
      )}
      <Changes events={feed.events} typed={typed.trim()} />
      {open !== undefined && (
        <FlagDialog
          key={open.flag}
          flag={open}
          onEnd={(said) => {
            setSetting(undefined);
            setDone(said);
            asked.again();
          }}
        />
      )}
    </>
  );
}

function Table(props: { flags: Flag[]; onSet: ((flag: Flag) => void) | undefined }): JSX.Element {
  const { flags, onSet } = props;
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label="Flags">
      <table class="flags">
        <thead>
          <tr>
            <th scope="col">Flag</th>
            <th scope="col">Now</th>
            <th scope="col">Declared</th>
            <th scope="col">Set by</th>
            <th scope="col">Why</th>
            {onSet !== undefined && <th scope="col">Change</th>}
          </tr>
        </thead>
        <tbody>
          {flags.map((flag) => (
            <tr key={flag.flag}>
              <th scope="row">
                {flag.flag}
                <span class="soft below">{flag.summary}</span>
                <span class="soft below">{steps(flag)}</span>
              </th>
              <td>
                <Now flag={flag} />
              </td>
              <td>{said(flag.declared)}</td>
              <td>
                <SetBy flag={flag} />
              </td>
              <td class="why">{flag.reason ?? ""}</td>
              {onSet !== undefined && (
                <td>
                  <button type="button" aria-label={`Set ${flag.flag}`} onClick={() => onSet(flag)}>
                    Set…
                  </button>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function steps(flag: Flag): string {
  return flag.steps.length === 0 ? "no step hangs on it" : `runs ${flag.steps.join(", ")}`;
}

function Now({ flag }: { flag: Flag }): JSX.Element {
  const on = share(flag.rule);
  const tone = on === 100 ? "good" : on === 0 ? "quiet" : "line";
  return (
    <>
      <Badge tone={tone}>{said(flag.rule)}</Badge>
      {on > 0 && on < 100 && (
        <>
          <span class="share" aria-hidden="true">
            <i style={{ width: `${on}%` }} />
          </span>
          <span class="soft below">of {flag.stickyBy}</span>
        </>
      )}
    </>
  );
}

function SetBy({ flag }: { flag: Flag }): JSX.Element {
  return flag.at === undefined ? (
    <span class="soft">as declared</span>
  ) : (
    <>
      {flag.by}
      <time class="soft below" dateTime={flag.at} title={flag.at}>
        {`${day(flag.at)} ${clock(flag.at)}`}
      </time>
    </>
  );
}

/** What was changed since the server started, as far as it remembers. */
function Changes({ events, typed }: { events: NodeEvent[]; typed: string }): JSX.Element | null {
  const changes = events
    .filter((event) => event.kind === "flag" && event.subject.includes(typed))
    .slice(0, CHANGES_MAX);
  return changes.length === 0 ? null : (
    <Card title="Changes of late">
      <EventTable events={changes} subject="Flag" sentence="What" />
    </Card>
  );
}
