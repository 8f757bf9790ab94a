package dev.weft.client;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a request is to be treated.
 *
 * @param lane of the pipeline; its own if empty
 * @param deadline for the answer, all attempts together, which the server holds to, too; if empty,
 *     the pipeline's own, and the client's for the wait
 * @param session the request belongs to; with one it is sent again only if the server has said that
 *     it did not answer it
 * @param tenant whose it is; where the server has accounts, that of the credential
 * @param signals that the client tells of itself, by the names the server has declared: {@code
 *     Boolean}, {@code Double}, {@code Long} or {@code String}
 * @param sequence of requests that share a model's state; with one it is sent again only if the
 *     server has said that it did not answer it
 * @param traceparent the span that calls, as W3C's Trace Context has it, so that a server that
 *     traces goes on with its trace
 */
public record Terms(
    Optional<Lane> lane,
    Optional<Duration> deadline,
    Optional<String> session,
    Optional<String> tenant,
    Map<String, Object> signals,
    Optional<Sequence> sequence,
    Optional<String> traceparent) {

  private static final int ID_LENGTH_MAX = 128;

  private static final Pattern TRACEPARENT =
      Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

  /** The pipeline's own lane and deadline, no session or sequence, the credential's tenant. */
  public static final Terms DEFAULT =
      new Terms(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Map.of(),
          Optional.empty(),
          Optional.empty());

  /** A lane of a pipeline, the most urgent first. */
  public enum Lane {
    PERCEPTION,
    INTERACTIVE,
    BACKGROUND
  }

  /**
   * Requests that a model which keeps state answers one after the other, each on what the one
   * before it left.
   *
   * @param starts whether this is the first, which begins anew
   * @param ends whether this is the last, after which the state is gone
   */
  public record Sequence(String id, boolean starts, boolean ends) {
    public Sequence {
      if (id.isEmpty() || id.length() > ID_LENGTH_MAX) {
        throw new IllegalArgumentException(
            "sequence: %d characters (expected: 1 to %d)".formatted(id.length(), ID_LENGTH_MAX));
      }
    }
  }

  public Terms {
    deadline.ifPresent(ClientSettings::requireDeadline);
    signals.forEach(SignalValues::require);
    signals = Map.copyOf(signals);
    traceparent
        .filter(value -> !TRACEPARENT.matcher(value).matches())
        .ifPresent(
            value -> {
              throw new IllegalArgumentException(
                  "traceparent: '%s' (expected: VERSION-TRACE-SPAN-FLAGS in lower-case hex)"
                      .formatted(value));
            });
  }

  public Terms inLane(Lane other) {
    return new Terms(Optional.of(other), deadline, session, tenant, signals, sequence, traceparent);
  }

  public Terms within(Duration other) {
    return new Terms(lane, Optional.of(other), session, tenant, signals, sequence, traceparent);
  }

  public Terms inSession(String otherSession) {
    return new Terms(
        lane, deadline, Optional.of(otherSession), tenant, signals, sequence, traceparent);
  }

  /** As one of this sequence, neither its first nor its last. */
  public Terms inSequence(String id) {
    return with(new Sequence(id, false, false));
  }

  /**
   * As the first of its sequence.
   *
   * @throws IllegalStateException if it is in none
   */
  public Terms starting() {
    return with(new Sequence(required().id(), true, required().ends()));
  }

  /**
   * As the last of its sequence.
   *
   * @throws IllegalStateException if it is in none
   */
  public Terms ending() {
    return with(new Sequence(required().id(), required().starts(), true));
  }

  private Sequence required() {
    return sequence.orElseThrow(
        () -> new IllegalStateException("in no sequence (expected: inSequence before)"));
  }

  private Terms with(Sequence other) {
    return new Terms(lane, deadline, session, tenant, signals, Optional.of(other), traceparent);
  }

  /** Whether it may reach the server twice: what counts there would be counted twice. */
  boolean isRepeatable() {
    return session.isEmpty() && sequence.isEmpty();
  }

  public Terms asTenant(String otherTenant) {
    return new Terms(
        lane, deadline, session, Optional.of(otherTenant), signals, sequence, traceparent);
  }

  /**
   * @throws IllegalArgumentException if it is not of the form {@code VERSION-TRACE-SPAN-FLAGS}
   */
  public Terms inTrace(String otherTraceparent) {
    return new Terms(
        lane, deadline, session, tenant, signals, sequence, Optional.of(otherTraceparent));
  }

  /**
   * With what a record says of the client, a signal for each component, in place of what was told
   * before: {@code boolean}, a number, {@code String}, an enum, or an {@code Optional} of one.
   *
   * @throws IllegalArgumentException if a component is of another type, or null
   */
  public Terms telling(Record client) {
    return new Terms(
        lane, deadline, session, tenant, SignalValues.of(client), sequence, traceparent);
  }

  /**
   * As parameters of the schedule policy extension and of Weft's own. Without a deadline the
   * pipeline's own holds.
   *
   * @param left until the deadline
   */
  Map<String, Object> parameters(Duration left) {
    var parameters = new LinkedHashMap<String, Object>();
    lane.ifPresent(value -> parameters.put("priority", value.ordinal() + 1));
    deadline.ifPresent(_ -> parameters.put("timeout", Math.max(1, left.toNanos() / 1_000)));
    session.ifPresent(value -> parameters.put("weft_session", value));
    tenant.ifPresent(value -> parameters.put("weft_tenant", value));
    signals.forEach((name, value) -> parameters.put("weft_signal_" + name, value));
    sequence.ifPresent(
        value -> {
          parameters.put("sequence_id", value.id());
          parameters.put("sequence_start", value.starts());
          parameters.put("sequence_end", value.ends());
        });
    return parameters;
  }
}
