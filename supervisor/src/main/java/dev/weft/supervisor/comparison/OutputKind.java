package dev.weft.supervisor.comparison;

import dev.weft.stages.tensor.Datatype;

/** What the elements of an output mean, which decides what can be compared. */
public enum OutputKind {
  /**
   * Found out from what the stable variant gives: whole numbers of 32 bits and more, truth values
   * and strings are names; float rows that are at least 0 and sum to 1 are probabilities; float
   * rows of length 1 are embeddings; all else are quantities.
   */
  DETECTED,
  /** Rows that sum to 1. */
  PROBABILITIES,
  /** Rows that a softmax makes probabilities of. */
  LOGITS,
  /** Rows whose neighbours count. */
  EMBEDDING,
  /** Numbers that may be a little off. */
  QUANTITIES,
  /** Classes, identifiers, texts: equal or not. */
  NAMES;

  /** Of elements of {@code datatype}, as far as that tells. */
  OutputKind given(Datatype datatype) {
    return switch (datatype) {
      case BYTES -> NAMES;
      case BOOL, INT32, INT64, UINT32, UINT64 -> this == DETECTED ? NAMES : this;
      case INT8, UINT8, INT16, UINT16 -> this == DETECTED ? QUANTITIES : this;
      case FP16, BF16, FP32, FP64 -> this;
    };
  }
}
