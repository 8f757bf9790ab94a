package dev.weft.fabric.earlier;

import dev.weft.fabric.manifest.Reach;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Answers of one pipeline that may be given once more, each with its age. Bounded in answers and
 * bytes, the least lately used leave first; too old ones leave when they are looked for and when
 * another is put. For one thread at a time.
 *
 * @param <T> an answer, which is given out again while it is kept here
 */
public final class AnswerCache<T> {

  private final Reach.Cached rules;
  private final long bytesMax;
  private final Consumer<T> left;
  private final LinkedHashMap<Key, Entry<T>> entries = new LinkedHashMap<>(16, 0.75f, true);
  // Since when each is kept; the eldest first.
  private final LinkedHashMap<Key, Long> since = new LinkedHashMap<>();
  private long bytes;

  /**
   * What an answer is found by. Tenants never see each other's.
   *
   * @param likeness digest of all inputs, or name of the session, as the manifest says
   */
  public record Key(String tenant, String likeness) {}

  /** An answer and how long ago it was given. */
  public record Kept<T>(T answer, Duration age) {}

  private record Entry<T>(T answer, long bytes, long atNanos) {}

  /**
   * @param bytesMax most bytes of all answers together
   * @param left is told of each answer that is kept no longer, or was never
   */
  public AnswerCache(Reach.Cached rules, long bytesMax, Consumer<T> left) {
    this.rules = rules;
    this.bytesMax = bytesMax;
    this.left = left;
  }

  /**
   * Keeps the answer just given, in place of an earlier one of the key.
   *
   * @param answerBytes it takes; more than all may take together, and it is not kept
   */
  public void put(Key key, T answer, long answerBytes, long nowNanos) {
    remove(key);
    removeTooOld(nowNanos);
    if (answerBytes > bytesMax) {
      left.accept(answer);
      return;
    }
    entries.put(key, new Entry<>(answer, answerBytes, nowNanos));
    since.put(key, nowNanos);
    bytes += answerBytes;
    while (entries.size() > rules.maxAnswers() || bytes > bytesMax) {
      remove(entries.firstEntry().getKey());
    }
  }

  /** The last answer of a key; empty if there is none that is young enough. */
  public Optional<Kept<T>> find(Key key, long nowNanos) {
    var entry = Optional.ofNullable(entries.get(key));
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    var age = Duration.ofNanos(nowNanos - entry.get().atNanos());
    if (isTooOld(age)) {
      remove(key);
      return Optional.empty();
    }
    return Optional.of(new Kept<>(entry.get().answer(), age));
  }

  private boolean isTooOld(Duration age) {
    return age.compareTo(rules.maxAge()) > 0;
  }

  private void removeTooOld(long nowNanos) {
    while (!since.isEmpty()
        && isTooOld(Duration.ofNanos(nowNanos - since.firstEntry().getValue()))) {
      remove(since.firstEntry().getKey());
    }
  }

  /** Lets go of those whose key is among these. */
  public void removeIf(Predicate<Key> going) {
    List.copyOf(entries.keySet()).stream().filter(going).forEach(this::remove);
  }

  /** Lets go of all. */
  public void clear() {
    entries.values().forEach(entry -> left.accept(entry.answer()));
    entries.clear();
    since.clear();
    bytes = 0;
  }

  public int size() {
    return entries.size();
  }

  /** Bytes of all answers together. */
  public long bytes() {
    return bytes;
  }

  private void remove(Key key) {
    since.remove(key);
    Optional.ofNullable(entries.remove(key))
        .ifPresent(
            entry -> {
              bytes -= entry.bytes();
              left.accept(entry.answer());
            });
  }
}
