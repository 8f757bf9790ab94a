package dev.weft.link.exchange;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a receiver knows of the requests of one life of a sender, so that each is carried out at
 * most once, whatever breaks. Sequences begin in ascending order, so whatever is not above {@link
 * #through} and not known any more was seen before: it is never begun again. Remembers what was
 * answered until that is confirmed, within bounds of count, bytes and age. Knows no clock; not
 * threadsafe.
 */
final class Answered {

  private final MemoryRule rule;
  private final Budget budget;
  private final Map<Long, Progress> open = new HashMap<>();
  private final Map<Long, Kept> kept = new LinkedHashMap<>();
  private long through;

  /** How far a request is that has no answer yet. */
  enum Progress {
    ARRIVING,
    RUNNING
  }

  private record Kept(Answer answer, long bytes, long sinceNanos) {}

  /**
   * What becomes of the requests of a stream that broke.
   *
   * @param answers to be sent, perhaps again
   * @param forgotten they were seen, and nothing is known of them
   * @param lost they arrived in part only and were let go of
   * @param abandoned nobody waits for them, and they still run or arrive
   */
  record Resumption(
      Map<Long, Answer> answers, List<Long> forgotten, List<Long> lost, List<Long> abandoned) {}

  /**
   * @param budget of bytes, which others may share
   */
  Answered(MemoryRule rule, Budget budget) {
    this.rule = rule;
    this.budget = budget;
  }

  /** The highest sequence that was begun; 0 if none was. */
  long through() {
    return through;
  }

  /**
   * Counts as seen what a new sender waits for already: it asked that of a process that was here
   * before. It may have run there, whether or not the sender hears that it is not known here.
   */
  void skip(Collection<Long> awaited) {
    awaited.forEach(sequence -> through = Math.max(through, sequence));
  }

  /** Begins a request; false if it was seen before. */
  boolean begin(long sequence) {
    if (sequence <= through) {
      return false;
    }
    through = sequence;
    open.put(sequence, Progress.ARRIVING);
    return true;
  }

  /** It has arrived and is carried out now. */
  void run(long sequence) {
    open.replace(sequence, Progress.RUNNING);
  }

  /** Whether it was begun and neither answered nor let go of. */
  boolean isOpen(long sequence) {
    return open.containsKey(sequence);
  }

  /**
   * It is answered.
   *
   * @return false if it was let go of meanwhile
   */
  boolean complete(long sequence, Answer answer, long nowNanos) {
    if (open.remove(sequence) == null) {
      return false;
    }
    var bytes = answer instanceof Answer.Done(var payload) ? payload.length : 0;
    while (kept.size() >= rule.answers()) {
      forgetOldest();
    }
    var fits = budget.take(bytes);
    while (!fits && !kept.isEmpty()) {
      forgetOldest();
      fits = budget.take(bytes);
    }
    if (fits) {
      kept.put(sequence, new Kept(answer, bytes, nowNanos));
    }
    return true;
  }

  private void forgetOldest() {
    var oldest = kept.entrySet().iterator();
    budget.give(oldest.next().getValue().bytes());
    oldest.remove();
  }

  /** Its answer has arrived. */
  void settle(long sequence) {
    var settled = kept.remove(sequence);
    if (settled != null) {
      budget.give(settled.bytes());
    }
  }

  /** Forgets answers that are too old. */
  void expire(long nowNanos) {
    var each = kept.values().iterator();
    while (each.hasNext()) {
      var oldest = each.next();
      if (nowNanos - oldest.sinceNanos() < rule.age().toNanos()) {
        return;
      }
      budget.give(oldest.bytes());
      each.remove();
    }
  }

  /**
   * Goes on after a stream broke.
   *
   * @param awaited what the sender still waits for; all else is settled. Those above {@link
   *     #through} are the sender's to send again
   */
  Resumption resume(Collection<Long> awaited) {
    var wanted = new HashSet<>(awaited);
    for (var sequence : List.copyOf(kept.keySet())) {
      if (!wanted.contains(sequence)) {
        settle(sequence);
      }
    }
    var abandoned = open.keySet().stream().filter(each -> !wanted.contains(each)).toList();
    var lost =
        open.entrySet().stream()
            .filter(each -> each.getValue() == Progress.ARRIVING)
            .map(Map.Entry::getKey)
            .filter(wanted::contains)
            .toList();
    var answers = new LinkedHashMap<Long, Answer>();
    var forgotten = new ArrayList<Long>();
    for (var sequence : wanted) {
      var known = kept.get(sequence);
      if (known != null) {
        answers.put(sequence, known.answer());
      } else if (sequence <= through && !open.containsKey(sequence)) {
        forgotten.add(sequence);
      }
    }
    abandoned.forEach(open::remove);
    lost.forEach(open::remove);
    return new Resumption(answers, forgotten, lost, abandoned);
  }

  /** Gives back what all that is remembered takes. */
  void forgetAll() {
    kept.values().forEach(each -> budget.give(each.bytes()));
    kept.clear();
    open.clear();
  }

  int remembered() {
    return kept.size();
  }
}
