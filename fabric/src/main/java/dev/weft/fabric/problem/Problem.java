package dev.weft.fabric.problem;

import java.nio.file.Path;

/**
 * One thing in a manifest that is wrong or, as a warning, doubtful.
 *
 * @param line from 1; 0 when the file as a whole is meant
 * @param column from 1; 0 when the line as a whole is meant
 * @param field path of the field, such as {@code steps[2].inputs.x}; empty for the document
 * @param value what stands there, or {@code missing}
 * @param expected what would be right, in words
 */
public record Problem(Path file, int line, int column, String field, String value, String expected)
    implements Comparable<Problem> {

  /** For example {@code kiosk.yaml:14:7: steps[2].stage: 'detct' (expected: ...)}. */
  @Override
  public String toString() {
    var place = new StringBuilder(file.toString());
    if (line > 0) {
      place.append(':').append(line);
      if (column > 0) {
        place.append(':').append(column);
      }
    }
    var what = field.isEmpty() ? "" : field + ": ";
    return "%s: %s%s (expected: %s)".formatted(place, what, value, expected);
  }

  @Override
  public int compareTo(Problem other) {
    var byFile = file.compareTo(other.file);
    if (byFile != 0) {
      return byFile;
    }
    return line != other.line
        ? Integer.compare(line, other.line)
        : Integer.compare(column, other.column);
  }
}
