package dev.weft.fabric.routing;

import dev.weft.fabric.manifest.PipelineManifest;
import java.util.function.UnaryOperator;

/**
 * A gate of a deployed pipeline, as operators and clients name it, and what decides whether it is
 * on.
 *
 * @param name the pipeline's, a dot, and the gate's, which has none
 * @param stickyBy request attribute whose equal values have it alike
 * @param isDeclared whether the rule is the manifest's
 */
public record Flag(String name, String stickyBy, FlagRule rule, boolean isDeclared) {

  /** As the manifest declares it. */
  static Flag declaredBy(PipelineManifest pipeline, PipelineManifest.Gate gate) {
    return new Flag(
        pipeline.name() + "." + gate.name(), gate.stickyBy(), FlagRule.of(gate.on()), true);
  }

  /** The same under a rule that an operator or a program set. */
  Flag under(FlagRule other) {
    return new Flag(name, stickyBy, other, false);
  }

  /** The name of the gate. */
  public String gate() {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** Whether it is on for a key: the value of the attribute it sticks by. */
  public boolean isOn(String key) {
    return rule.isOn(name, key);
  }

  /**
   * Whether it is on for a request.
   *
   * @param keys gives the key by the name of the attribute; asked only where it decides
   */
  public boolean isOn(UnaryOperator<String> keys) {
    return rule.isFixed() ? isOn("") : isOn(keys.apply(stickyBy));
  }

  /** The rule, and where it is from: {@code off, as declared} or {@code 10% by session, as set}. */
  public String why() {
    return "%s%s, as %s"
        .formatted(
            rule.word(), rule.isFixed() ? "" : " by " + stickyBy, isDeclared ? "declared" : "set");
  }
}
