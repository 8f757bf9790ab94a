package dev.weft.cluster.lease;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Tells of nodes that are missed which of them were heard of since. What a node tells of whom it
 * does not reach has a number, which grows with each thing it tells, and stays in the list of
 * members when it is gone: so only a number that grew after the node was first missed is word of
 * it. Such word lapses, as a node may go after it spoke. For one actor.
 */
final class SplitVoices {

  /** How many looks at the split a word lasts; Akka looks once a second. */
  private static final int LOOKS_MAX = 10;

  private record Voice(long number, int looks) {}

  /** Of each that is missed what it had told by then; word of it that is not old yet. */
  private final Map<String, Long> before = new HashMap<>();

  private final Map<String, Voice> voices = new HashMap<>();

  /**
   * Takes note of who is missed and what was told.
   *
   * @param numbers of each node the number of what it told last; 0 if it is not among them
   */
  void note(Set<String> missed, Map<String, Long> numbers) {
    before.keySet().retainAll(missed);
    voices.keySet().retainAll(missed);
    for (var node : missed) {
      var number = numbers.getOrDefault(node, 0L);
      var first = before.putIfAbsent(node, number);
      if (first != null && number > first) {
        before.put(node, number);
        voices.put(node, new Voice(number, 0));
      }
    }
  }

  /** That the split was looked at once more. */
  void look() {
    voices.replaceAll((_, voice) -> new Voice(voice.number(), voice.looks() + 1));
    voices.values().removeIf(voice -> voice.looks() > LOOKS_MAX);
  }

  /** Those that are missed and were heard of since, a while ago at most. */
  Set<String> heard() {
    return new HashSet<>(voices.keySet());
  }
}
