package dev.weft.fabric.problem;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds what a mistyped name was meant to be: the known name with the fewest edits, if those are at
 * most a third of its letters. An edit adds, drops or changes a letter or swaps two neighbours
 * (optimal string alignment distance, "Damerau 1964").
 */
public final class NearestName {

  private static final int LENGTH_MAX = 128;

  private NearestName() {}

  public static Optional<String> of(String name, Collection<String> known) {
    var best = Optional.<String>empty();
    var bestDistance = Integer.MAX_VALUE;
    for (var candidate : known) {
      var distance = distance(name, candidate);
      if (distance < bestDistance && distance <= distanceMax(name, candidate)) {
        best = Optional.of(candidate);
        bestDistance = distance;
      }
    }
    return best;
  }

  /** The known names in words, and the nearest one as a hint if there is one. */
  public static String expected(String what, String name, Collection<String> known) {
    if (known.isEmpty()) {
      return what + ", but there is none";
    }
    return of(name, known)
        .map(hint -> "%s; did you mean '%s'?".formatted(what, hint))
        .orElseGet(() -> "%s: one of %s".formatted(what, shortened(known)));
  }

  private static String shortened(Collection<String> known) {
    var shown = known.stream().limit(24).toList();
    var rest = known.size() - shown.size();
    return String.join(", ", shown) + (rest > 0 ? " and %d more".formatted(rest) : "");
  }

  private static int distanceMax(String name, String candidate) {
    return (Math.max(name.length(), candidate.length()) + 1) / 3;
  }

  private static int distance(String left, String right) {
    if (left.length() > LENGTH_MAX || right.length() > LENGTH_MAX) {
      return Integer.MAX_VALUE;
    }
    var a = left.toLowerCase(Locale.ROOT);
    var b = right.toLowerCase(Locale.ROOT);
    var rows = new int[a.length() + 1][b.length() + 1];
    for (var i = 0; i <= a.length(); i++) {
      for (var j = 0; j <= b.length(); j++) {
        rows[i][j] = i == 0 || j == 0 ? i + j : edits(rows, a, b, i, j);
      }
    }
    return rows[a.length()][b.length()];
  }

  private static int edits(int[][] rows, String a, String b, int i, int j) {
    var change = rows[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    var best = Math.min(change, Math.min(rows[i - 1][j], rows[i][j - 1]) + 1);
    var swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, rows[i - 2][j - 2] + 1) : best;
  }
}
