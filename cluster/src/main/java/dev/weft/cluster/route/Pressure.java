package dev.weft.cluster.route;

/** Something about this node or a frame that may speak for an answer elsewhere. */
public sealed interface Pressure {

  /**
   * How warm the node is.
   *
   * @param share of the temperature at which it slows down, 0 or more
   */
  record Heat(double share) implements Pressure {
    public Heat {
      requireShare("heat", share);
    }
  }

  /**
   * What an answer here costs.
   *
   * @param share of what the cheapest other node would cost, 0 or more
   */
  record Cost(double share) implements Pressure {
    public Cost {
      requireShare("cost", share);
    }
  }

  /**
   * How sure the local model was of the last answers.
   *
   * @param share from 0, not at all, to 1
   */
  record Confidence(double share) implements Pressure {
    public Confidence {
      requireShare("confidence", share);
    }
  }

  private static void requireShare(String name, double share) {
    if (!(share >= 0) || Double.isInfinite(share)) {
      throw new IllegalArgumentException("%s: %s (expected: >= 0)".formatted(name, share));
    }
  }
}
