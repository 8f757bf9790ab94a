package dev.weft.sim.invariant;

import dev.weft.fabric.session.SessionState;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What must be kept of a session, by a fold of its own: what was asked decides, not what the
 * session's code makes of it. Immutable.
 *
 * @param frame the last recorded of the present epoch
 * @param hash of that frame's record
 * @param frames recorded in all epochs
 * @param blocks of the budget that are reserved, with their amounts
 */
public record SessionModel(
    long epoch,
    long frame,
    String hash,
    long frames,
    SortedMap<Long, Long> blocks,
    long lastBlock,
    long spent) {

  public SessionModel {
    blocks = Collections.unmodifiableSortedMap(new TreeMap<>(blocks));
  }

  public static SessionModel none() {
    return new SessionModel(0, 0, "", 0, new TreeMap<>(), 0, 0);
  }

  /** What a session has of it. */
  public static SessionModel of(SessionState state) {
    return new SessionModel(
        state.epoch(),
        state.checkpoint().lastFrame(),
        state.checkpoint().traceHash(),
        state.checkpoint().frames(),
        new TreeMap<>(state.budget().blocks()),
        state.budget().lastBlock(),
        state.budget().spent());
  }

  /** With a step taken. Opening an epoch or settling a block once more changes nothing. */
  public SessionModel after(SessionStep step) {
    var open = new TreeMap<>(blocks);
    return switch (step) {
      case SessionStep.Open(var newEpoch) when newEpoch == epoch -> this;
      case SessionStep.Open(var newEpoch) ->
          new SessionModel(newEpoch, 0, "", frames, open, lastBlock, spent);
      case SessionStep.RecordFrames(_, var from, var to, var itsHash) ->
          new SessionModel(epoch, to, itsHash, frames + to - from + 1, open, lastBlock, spent);
      case SessionStep.Reserve(var block, var amount) -> {
        open.put(block, amount);
        yield new SessionModel(epoch, frame, hash, frames, open, block, spent);
      }
      case SessionStep.Settle(var block, var spentOfBlock) -> {
        var isNew = open.remove(block) != null;
        var more = isNew ? spentOfBlock : 0;
        yield new SessionModel(epoch, frame, hash, frames, open, lastBlock, spent + more);
      }
    };
  }
}
