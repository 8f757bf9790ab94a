package dev.weft.fabric.earlier;

import dev.weft.fabric.manifest.Reach;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Request;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The answers of one pipeline that may be given once more: to frames of the same tenant with the
 * same inputs, or of the same session, as long as they are young enough and what runs in the
 * pipeline is what gave them. Threadsafe; never blocks for long.
 */
public final class EarlierAnswers {

  private final Reach.Cached rules;
  private final long bytesMax;
  private final LongSupplier nanos;
  private final AnswerCache<KeptAnswer> kept;
  private @Nullable Running giver;
  private int closings;

  /**
   * @param bytesMax most bytes of all answers together
   * @param nanos monotonic time
   */
  public EarlierAnswers(Reach.Cached rules, long bytesMax, LongSupplier nanos) {
    this.rules = rules;
    this.bytesMax = bytesMax;
    this.nanos = nanos;
    this.kept = new AnswerCache<>(rules, bytesMax, _ -> {});
  }

  /**
   * What the answer to a request is kept and found by. Reads the request's inputs.
   *
   * @return empty if none is kept for such requests
   */
  public Optional<AnswerCache.Key> key(Request request) {
    return Likeness.of(rules.by(), request);
  }

  /**
   * Keeps a copy of an answer, unless it is stale itself, larger than all may be together, what ran
   * changed while it came about, a session was closed meanwhile, which may be its own, or it was
   * degraded and one that was not is kept.
   *
   * @param then what ran before its frame was submitted
   * @param now what runs when it is there
   * @param closingsThen {@link #closings} before its frame was submitted
   */
  public void keep(
      AnswerCache.Key key, Running then, Running now, int closingsThen, Answer.Completed answer) {
    var bytes = KeptAnswer.bytes(answer);
    if (answer.quality().stale().isPresent() || bytes > bytesMax || !now.isStill(then)) {
      return;
    }
    var copy = KeptAnswer.of(answer);
    synchronized (this) {
      forgetOthers(now);
      var at = nanos.getAsLong();
      var isWorse =
          copy.isDegraded() && kept.find(key, at).filter(EarlierAnswers::isFull).isPresent();
      if (!isWorse && closingsThen == closings) {
        kept.put(key, copy, bytes, at);
      }
    }
  }

  private static boolean isFull(AnswerCache.Kept<KeptAnswer> found) {
    return !found.answer().isDegraded();
  }

  /** How many sessions were closed so far, if it is sessions that answers go by. */
  public synchronized int closings() {
    return closings;
  }

  /** Lets go of the answers of a session that is closed, if it is sessions that answers go by. */
  public synchronized void closed(String session) {
    if (rules.by() == Reach.Cached.By.SESSION) {
      closings++;
      kept.removeIf(key -> key.likeness().equals(session));
    }
  }

  /** Lets go of all. */
  public synchronized void forget() {
    kept.clear();
  }

  /**
   * The last answer of a key, if what runs now gave it and it is young enough.
   *
   * @param now what runs
   */
  public synchronized Optional<Earlier> find(AnswerCache.Key key, Running now) {
    forgetOthers(now);
    return kept.find(key, nanos.getAsLong()).map(found -> new Earlier(found.answer(), found.age()));
  }

  /** Lets go of answers that were given by what does not run any more. */
  private void forgetOthers(Running now) {
    if (giver == null || !now.isStill(giver)) {
      kept.clear();
      giver = now;
    }
  }

  /** Answers that are kept. */
  public synchronized int size() {
    return kept.size();
  }

  /** Bytes of all of them together. */
  public synchronized long bytes() {
    return kept.bytes();
  }
}
