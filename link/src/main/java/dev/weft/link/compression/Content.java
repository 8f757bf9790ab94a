package dev.weft.link.compression;

/** What a payload holds, by which it is decided how it is packed. */
public enum Content {
  /** Text, or bytes of unknown kind. */
  BYTES,
  /** Integers of two bytes and more, such as tokens: mostly small ones. */
  INTEGERS,
  /** Pictures and sound as integers of one byte, which are noise to a general method. */
  SAMPLES,
  /** Floating-point numbers: exponents are alike, the last digits are noise. */
  FLOATS
}
