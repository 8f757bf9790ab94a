package dev.weft.app.torture;

import dev.weft.fabric.session.SessionState;
import java.util.Map;
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
record SessionModel(
    long epoch,
    long frame,
    String hash,
    long frames,
    Map<Long, Long> blocks,
    long lastBlock,
    long spent) {

  SessionModel {
    blocks = Map.copyOf(blocks);
  }

  static SessionModel none() {
    return new SessionModel(0, 0, "", 0, Map.of(), 0, 0);
  }

  /** What a recovered session has of it. */
  static SessionModel of(SessionState state) {
    return new SessionModel(
        state.epoch(),
        state.checkpoint().lastFrame(),
        state.checkpoint().traceHash(),
        state.checkpoint().frames(),
        state.budget().blocks(),
        state.budget().lastBlock(),
        state.budget().spent());
  }

  /** With a step taken. */
  SessionModel after(SessionStep step) {
    var open = new TreeMap<>(blocks);
    return switch (step) {
      case SessionStep.Open(var newEpoch) ->
          new SessionModel(newEpoch, 0, "", frames, open, lastBlock, spent);
      case SessionStep.RecordFrame(_, var recorded, var itsHash) ->
          new SessionModel(epoch, recorded, itsHash, frames + 1, open, lastBlock, spent);
      case SessionStep.Reserve(var block, var amount) -> {
        open.put(block, amount);
        yield new SessionModel(epoch, frame, hash, frames, open, block, spent);
      }
      case SessionStep.Settle(var block, var spentOfBlock) -> {
        open.remove(block);
        yield new SessionModel(epoch, frame, hash, frames, open, lastBlock, spent + spentOfBlock);
      }
    };
  }
}
