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
    JOURNAL("a journal is killed"),
    /** The journal of a site is asked to end, ends its connections, and is started again. */
    JOURNAL_RESTART("a journal is started anew"),
    /** No file of a node takes a byte more: writes fail as on a full disk, with another code. */
    DISK("a node's files take nothing");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }

    /** Whether it happens to a site's journal. */
    public boolean isOfSite() {
      return this == JOURNAL || this == JOURNAL_RESTART;
    }

    boolean isOverAtOnce() {
      return this == KILL || this == RESTART || isOfSite();
    }
  }

  @Override
  public String toString() {
    return lasts.isZero()
        ? "%s: %s".formatted(kind, target)
        : "%s for %.1f s: %s".formatted(kind, lasts.toMillis() / 1e3, target);
  }
}
