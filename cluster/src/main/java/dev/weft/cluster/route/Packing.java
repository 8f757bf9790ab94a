package dev.weft.cluster.route;

/** Which tensors go packed over a data link. Numbers are part of what is sent. */
public enum Packing {
  NOTHING(0),
  /** Integers and strings: they shrink much at little cost. */
  WHAT_IS_QUICK(1),
  /** Floating-point numbers, too, which shrink less and take ten times as long. */
  EVERYTHING(2);

  private final int number;

  Packing(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /** The one with a number; what a newer release means by another one is nothing here. */
  public static Packing of(int number) {
    for (var each : values()) {
      if (each.number == number) {
        return each;
      }
    }
    return NOTHING;
  }
}
