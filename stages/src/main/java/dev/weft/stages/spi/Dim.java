package dev.weft.stages.spi;

/** One dimension of a declared shape. */
public sealed interface Dim {

  /** Exactly {@code size}. */
  record Fixed(long size) implements Dim {
    public Fixed {
      if (size < 0) {
        throw new IllegalArgumentException("dimension: %d (expected: >= 0)".formatted(size));
      }
    }

    @Override
    public String toString() {
      return Long.toString(size);
    }
  }

  /** Any size, but the same wherever the name stands in one stage's signature. */
  record Named(String name) implements Dim {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Any size; written -1. */
  record Any() implements Dim {
    @Override
    public String toString() {
      return "-1";
    }
  }

  static Dim fixed(long size) {
    return new Fixed(size);
  }

  static Dim named(String name) {
    return new Named(name);
  }

  static Dim any() {
    return new Any();
  }
}
