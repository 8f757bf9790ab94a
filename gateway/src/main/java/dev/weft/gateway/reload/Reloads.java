package dev.weft.gateway.reload;

import java.util.function.Consumer;

/**
 * What became of the changes of files that models are served from: how many were taken, how many
 * were refused, and why what is there now is not served, if it is not. Threadsafe.
 */
public final class Reloads {

  private long taken;
  private long refused;
  private String reason = "";
  private Consumer<String> listener = _ -> {};

  /** Tells {@code next} from now on, in a sentence for people, of each change; it must not wait. */
  public synchronized void tell(Consumer<String> next) {
    listener = next;
  }

  /**
   * Takes note of a change that is served now.
   *
   * @param sentence what changed
   */
  public synchronized void taken(String sentence) {
    taken++;
    reason = "";
    listener.accept(sentence);
  }

  /**
   * Takes note of a change that is not served.
   *
   * @param why with the file and the place, as far as that is known
   */
  public synchronized void refused(String why) {
    refused++;
    reason = "as before, for a change was refused: " + why;
    listener.accept(reason);
  }

  /**
   * Takes note of what somebody asked for.
   *
   * @param sentence who, for what, and what became of it
   */
  public synchronized void asked(String sentence) {
    listener.accept(sentence);
  }

  /** Takes note that the files are again as what is served. */
  public synchronized void settled() {
    if (!reason.isEmpty()) {
      reason = "";
      listener.accept("the files are again as what is served");
    }
  }

  /** Why what is there now is not served; empty if it is. */
  public synchronized String reason() {
    return reason;
  }

  public synchronized long takenCount() {
    return taken;
  }

  public synchronized long refusedCount() {
    return refused;
  }
}
