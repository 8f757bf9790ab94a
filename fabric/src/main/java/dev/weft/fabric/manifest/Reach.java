package dev.weft.fabric.manifest;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How far a pipeline's frames may go for an answer.
 *
 * @param residency where they may be at all
 * @param declared what is tried in order where the node they came to cannot answer in time, the
 *     last of it here; empty if the manifest says nothing
 * @param cached which answers are kept to stand in; empty if the manifest says nothing
 */
public record Reach(Residency residency, List<Fallback> declared, Optional<Cached> cached) {

  /** What is tried where a manifest says nothing. */
  public static final List<Fallback> DEFAULT_FALLBACK =
      List.of(Fallback.SITE, Fallback.REGION, Fallback.LOCAL);

  private static final Reach UNSTATED =
      new Reach(Residency.anywhere(), List.of(), Optional.empty());

  public Reach {
    declared = List.copyOf(declared);
  }

  /** That of a manifest that says nothing. */
  public static Reach unstated() {
    return UNSTATED;
  }

  /** What is tried in order. */
  public List<Fallback> fallback() {
    return declared.isEmpty() ? DEFAULT_FALLBACK : declared;
  }

  /** Which answers are kept; empty if none is ever given again. */
  public Optional<Cached> answers() {
    return fallback().contains(Fallback.CACHED)
        ? Optional.of(cached.orElse(Cached.DEFAULT))
        : Optional.empty();
  }

  /**
   * Answers that are kept to be given once more.
   *
   * @param by what a frame must have in common with an earlier one
   * @param maxAge age beyond which an answer is given no more
   * @param maxAnswers most that are kept, the least lately used leave first
   */
  public record Cached(By by, Duration maxAge, int maxAnswers) {

    public static final Cached DEFAULT = new Cached(By.INPUTS, Duration.ofSeconds(30), 64);

    /** What a frame must have in common with an earlier one. */
    public enum By implements Word {
      /** Every byte of all inputs. */
      INPUTS,
      /** The session. */
      SESSION
    }
  }
}
