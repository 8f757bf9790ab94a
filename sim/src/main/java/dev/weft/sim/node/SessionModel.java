package dev.weft.sim.node;

import dev.weft.fabric.session.SessionState;
import java.util.Optional;
import java.util.TreeMap;

/** What a session must hold after all that its client was told took effect. */
final class SessionModel {

  private long epoch;
  private long lastFrame;
  private long frames;
  private String hash = "";
  private long spent;
  private final TreeMap<Long, Long> blocks = new TreeMap<>();
  private long lastBlock;

  void opened(long inEpoch) {
    if (inEpoch != epoch) {
      epoch = inEpoch;
      lastFrame = 0;
      hash = "";
    }
  }

  void recorded(long from, long to, String traceHash) {
    lastFrame = to;
    frames += to - from + 1;
    hash = traceHash;
  }

  void reserved(long block, long amount) {
    blocks.put(block, amount);
    lastBlock = block;
  }

  void settled(long block, long amount) {
    if (blocks.remove(block) != null) {
      spent += amount;
    }
  }

  long epoch() {
    return epoch;
  }

  long lastFrame() {
    return lastFrame;
  }

  long lastBlock() {
    return lastBlock;
  }

  int openBlocks() {
    return blocks.size();
  }

  long firstBlock() {
    return blocks.firstKey();
  }

  long amount(long block) {
    return blocks.getOrDefault(block, 0L);
  }

  /** What is otherwise in {@code state}; empty if nothing. */
  Optional<String> difference(SessionState state) {
    var here = "epoch %d, frames %d to %d %s".formatted(epoch, frames, lastFrame, hash);
    var there =
        "epoch %d, frames %d to %d %s"
            .formatted(
                state.epoch(),
                state.checkpoint().frames(),
                state.checkpoint().lastFrame(),
                state.checkpoint().traceHash());
    var money = "spent %d, blocks %s, last %d".formatted(spent, blocks, lastBlock);
    var moneyThere =
        "spent %d, blocks %s, last %d"
            .formatted(state.budget().spent(), state.budget().blocks(), state.budget().lastBlock());
    if (!here.equals(there)) {
      return Optional.of("%s (expected: %s)".formatted(there, here));
    }
    return money.equals(moneyThere)
        ? Optional.empty()
        : Optional.of("%s (expected: %s)".formatted(moneyThere, money));
  }
}
