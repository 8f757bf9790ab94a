package dev.weft.fabric.flag;

import dev.weft.fabric.routing.FlagRule;
import java.time.Instant;
import java.util.Optional;

/**
 * One change of a flag, as it is told and kept.
 *
 * @param flag its full name
 * @param from the rule before
 * @param to the rule from now on; empty for what the manifest declares
 * @param by who changed it
 * @param reason why; empty if he did not say
 */
public record FlagChange(
    String flag, FlagRule from, Optional<FlagRule> to, String by, String reason, Instant at) {

  public FlagChange {
    FlagSetting.requireBrief("by", by);
    FlagSetting.requireBrief("reason", reason);
  }

  /** What the flag is set to then; empty if it is set to nothing any more. */
  Optional<FlagSetting> setting() {
    return to.map(rule -> new FlagSetting(rule, by, reason, at));
  }

  /** It in a sentence: who did what, and why. */
  public String sentence() {
    return "%s set it to %s (before: %s)%s"
        .formatted(
            by,
            to.map(FlagRule::word).orElse("what is declared"),
            from.word(),
            reason.isEmpty() ? "" : ": " + reason);
  }
}
