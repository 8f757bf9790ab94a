package dev.weft.gateway.observatory;

import dev.weft.fabric.embedded.WeftException;
import java.util.Map;

/**
 * Where recorded frames are run again, beside what is served. Threadsafe; a call may take a while.
 */
public interface ReplayDesk {

  /** Whether a frame can be replayed here ({@code offered}), or else {@code why} not. */
  Map<String, Object> offer(RememberedFrame frame);

  /**
   * What replays all that was recorded at the time of a frame, of whichever tenant, on the command
   * line of this machine; it names a folder there.
   */
  String command(RememberedFrame frame);

  /**
   * Runs a recorded frame again, with the decisions and in the batches of then.
   *
   * @param variants to run instead of those that ran, by stage
   * @return how what came out compares with what was recorded
   * @throws WeftException if it cannot be replayed, or not now
   */
  Map<String, Object> replay(RememberedFrame frame, Map<String, String> variants);
}
