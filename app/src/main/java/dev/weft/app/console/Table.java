package dev.weft.app.console;

import java.util.ArrayList;
import java.util.List;

/** Rows of text set in columns: numbers to the right, words to the left. */
final class Table {

  private static final String GAP = "  ";

  private Table() {}

  /**
   * The lines of a table.
   *
   * @param head names of the columns
   * @param rows as many cells each as there are columns
   */
  static List<String> lines(List<String> head, List<List<String>> rows) {
    var all = new ArrayList<List<String>>();
    all.add(head);
    all.addAll(rows);
    var lines = new ArrayList<String>();
    for (var row : all) {
      var line = new StringBuilder();
      for (var column = 0; column < head.size(); column++) {
        var padding = " ".repeat(width(all, column) - length(row.get(column)));
        var text = row.get(column);
        line.append(isNumeric(rows, column) ? padding + text : text + padding).append(GAP);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private static int width(List<List<String>> rows, int column) {
    return rows.stream().mapToInt(row -> length(row.get(column))).max().orElse(0);
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static boolean isNumeric(List<List<String>> rows, int column) {
    return !rows.isEmpty()
        && rows.stream().map(row -> row.get(column)).allMatch(Table::startsAsNumber);
  }

  private static boolean startsAsNumber(String text) {
    return text.equals("-") || !text.isEmpty() && Character.isDigit(text.charAt(0));
  }
}
