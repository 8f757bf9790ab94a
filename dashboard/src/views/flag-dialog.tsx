import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { setFlag } from "../api/client.ts";
import type { Flag } from "../api/types.ts";
import { consequence, DECLARED, said, shareRule } from "../figures/flags.ts";
import { ConfirmDialog } from "./confirm.tsx";

const SHARE = "share";

interface Choice {
  value: string;
  label: string;
}

function choices(flag: Flag): Choice[] {
  return [
    { value: "on", label: "On" },
    { value: "off", label: "Off" },
    { value: SHARE, label: `On for a share of ${flag.stickyBy}` },
    { value: DECLARED, label: `As declared: ${said(flag.declared)}` },
  ];
}

/** Sets a flag: says what that changes, asks for a reason, and then for the change. */
export function FlagDialog(props: {
  /** As it is now, whoever changes it meanwhile. */
  flag: Flag;
  onEnd: (said: string) => void;
}): JSX.Element {
  const { flag, onEnd } = props;
  const [before] = useState(flag);
  const [chosen, setChosen] = useState(flag.rule === "off" ? "on" : "off");
  const [percent, setPercent] = useState(flag.rule.endsWith("%") ? flag.rule.slice(0, -1) : "10");
  const rule = chosen === SHARE ? shareRule(percent) : chosen;
  const isChanged = flag.rule !== before.rule || flag.at !== before.at;
  return (
    <ConfirmDialog
      title={`Set ${flag.flag}`}
      reasonLabel="Reason, kept with the events"
      yes={rule === undefined ? "Set it" : `Yes, set it to ${rule}`}
      isReady={rule !== undefined}
      ask={async (reason) => {
        const { from, to } = await setFlag(flag.flag, rule ?? "", reason);
        return `${flag.flag} was ${from} and is ${to} now.`;
      }}
      onEnd={onEnd}
    >
      <p>{`Now it is ${said(flag.rule)}${flag.by === undefined ? ", as declared" : `, set by ${flag.by}`}.`}</p>
      {isChanged && (
        <p class="warn" role="alert">
          {`It was ${said(before.rule)} when you began; it was changed meanwhile.`}
        </p>
      )}
      <fieldset class="choices">
        <legend>Set it to</legend>
        {choices(flag).map(({ value, label }) => (
          <label key={value}>
            <input
              type="radio"
              name="rule"
              value={value}
              checked={chosen === value}
              onChange={() => setChosen(value)}
            />{" "}
            {label}
            {value === SHARE && (
              <>
                {" "}
                <input
                  class="percent"
                  name="percent"
                  aria-label="Share in percent"
                  inputMode="decimal"
                  autocomplete="off"
                  value={percent}
                  aria-invalid={chosen === SHARE && rule === undefined}
                  onFocus={() => setChosen(SHARE)}
                  onInput={(e) => setPercent(e.currentTarget.value)}
                />{" "}
                %
              </>
            )}
          </label>
        ))}
      </fieldset>
      <p class="consequence" role="status">
        {rule === undefined
          ? "A share is from 0.01 to 99.99 %, with at most two decimals."
          : consequence(flag, rule)}
      </p>
    </ConfirmDialog>
  );
}
