package dev.weft.cluster.moving;

import java.util.Map;
import java.util.TreeMap;

/** How many sessions something is so of, and of the first of them why. Of one actor. */
final class Reasons {

  /** Most sessions named. */
  static final int NAMED_MAX = 100;

  private final Map<String, String> named = new TreeMap<>();
  private int count;

  /** Counts a session, which was not counted before. */
  void add(String session, String why) {
    count++;
    if (named.size() < NAMED_MAX) {
      named.put(session, why);
    }
  }

  int count() {
    return count;
  }

  /** The first that were counted, by name, each with the reason. */
  Map<String, String> named() {
    return named;
  }
}
