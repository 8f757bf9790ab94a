package dev.weft.app.demo;

import dev.weft.app.demo.Visit.Span;
import java.util.List;

/** How near an answer is to what is known to be right. */
final class Marks {

  /** Share of characters that may be wrong before a reading counts as wrong. */
  static final double CHARACTER_ERROR_MAX = 0.05;

  /** Seconds by which a heard boundary may be off. */
  static final double BOUNDARY_ERROR_SECONDS_MAX = 0.4;

  private Marks() {}

  /**
   * Character error rate: edits (Levenshtein 1966) to turn {@code read} into {@code expected},
   * relative to the length of {@code expected}; white space does not count, because the recognizer
   * was not trained to keep it.
   */
  static double characterError(List<String> expected, List<String> read) {
    var wanted = String.join("", expected).replaceAll("\\s", "");
    var got = String.join("", read).replaceAll("\\s", "");
    return wanted.isEmpty()
        ? (got.isEmpty() ? 0 : 1)
        : (double) edits(wanted, got) / wanted.length();
  }

  /** Whether each expected span was heard, with its boundaries near enough, and nothing else. */
  static boolean heardRight(List<Span> expected, List<Span> heard) {
    if (expected.size() != heard.size()) {
      return false;
    }
    for (var i = 0; i < expected.size(); i++) {
      var start = Math.abs(expected.get(i).start() - heard.get(i).start());
      var end = Math.abs(expected.get(i).end() - heard.get(i).end());
      if (Math.max(start, end) > BOUNDARY_ERROR_SECONDS_MAX) {
        return false;
      }
    }
    return true;
  }

  private static int edits(String a, String b) {
    var previous = new int[b.length() + 1];
    for (var j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (var i = 1; i <= a.length(); i++) {
      var current = new int[b.length() + 1];
      current[0] = i;
      for (var j = 1; j <= b.length(); j++) {
        var swap = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(swap, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
