package dev.weft.app.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Keeps files, methods and lines short enough to be read: 400 lines, 60 lines, 110 characters. */
class TidyTest {

  private static final int FILE_LINES_MAX = 400;
  private static final int METHOD_LINES_MAX = 60;
  private static final int LINE_CHARACTERS_MAX = 110;

  /** google-java-format puts a member of a top-level or nested type at two or four spaces. */
  private static final Pattern METHOD_START =
      Pattern.compile("^( {2}| {4})(?! )(?!.*\\b(class|record|interface|enum|switch)\\b).*\\(.*");

  @Test
  void filesMethodsAndLinesAreShort() throws IOException {
    var sources = sources();
    assertFalse(sources.isEmpty(), "no sources found");
    var found = new ArrayList<String>();
    for (var source : sources) {
      check(source, Files.readAllLines(source), found);
    }
    assertEquals(List.of(), found);
  }

  private static void check(Path file, List<String> lines, List<String> found) {
    if (lines.size() > FILE_LINES_MAX) {
      found.add("%s: %d lines (expected: <= %d)".formatted(file, lines.size(), FILE_LINES_MAX));
    }
    for (var i = 0; i < lines.size(); i++) {
      var line = lines.get(i);
      if (line.length() > LINE_CHARACTERS_MAX && !line.contains("http")) {
        found.add(
            "%s:%d: %d characters (expected: <= %d)"
                .formatted(file, i + 1, line.length(), LINE_CHARACTERS_MAX));
      }
      if (METHOD_START.matcher(line).matches()) {
        var length = methodLength(lines, i);
        if (length > METHOD_LINES_MAX) {
          found.add(
              "%s:%d: a method of %d lines (expected: <= %d)"
                  .formatted(file, i + 1, length, METHOD_LINES_MAX));
        }
      }
    }
  }

  /**
   * Lines from a member's first to the brace that closes it at the same indent; 1 if it has none.
   */
  private static int methodLength(List<String> lines, int start) {
    var first = lines.get(start);
    var indent = first.substring(0, first.length() - first.stripLeading().length());
    for (var i = start; i < lines.size(); i++) {
      var line = lines.get(i);
      if (i > start && line.startsWith(indent) && !line.startsWith(indent + " ")) {
        return line.startsWith(indent + "}") ? i - start + 1 : 1;
      }
    }
    return 1;
  }

  private static List<Path> sources() throws IOException {
    var root = Path.of(System.getProperty("weft.root", ".."));
    try (var files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> file.toString().contains("/src/"))
          .filter(file -> !root.relativize(file).toString().contains("target/"))
          .sorted()
          .toList();
    }
  }
}
