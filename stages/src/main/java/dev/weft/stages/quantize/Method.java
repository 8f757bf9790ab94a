package dev.weft.stages.quantize;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** A way to write a model in smaller numbers. */
public enum Method {
  /** Weights as int8 per channel, activations as uint8 with a scale found in each run. */
  INT8_DYNAMIC("int8-dynamic", "int8"),
  /** Weights as int8 per channel, activations as uint8 with scales found in calibration. */
  INT8_STATIC("int8-static", "int8"),
  /** Weights of matrix products as blocks of 32 4-bit numbers, embedding tables as int8. */
  INT4("int4", "int4"),
  /** Weights stored as 16-bit floats and computed with as 32-bit ones. */
  FP16("fp16", "fp16");

  private final String word;
  private final String precision;

  Method(String word, String precision) {
    this.word = word;
    this.precision = precision;
  }

  /** As it is spelled on the command line and in recipes. */
  public String word() {
    return word;
  }

  /** As a variant of a stage manifest has it. */
  public String precision() {
    return precision;
  }

  /** Whether recorded inputs change what is written. */
  public boolean isCalibrated() {
    return this == INT8_DYNAMIC || this == INT8_STATIC;
  }

  public static Optional<Method> of(String word) {
    return Arrays.stream(values()).filter(method -> method.word.equals(word)).findFirst();
  }

  /** All words, for messages. */
  public static String words() {
    return Arrays.stream(values()).map(Method::word).collect(Collectors.joining(", "));
  }
}
