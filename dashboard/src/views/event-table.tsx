import type { JSX } from "preact";
import type { NodeEvent } from "../api/types.ts";
import { clock } from "../figures/format.ts";
import { Badge } from "./parts.tsx";

const TONES = {
  deploy: "good",
  swap: "line",
  reload: "line",
  shed: "warn",
  load: "quiet",
  rollout: "line",
  flag: "line",
  replay: "quiet",
};

interface Props {
  events: NodeEvent[];
  /** What stands above the subjects, and above the sentences. */
  subject: string;
  sentence: string;
  /** Whether there are events of several kinds, so that each names its own. */
  isMixed?: boolean;
}

/** Events in the order given. */
export function EventTable({ events, subject, sentence, isMixed = false }: Props): JSX.Element {
  return (
    <table class="events">
      <thead>
        <tr>
          <th scope="col">When</th>
          {isMixed && <th scope="col">What</th>}
          <th scope="col">{subject}</th>
          <th scope="col">{sentence}</th>
        </tr>
      </thead>
      <tbody>
        {events.map((event) => (
          <tr key={event.number}>
            <td class="num">
              <time dateTime={event.at} title={event.at}>
                {clock(event.at)}
              </time>
            </td>
            {isMixed && (
              <td>
                <Badge tone={TONES[event.kind]}>{event.kind}</Badge>
              </td>
            )}
            <th scope="row">{event.subject}</th>
            <td>{event.sentence}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
