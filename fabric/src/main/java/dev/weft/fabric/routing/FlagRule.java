package dev.weft.fabric.routing;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The share of keys that a flag is on for. Who is in it depends on the key alone: a larger share
 * keeps all who were in the smaller one.
 *
 * @param share of {@link #WHOLE}: 0 is off for all, {@link #WHOLE} on for all
 */
public record FlagRule(int share) {

  /** All keys. */
  public static final int WHOLE = 10_000;

  public static final FlagRule ON = new FlagRule(WHOLE);
  public static final FlagRule OFF = new FlagRule(0);

  /** What {@link #of} reads, for messages. */
  public static final String EXPECTED = "on, off, or a share such as 10% or 0.25%";

  private static final int PARTS_OF_A_PERCENT = WHOLE / 100;
  private static final Pattern PERCENT = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,2})?)%");

  public FlagRule {
    if (share < 0 || share > WHOLE) {
      throw new IllegalArgumentException("share: %d (expected: 0 to %d)".formatted(share, WHOLE));
    }
  }

  public static FlagRule of(boolean on) {
    return on ? ON : OFF;
  }

  /** The rule in words: {@code on}, {@code off}, or percent with at most two decimals. */
  public static Optional<FlagRule> of(String word) {
    return switch (word) {
      case "on" -> Optional.of(ON);
      case "off" -> Optional.of(OFF);
      default -> {
        var percent = PERCENT.matcher(word);
        yield percent.matches() ? ofPercent(percent.group(1)) : Optional.empty();
      }
    };
  }

  private static Optional<FlagRule> ofPercent(String percent) {
    var share = new BigDecimal(percent).movePointRight(2).intValueExact();
    return share <= WHOLE ? Optional.of(new FlagRule(share)) : Optional.empty();
  }

  /** Whether the key decides nothing. */
  public boolean isFixed() {
    return share == 0 || share == WHOLE;
  }

  /**
   * Whether the flag is on for {@code key}.
   *
   * @param salt keeps the shares of two flags independent of each other
   */
  boolean isOn(String salt, String key) {
    return isFixed() ? share == WHOLE : StickyHash.point(salt, key) * WHOLE < share;
  }

  /** As {@link #of(String)} reads it. */
  public String word() {
    if (isFixed()) {
      return share == 0 ? "off" : "on";
    }
    return new BigDecimal(share)
            .divide(new BigDecimal(PARTS_OF_A_PERCENT))
            .stripTrailingZeros()
            .toPlainString()
        + "%";
  }
}
