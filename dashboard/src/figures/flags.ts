import type { Flag } from "../api/types.ts";

/** What a flag can be set to, in the server's words. */
export const DECLARED = "default";

/** The share of the keys that a rule is on for, in percent. */
export function share(rule: string): number {
  switch (rule) {
    case "on":
      return 100;
    case "off":
      return 0;
    default:
      return Number.parseFloat(rule);
  }
}

/** `12.5` as a rule; undefined for what is no share from 0.01 to 99.99 with at most two decimals. */
export function shareRule(typed: string): string | undefined {
  const text = typed.trim();
  const percent = Number(text);
  return /^\d{1,2}(\.\d{1,2})?$/.test(text) && percent >= 0.01 && percent <= 99.99
    ? `${percent}%`
    : undefined;
}

/** A rule as people say it. */
export function said(rule: string): string {
  return rule.endsWith("%") ? `on for ${rule.slice(0, -1)} %` : rule;
}

/** The rule that will count if a flag is set to `rule`. */
export function effective(flag: Flag, rule: string): string {
  return rule === DECLARED ? flag.declared : rule;
}

/** What setting a flag does to the frames that come from then on, in sentences. */
export function consequence(flag: Flag, rule: string): string {
  const next = effective(flag, rule);
  const steps = flag.steps.length === 0 ? "No step hangs on it." : `${runs(flag, next)}.`;
  return `${steps} ${change(flag, next)}`;
}

function runs(flag: Flag, rule: string): string {
  const steps = flag.steps.join(", ");
  const isOne = flag.steps.length === 1;
  switch (rule) {
    case "on":
      return `${steps} ${isOne ? "runs" : "run"} for every frame`;
    case "off":
      return `${steps} ${isOne ? "is" : "are"} skipped for every frame; what stands in for ${isOne ? "it" : "them"} is used`;
    default:
      return `${steps} ${isOne ? "runs" : "run"} for ${share(rule)} % of all values of ${flag.stickyBy}; a frame without one decides for itself`;
  }
}

/** A larger share keeps all who were in the smaller one, so that only the difference changes. */
function change(flag: Flag, next: string): string {
  const more = share(next) - share(flag.rule);
  if (more === 0) {
    return "That is how it stands; only your reason is new.";
  }
  const part = Math.abs(more) === 100 ? "All" : `About ${Number(Math.abs(more).toFixed(2))} %`;
  return more > 0
    ? `${part} of the keys get it that have it not now; nobody loses it.`
    : `${part} of the keys lose it; nobody gets it anew.`;
}
