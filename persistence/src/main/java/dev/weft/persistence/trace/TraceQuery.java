package dev.weft.persistence.trace;

import java.time.Instant;
import java.util.Optional;

/**
 * What to read; all that is given must hold. Gaps are given where they may concern what is asked
 * for, damage always.
 *
 * @param from wall time, inclusive
 * @param to wall time, exclusive
 * @param fromNumber the first number of interest, to go on where a reader stopped
 */
public record TraceQuery(
    Optional<String> session,
    Optional<String> pipeline,
    Optional<String> variant,
    Optional<String> retentionClass,
    Instant from,
    Instant to,
    long fromNumber) {

  /** Everything there is. */
  public static TraceQuery all() {
    return new TraceQuery(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Instant.MIN,
        Instant.MAX,
        0);
  }

  public TraceQuery ofSession(String wanted) {
    return new TraceQuery(
        Optional.of(wanted), pipeline, variant, retentionClass, from, to, fromNumber);
  }

  public TraceQuery ofPipeline(String wanted) {
    return new TraceQuery(
        session, Optional.of(wanted), variant, retentionClass, from, to, fromNumber);
  }

  public TraceQuery ofVariant(String wanted) {
    return new TraceQuery(
        session, pipeline, Optional.of(wanted), retentionClass, from, to, fromNumber);
  }

  public TraceQuery ofClass(String wanted) {
    return new TraceQuery(session, pipeline, variant, Optional.of(wanted), from, to, fromNumber);
  }

  /** From {@code start}, inclusive, to {@code end}, exclusive. */
  public TraceQuery between(Instant start, Instant end) {
    return new TraceQuery(session, pipeline, variant, retentionClass, start, end, fromNumber);
  }

  public TraceQuery fromNumber(long number) {
    return new TraceQuery(session, pipeline, variant, retentionClass, from, to, number);
  }

  /** Whether a record with {@code key} and {@code number} is asked for. */
  public boolean wants(TraceKey key, long number) {
    return number >= fromNumber
        && wants(session, key.session())
        && wants(pipeline, key.pipeline())
        && wants(variant, key.variant())
        && wants(retentionClass, key.retentionClass())
        && !key.time().isBefore(from)
        && key.time().isBefore(to);
  }

  /** Whether a gap noticed as {@code number} may concern what is asked for. */
  public boolean wants(Loss loss, String lossClass, long number) {
    return number >= fromNumber
        && wants(retentionClass, lossClass)
        && session.map(loss::mayConcern).orElse(true)
        && !loss.to().isBefore(from)
        && loss.from().isBefore(to);
  }

  private static boolean wants(Optional<String> wanted, String value) {
    return wanted.map(value::equals).orElse(true);
  }
}
