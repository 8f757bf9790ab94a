package dev.weft.app.mishap;

import java.time.Duration;

/**
 * One thing that goes wrong.
 *
 * @param target a node, {@code site/name}, or a site
 * @param lasts until it is over; zero for what is over at once
 */
public record Mishap(Kind kind, String target, Duration lasts) {

  /** What goes wrong. */
  public enum Kind {
    /** A node is killed, and started again. */
    KILL("a node is killed"),
    /** A node is asked to end, and started again. */
    RESTART("a node is started anew"),
    /** A node stands still and then goes on, as a machine that was suspended does. */
    STOP("a node stands still"),
    /** What others say does not reach a node, while it is heard: half of its network is gone. */
    DEAF("a node hears nobody"),
    /** Frames and questions of other nodes do not reach it, while all see it: a half-dead link. */
    LINK("a data link swallows all"),
    /** All that comes to a node comes late. */
    SLOW("a node is far away"),
    /** The journal of a site is killed, and started again. */
    JOURNAL("a journal is killed");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }

    boolean isOfSite() {
      return this == JOURNAL;
    }

    boolean isOverAtOnce() {
      return this == KILL || this == RESTART || this == JOURNAL;
    }
  }

  @Override
  public String toString() {
    return lasts.isZero()
        ? "%s: %s".formatted(kind, target)
        : "%s for %.1f s: %s".formatted(kind, lasts.toMillis() / 1e3, target);
  }
}
