package dev.weft.cluster.fleet;

/**
 * Where a node stands with a stage, as it answers an {@link Instruction}, whether that was the
 * latest or not.
 *
 * @param epoch the highest that it took; 0 for none
 * @param region whose it is; empty for none
 * @param order the last of that epoch; {@link Order#KEEP} for none
 * @param why in a sentence; may be empty
 * @param process number of its process among those that had the site's journal
 */
public record NodeReport(
    long epoch, String region, Order order, Standing standing, String why, long process) {

  static final int WHY_CHARACTERS_MAX = 300;

  public NodeReport {
    why = why.substring(0, Math.min(WHY_CHARACTERS_MAX, why.length()));
  }

  /** That of a node that cannot do what it is told, and took nothing. */
  public static NodeReport refusing(Instruction instruction, String why, long process) {
    return new NodeReport(
        instruction.epoch(),
        instruction.region().text(),
        instruction.order(),
        Standing.REFUSES,
        why,
        process);
  }

  /** Whether nothing more follows by itself from an order. */
  boolean isFinal() {
    return switch (standing) {
      case KEEPS -> order != Order.BEGIN;
      case HOLDS, ROLLED_BACK -> order == Order.BEGIN;
      case REFUSES, BRINGS, TRIES, WATCHES -> false;
    };
  }
}
