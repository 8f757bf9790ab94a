package dev.weft.gateway.model;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.sequence.SequenceStep;
import dev.weft.fabric.session.SignalSchema;
import dev.weft.fabric.session.SignalValue;
import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.Parameter;
import dev.weft.gateway.protocol.Parameters;
import dev.weft.gateway.protocol.ProtocolException;
import dev.weft.stages.tensor.Tensor;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The terms under which a request wants its frame to be run, from its parameters.
 *
 * <p>{@code priority}: 0 for the pipeline's own lane, 1 for perception, 2 for interactive, anything
 * above for background. {@code timeout}: microseconds until the deadline; 0 for the pipeline's own.
 * {@code weft_session}, {@code weft_tenant}: what the frame's attributes of these names are. {@code
 * weft_signal_NAME}: a signal that the client tells of itself, the frame's attribute {@code NAME}.
 * {@code sequence_id}, {@code sequence_start}, {@code sequence_end}: the sequence it belongs to,
 * and its session, unless that is named apart.
 *
 * @param attributes of the frame
 * @param sequence empty if it belongs to none
 */
public record Terms(
    Optional<Lane> lane,
    Optional<Duration> deadline,
    Map<String, String> attributes,
    Optional<SequenceStep> sequence) {

  /** Longer waits are cut to this: a caller who waits longer has left. */
  static final Duration TIMEOUT_MAX = Duration.ofHours(1);

  /** What the parameters of signals begin with. */
  static final String SIGNAL = "weft_signal_";

  /** The request parameter that says which sequence a request belongs to. */
  static final String SEQUENCE = "sequence_id";

  private static final String SESSION = "session";
  private static final String TENANT = "tenant";

  private static final Map<String, String> ATTRIBUTES =
      Map.of("weft_session", SESSION, "weft_tenant", TENANT);

  private static final int ATTRIBUTE_LENGTH_MAX = 128;

  public Terms {
    attributes = Map.copyOf(attributes);
  }

  /**
   * @param signals that a client may tell
   * @throws ProtocolException if a parameter is of the wrong kind, too long, or not offered
   */
  public static Terms of(Parameters parameters, SignalSchema signals) {
    var attributes = new LinkedHashMap<String, String>();
    ATTRIBUTES.forEach(
        (parameter, attribute) ->
            parameters
                .text(parameter)
                .map(value -> checked(parameter, value))
                .ifPresent(value -> attributes.put(attribute, value)));
    parameters
        .values()
        .forEach(
            (name, value) -> {
              if (name.startsWith(SIGNAL)) {
                var signal = name.substring(SIGNAL.length());
                attributes.put(signal, told(name, signal, value, signals).attribute());
              }
            });
    var priority = parameters.unsigned("priority").orElse(0);
    var timeout = parameters.unsigned("timeout").orElse(0);
    var sequence = sequence(parameters);
    sequence.ifPresent(step -> attributes.putIfAbsent(SESSION, step.id()));
    return new Terms(lane(priority), deadline(timeout), attributes, sequence);
  }

  /** The tenant that is named; empty if none is. */
  public Optional<String> tenant() {
    return Optional.ofNullable(attributes.get(TENANT));
  }

  /** The same for this tenant, whichever was named. */
  public Terms withTenant(Optional<String> tenant) {
    if (tenant.equals(tenant())) {
      return this;
    }
    var others = new LinkedHashMap<>(attributes);
    others.remove(TENANT);
    tenant.ifPresent(name -> others.put(TENANT, name));
    return new Terms(lane, deadline, others, sequence);
  }

  /** The same for a caller who waits no longer than {@code patience}: the sooner end holds. */
  public Terms within(Duration patience) {
    var most = patience.compareTo(TIMEOUT_MAX) < 0 ? patience : TIMEOUT_MAX;
    var sooner = deadline.filter(own -> own.compareTo(most) < 0).orElse(most);
    return new Terms(lane, Optional.of(sooner), attributes, sequence);
  }

  /** The frame that is run under these terms. */
  public Request request(Map<String, Tensor> inputs) {
    return new Request(inputs, attributes, lane, deadline, List.of());
  }

  private static Optional<Lane> lane(long priority) {
    if (priority == 0) {
      return Optional.empty();
    }
    return Optional.of(
        priority == 1 ? Lane.PERCEPTION : priority == 2 ? Lane.INTERACTIVE : Lane.BACKGROUND);
  }

  private static Optional<Duration> deadline(long micros) {
    if (micros == 0) {
      return Optional.empty();
    }
    var most = TIMEOUT_MAX.toNanos() / 1000;
    return Optional.of(Duration.ofNanos(Math.min(micros, most) * 1000));
  }

  private static SignalValue told(
      String parameter, String signal, Parameter value, SignalSchema signals) {
    var told =
        switch (value) {
          case Parameter.Text(var text) -> new SignalValue.Text(text);
          case Parameter.Flag(var truth) -> new SignalValue.Truth(truth);
          case Parameter.Whole(var number) -> number(parameter, number.doubleValue());
          case Parameter.Real(var number) -> number(parameter, number);
          case Parameter.Other() ->
              throw new ProtocolException(
                  Fault.INVALID,
                  "parameter '%s': null, an array or an object (expected: a value)"
                      .formatted(parameter));
        };
    signals
        .problem(signal, told)
        .ifPresent(
            why -> {
              throw new ProtocolException(
                  Fault.INVALID, "parameter '%s': %s".formatted(parameter, why));
            });
    return told;
  }

  private static SignalValue number(String parameter, double number) {
    if (!Double.isFinite(number)) {
      throw new ProtocolException(
          Fault.INVALID,
          "parameter '%s': %s (expected: a finite number)".formatted(parameter, number));
    }
    return new SignalValue.Number(number);
  }

  private static String checked(String parameter, String value) {
    if (value.isEmpty() || value.length() > ATTRIBUTE_LENGTH_MAX) {
      throw new ProtocolException(
          Fault.INVALID,
          "parameter '%s': %d characters (expected: 1 to %d)"
              .formatted(parameter, value.length(), ATTRIBUTE_LENGTH_MAX));
    }
    return value;
  }

  /** Clients send what they do not use as 0, "" or false. */
  private static Optional<SequenceStep> sequence(Parameters parameters) {
    var starts = parameters.flag("sequence_start").orElse(false);
    var ends = parameters.flag("sequence_end").orElse(false);
    var id = parameters.isText(SEQUENCE) ? parameters.text(SEQUENCE) : number(parameters);
    if (id.isPresent() && !id.get().isEmpty()) {
      return Optional.of(new SequenceStep(checked(SEQUENCE, id.get()), starts, ends));
    }
    if (starts || ends) {
      throw new ProtocolException(
          Fault.INVALID,
          "parameter '%s': without '%s' (expected: the sequence it is of)"
              .formatted(starts ? "sequence_start" : "sequence_end", SEQUENCE));
    }
    return Optional.empty();
  }

  /** All 64 bits tell sequences apart. */
  private static Optional<String> number(Parameters parameters) {
    var isNone = parameters.unsigned(SEQUENCE).orElse(0) == 0;
    return !isNone && parameters.values().get(SEQUENCE) instanceof Parameter.Whole(var number)
        ? Optional.of(number.toString())
        : Optional.empty();
  }
}
