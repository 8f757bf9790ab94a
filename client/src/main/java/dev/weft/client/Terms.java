package dev.weft.client;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a request is to be treated.
 *
 * @param lane of the pipeline; its own if empty
 * @param deadline for the answer, all attempts together; the client's if empty
 * @param session the request belongs to; with one it is not sent again once a server may have it
 * @param tenant whose it is; where the server has accounts, that of the credential
 */
public record Terms(
    Optional<Lane> lane,
    Optional<Duration> deadline,
    Optional<String> session,
    Optional<String> tenant) {

  /** The pipeline's and the client's own. */
  public static final Terms DEFAULT =
      new Terms(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** A lane of a pipeline, the most urgent first. */
  public enum Lane {
    PERCEPTION,
    INTERACTIVE,
    BACKGROUND
  }

  public Terms {
    deadline.ifPresent(
        given -> {
          if (!given.isPositive()) {
            throw new IllegalArgumentException("deadline: %s (expected: above 0)".formatted(given));
          }
        });
  }

  public Terms in(Lane other) {
    return new Terms(Optional.of(other), deadline, session, tenant);
  }

  public Terms within(Duration other) {
    return new Terms(lane, Optional.of(other), session, tenant);
  }

  public Terms of(String otherSession) {
    return new Terms(lane, deadline, Optional.of(otherSession), tenant);
  }

  public Terms as(String otherTenant) {
    return new Terms(lane, deadline, session, Optional.of(otherTenant));
  }

  /** As parameters of the schedule policy extension and of Weft's own. */
  Map<String, Object> parameters(Duration left) {
    var parameters = new LinkedHashMap<String, Object>();
    lane.ifPresent(value -> parameters.put("priority", value.ordinal() + 1));
    parameters.put("timeout", Math.max(1, left.toNanos() / 1_000));
    session.ifPresent(value -> parameters.put("weft_session", value));
    tenant.ifPresent(value -> parameters.put("weft_tenant", value));
    return parameters;
  }
}
