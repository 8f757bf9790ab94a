package dev.weft.fabric.explanation;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Text built line by line: headings at the margin, paragraphs indented below them. */
final class Prose {

  private static final int WIDTH = 96;
  private static final int NAME_WIDTH_MAX = 24;

  private final List<String> lines = new ArrayList<>();

  Prose heading(String text) {
    if (!lines.isEmpty()) {
      lines.add("");
    }
    lines.add(text);
    return this;
  }

  /** A paragraph, wrapped between words. */
  Prose paragraph(String text) {
    wrapped("  ", "  ", text);
    return this;
  }

  /** A paragraph for each row: the name, then the text in a column of its own. */
  Prose table(List<Row> rows) {
    var width =
        rows.stream()
            .mapToInt(row -> Math.min(NAME_WIDTH_MAX, row.name().length()))
            .max()
            .orElse(0);
    for (var row : rows) {
      var indent = " ".repeat(width + 4);
      wrapped(
          "  " + row.name() + " ".repeat(Math.max(0, width - row.name().length())) + "  ",
          indent,
          row.text());
    }
    return this;
  }

  /** A line as it is. */
  Prose line(String text) {
    lines.add("  " + text);
    return this;
  }

  String text() {
    return lines.stream().map(String::stripTrailing).collect(Collectors.joining("\n", "", "\n"));
  }

  /** One row of a table. */
  record Row(String name, String text) {}

  private void wrapped(String first, String rest, String text) {
    var line = new StringBuilder(first);
    var isEmpty = true;
    for (var word : text.split(" ", -1)) {
      if (!isEmpty && line.length() + 1 + word.length() > WIDTH) {
        lines.add(line.toString());
        line = new StringBuilder(rest);
        isEmpty = true;
      }
      line.append(isEmpty ? "" : " ").append(word);
      isEmpty = false;
    }
    lines.add(line.toString());
  }
}
