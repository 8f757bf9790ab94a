package dev.weft.stages.quantize;

import java.util.Optional;

/**
 * One node that could have been quantized, and what became of it.
 *
 * @param operator of ONNX
 * @param kept why it stays as it was; empty if it was quantized
 */
public record Layer(String node, String operator, Optional<String> kept) {

  public boolean isQuantized() {
    return kept.isEmpty();
  }
}
