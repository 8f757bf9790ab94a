package dev.weft.gateway.protocol;

import java.math.BigInteger;

/** The value of one request parameter. */
public sealed interface Parameter {

  /** A string. */
  record Text(String value) implements Parameter {}

  /** {@code true} or {@code false}. */
  record Flag(boolean value) implements Parameter {}

  /** A whole number; the protocol has signed and unsigned ones of 64 bits. */
  record Whole(BigInteger value) implements Parameter {}

  /** Any other number. */
  record Real(double value) implements Parameter {}

  /** What the JSON had that is none of these; it is known to be there and nothing else. */
  record Other() implements Parameter {}
}
