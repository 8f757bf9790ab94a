package dev.weft.gateway.protocol;

import static dev.weft.gateway.protocol.ProtocolException.invalid;

import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The parameters of a request or of one of its tensors, by name. Those nobody asks for are ignored,
 * as the protocol wants it.
 *
 * @param place whose they are, for messages
 */
public record Parameters(String place, Map<String, Parameter> values) {

  private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);
  private static final BigInteger UINT64_MAX =
      BigInteger.TWO.pow(Long.SIZE).subtract(BigInteger.ONE);

  public Parameters {
    values = Map.copyOf(values);
  }

  static Parameters none(String place) {
    return new Parameters(place, Map.of());
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  public boolean isText(String name) {
    return values.get(name) instanceof Parameter.Text;
  }

  /**
   * @throws ProtocolException if it is there and no string
   */
  public Optional<String> text(String name) {
    return switch (values.get(name)) {
      case null -> Optional.empty();
      case Parameter.Text(var value) -> Optional.of(value);
      case Parameter other -> throw wrong(name, other, "a string");
    };
  }

  /**
   * @throws ProtocolException if it is there and neither true nor false
   */
  public Optional<Boolean> flag(String name) {
    return switch (values.get(name)) {
      case null -> Optional.empty();
      case Parameter.Flag(var value) -> Optional.of(value);
      case Parameter other -> throw wrong(name, other, "true or false");
    };
  }

  /**
   * An unsigned number of 64 bits; what is above {@link Long#MAX_VALUE} is that.
   *
   * @throws ProtocolException if it is there and no such number
   */
  public OptionalLong unsigned(String name) {
    return switch (values.get(name)) {
      case null -> OptionalLong.empty();
      case Parameter.Whole(var value)
          when value.signum() >= 0 && value.compareTo(UINT64_MAX) <= 0 ->
          OptionalLong.of(value.min(LONG_MAX).longValue());
      case Parameter other -> throw wrong(name, other, "a whole number from 0 to " + UINT64_MAX);
    };
  }

  private ProtocolException wrong(String name, Parameter value, String expected) {
    return invalid("%s: parameter '%s': %s (expected: %s)", place, name, shown(value), expected);
  }

  private static String shown(Parameter parameter) {
    return switch (parameter) {
      case Parameter.Text(var value) -> "\"" + ProtocolException.shown(value) + "\"";
      case Parameter.Flag(var value) -> String.valueOf(value);
      case Parameter.Whole(var value) -> ProtocolException.shown(value.toString());
      case Parameter.Real(var value) -> String.valueOf(value);
      case Parameter.Other() -> "null, an array or an object";
    };
  }
}
