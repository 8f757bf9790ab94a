package dev.weft.app.fetch;

import java.util.regex.Pattern;

/**
 * A file inside a jar that Maven can get, written {@code maven:group:artifact:version!/entry}.
 *
 * @param entry path in the jar, without a slash at its start
 */
public record MavenSource(Jar jar, String entry) {

  private static final String WORD = "[A-Za-z0-9_][A-Za-z0-9_.-]*";
  private static final Pattern FORM =
      Pattern.compile("maven:(%s):(%s):(%s)!/(\\S+)".formatted(WORD, WORD, WORD));

  /** A jar by its Maven coordinates. */
  public record Jar(String group, String artifact, String version) {
    @Override
    public String toString() {
      return "%s:%s:%s".formatted(group, artifact, version);
    }
  }

  /**
   * @throws FetchException if {@code source} has another form
   */
  public static MavenSource parse(String source) {
    var match = FORM.matcher(source);
    if (!match.matches()) {
      throw new FetchException(
          "source: '%s' (expected: maven:group:artifact:version!/entry)".formatted(source));
    }
    var jar = new Jar(match.group(1), match.group(2), match.group(3));
    return new MavenSource(jar, match.group(4));
  }
}
