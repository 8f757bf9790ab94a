package dev.weft.gateway.tracing;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Which requests are traced.
 *
 * @param isParentBased whether one whose caller says so is traced, and one whose caller says no is
 *     not; {@code root} then decides about those who say nothing, otherwise about all
 * @param ratio of the traces that {@link Root#TRACEIDRATIO} takes, 0 to 1
 */
public record Sampling(boolean isParentBased, Root root, double ratio) {

  private static final String PARENT_BASED = "parentbased_";

  /** What decides where the caller's word does not. */
  public enum Root {
    ALWAYS_ON,
    ALWAYS_OFF,
    /** By the trace's id, so that all who use the same ratio decide alike. */
    TRACEIDRATIO;

    private String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Sampling {
    if (!(ratio >= 0 && ratio <= 1)) {
      throw new IllegalArgumentException(
          "weft.gateway.tracing.ratio: %s (expected: 0 to 1)".formatted(ratio));
    }
  }

  /**
   * Reads a sampler by the name that OpenTelemetry has for it, such as {@code
   * parentbased_traceidratio}.
   *
   * @throws IllegalArgumentException if there is none of this name, or the ratio is none
   */
  static Sampling of(String sampler, String ratio) {
    var name = sampler.strip().toLowerCase(Locale.ROOT);
    var isParentBased = name.startsWith(PARENT_BASED);
    var word = isParentBased ? name.substring(PARENT_BASED.length()) : name;
    var root =
        Arrays.stream(Root.values())
            .filter(one -> one.word().equals(word))
            .findFirst()
            .orElseThrow(() -> unknown(sampler));
    return new Sampling(isParentBased, root, number(ratio));
  }

  private static double number(String ratio) {
    try {
      return Double.parseDouble(ratio);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "weft.gateway.tracing.ratio: '%s' (expected: 0 to 1)".formatted(ratio), e);
    }
  }

  private static IllegalArgumentException unknown(String sampler) {
    var roots = Arrays.stream(Root.values()).map(Root::word).collect(Collectors.joining(", "));
    return new IllegalArgumentException(
        "weft.gateway.tracing.sampler: '%s' (expected: one of %s, or %s before one)"
            .formatted(sampler, roots, PARENT_BASED));
  }

  /** Whether any request may be traced. */
  boolean mayTrace() {
    return isParentBased || mayBeginTraces();
  }

  /** Of how many requests whose caller says nothing about one is traced; 0 for none. */
  long beginsOneOf() {
    return switch (root) {
      case ALWAYS_ON -> 1;
      case ALWAYS_OFF -> 0;
      case TRACEIDRATIO -> ratio == 0 ? 0 : Math.min(Integer.MAX_VALUE, Math.round(1 / ratio));
    };
  }

  /** Whether a request whose caller says nothing of a trace may be traced. */
  boolean mayBeginTraces() {
    return root != Root.ALWAYS_OFF;
  }
}
