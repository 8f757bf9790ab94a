package dev.weft.fabric.session;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a session may spend, in millionths of a cost unit. It is reserved in blocks before frames
 * that may spend it run, and settled afterwards, so that no crash between the two spends more than
 * was reserved. Immutable.
 *
 * @param limit most that may be spent in all
 * @param spent what was spent of the blocks that are settled
 * @param blocks amounts of the blocks that are reserved and not settled, by number
 * @param lastBlock number of the last block reserved, 0 before the first
 */
public record SessionBudget(long limit, long spent, Map<Long, Long> blocks, long lastBlock) {

  public SessionBudget {
    blocks = java.util.Collections.unmodifiableMap(new TreeMap<>(blocks));
  }

  static SessionBudget of(long limit) {
    return new SessionBudget(limit, 0, Map.of(), 0);
  }

  SessionBudget withLimit(long other) {
    return new SessionBudget(other, spent, blocks, lastBlock);
  }

  /** What is reserved and not settled. */
  public long reserved() {
    return blocks.values().stream().mapToLong(Long::longValue).sum();
  }

  /** What may still be reserved; below 0 only if the limit was lowered. */
  public long free() {
    return limit - spent - reserved();
  }

  SessionBudget reserve(long block, long amount) {
    var more = new TreeMap<>(blocks);
    more.put(block, amount);
    return new SessionBudget(limit, spent, more, block);
  }

  SessionBudget settle(long block, long spentOfBlock) {
    var fewer = new TreeMap<>(blocks);
    fewer.remove(block);
    return new SessionBudget(limit, spent + spentOfBlock, fewer, lastBlock);
  }
}
