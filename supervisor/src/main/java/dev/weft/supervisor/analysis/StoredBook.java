package dev.weft.supervisor.analysis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How recorded frames were used, and why others were not. Threadsafe. */
final class StoredBook {

  /** Reasons told apart; further ones are counted together. */
  private static final int REASONS_MAX = 6;

  private static final int REASON_LENGTH_MAX = 300;

  private final Map<String, Long> notUsed = new LinkedHashMap<>();
  private long compared;
  private String end = "";

  synchronized void compared() {
    compared++;
  }

  synchronized void notUsed(String why) {
    var isTold = notUsed.containsKey(why) || notUsed.size() < REASONS_MAX;
    notUsed.merge(isTold ? why : "other reasons", 1L, Long::sum);
  }

  /** There is no further one. */
  synchronized void ended(String why) {
    end = why;
  }

  /** Frames that both variants ran. */
  synchronized long frames() {
    return compared;
  }

  /** For people; empty before there is something to tell. */
  synchronized List<String> notes() {
    var notes = new ArrayList<String>();
    if (compared > 0) {
      notes.add("%d frames are from a trace, as callers brought too few".formatted(compared));
    }
    notUsed.forEach(
        (why, count) ->
            notes.add("%d recorded frames were not used: %s".formatted(count, shortened(why))));
    if (!end.isEmpty()) {
      notes.add(shortened(end));
    }
    return notes;
  }

  private static String shortened(String why) {
    return why.length() <= REASON_LENGTH_MAX ? why : why.substring(0, REASON_LENGTH_MAX) + "...";
  }
}
