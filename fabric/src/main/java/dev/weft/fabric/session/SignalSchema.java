package dev.weft.fabric.session;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigUtil;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The signals a client may send, by name. What is not declared is refused, so that no client fills
 * a node with what nobody reads.
 */
public record SignalSchema(Map<String, Declared> signals) {

  private static final String PATH = "weft.fabric.session.signals";

  /** Attributes that frames have by themselves, as which signals would be taken for them. */
  private static final Set<String> ATTRIBUTES =
      Set.of("effort", "privacy", "residency", "route", "session", "source", "tenant");

  /** What a signal's value must be. */
  public enum Kind {
    TRUTH,
    NUMBER,
    TEXT
  }

  /**
   * One signal.
   *
   * @param ttl how long it counts after it was observed
   * @param bytesMax most bytes of a text, in UTF-8
   */
  public record Declared(Kind kind, Duration ttl, int bytesMax) {

    public Declared {
      if (!ttl.isPositive()) {
        throw new IllegalArgumentException("ttl: %s (expected: > 0)".formatted(ttl));
      }
      if (bytesMax < 1) {
        throw new IllegalArgumentException("bytesMax: %d (expected: >= 1)".formatted(bytesMax));
      }
    }

    @Override
    public String toString() {
      return kind == Kind.TEXT
          ? "TEXT of up to %d bytes for %s".formatted(bytesMax, ttl)
          : "%s for %s".formatted(kind, ttl);
    }
  }

  public SignalSchema {
    for (var name : signals.keySet()) {
      nameProblem(name)
          .ifPresent(
              why -> {
                throw new IllegalArgumentException("signal " + why);
              });
    }
    signals = Map.copyOf(signals);
  }

  /**
   * Reads {@code weft.fabric.session.signals}.
   *
   * @throws com.typesafe.config.ConfigException naming the setting that is missing or wrong
   */
  public static SignalSchema from(Config config) {
    var declared = config.getObject(PATH);
    var signals = new LinkedHashMap<String, Declared>();
    for (var name : declared.keySet()) {
      var signal = declared.toConfig().getConfig(ConfigUtil.quoteString(name));
      var kind = signal.getEnum(Kind.class, "kind");
      try {
        signals.put(
            name,
            new Declared(
                kind,
                signal.getDuration("ttl"),
                kind == Kind.TEXT ? Math.toIntExact(signal.getBytes("bytes-max")) : 1));
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw new ConfigException.BadValue(
            signal.origin(), PATH + "." + name, String.valueOf(e.getMessage()), e);
      }
    }
    try {
      return new SignalSchema(signals);
    } catch (IllegalArgumentException e) {
      throw new ConfigException.BadValue(
          declared.origin(), PATH, String.valueOf(e.getMessage()), e);
    }
  }

  /** Why no signal may have this name; empty if one may. */
  static Optional<String> nameProblem(String name) {
    return ATTRIBUTES.contains(name)
        ? Optional.of(
            "'%s' is an attribute of every frame (expected: none of %s)"
                .formatted(name, ATTRIBUTES.stream().sorted().toList()))
        : Optional.empty();
  }

  /** Why a signal does not fit, empty if it does. */
  public Optional<String> problem(String name, SignalValue value) {
    var declared = signals.get(name);
    if (declared == null) {
      return Optional.of(
          "signal '%s' (expected: one of %s)"
              .formatted(name, signals.keySet().stream().sorted().toList()));
    }
    if (kind(value) != declared.kind()) {
      return Optional.of(
          "signal '%s': %s (expected: %s)".formatted(name, kind(value), declared.kind()));
    }
    if (value instanceof SignalValue.Text && value.bytes() > declared.bytesMax()) {
      return Optional.of(
          "signal '%s': %d bytes (expected: <= %d)"
              .formatted(name, value.bytes(), declared.bytesMax()));
    }
    return Optional.empty();
  }

  /** How long a declared signal counts. */
  Duration ttl(String name) {
    var declared = signals.get(name);
    return declared == null ? Duration.ZERO : declared.ttl();
  }

  private static Kind kind(SignalValue value) {
    return switch (value) {
      case SignalValue.Truth _ -> Kind.TRUTH;
      case SignalValue.Number _ -> Kind.NUMBER;
      case SignalValue.Text _ -> Kind.TEXT;
    };
  }
}
