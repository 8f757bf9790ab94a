package dev.weft.cluster.site;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Name of a site: nodes that reach each other when the rest of the world does not, such as the
 * boxes of a shop. A site is a data center of Akka's.
 *
 * @param text 1 to {@value #CHARACTERS_MAX} lower-case letters, digits and dashes
 */
public record SiteName(String text) implements Comparable<SiteName> {

  static final int CHARACTERS_MAX = 63;

  private static final Pattern ALLOWED =
      Pattern.compile("[a-z0-9]([a-z0-9-]{0,%d}[a-z0-9])?".formatted(CHARACTERS_MAX - 2));

  public SiteName {
    if (!ALLOWED.matcher(text).matches()) {
      throw new IllegalArgumentException(
          ("site: '%s' (expected: 1 to %d lower-case letters, digits and dashes, no dash at either"
                  + " end)")
              .formatted(text, CHARACTERS_MAX));
    }
  }

  /** The site of this name; empty if it is none. */
  public static Optional<SiteName> find(String text) {
    return ALLOWED.matcher(text).matches() ? Optional.of(new SiteName(text)) : Optional.empty();
  }

  @Override
  public int compareTo(SiteName other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
