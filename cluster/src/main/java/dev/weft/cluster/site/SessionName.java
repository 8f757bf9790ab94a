package dev.weft.cluster.site;

import java.util.Optional;

/**
 * Name of a session over all sites: its home and what it is called there, written {@code
 * home/local}. It keeps the name when it moves elsewhere: who looks for it asks its home.
 *
 * @param home where it was opened first
 * @param local as {@code Sessions} of one node knows it, without a slash at its begin
 */
public record SessionName(SiteName home, String local) {

  private static final char SLASH = '/';

  public SessionName {
    if (local.isEmpty()) {
      throw new IllegalArgumentException(
          "session: '%s/' (expected: a name after the slash)".formatted(home));
    }
  }

  /**
   * Reads a name; one without a slash is of {@code here}.
   *
   * @throws IllegalArgumentException if what stands before the slash is no site, or nothing after
   */
  public static SessionName of(String text, SiteName here) {
    var slash = text.indexOf(SLASH);
    return slash < 0
        ? new SessionName(here, text)
        : new SessionName(new SiteName(text.substring(0, slash)), text.substring(slash + 1));
  }

  /** As {@link #of}, empty if it is no name. */
  public static Optional<SessionName> find(String text, SiteName here) {
    try {
      return Optional.of(of(text, here));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return home.text() + SLASH + local;
  }
}
