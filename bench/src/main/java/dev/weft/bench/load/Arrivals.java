package dev.weft.bench.load;

import java.util.Random;
import java.util.function.LongSupplier;

/** When the requests of a stream come, whatever becomes of them; the same in every run. */
public sealed interface Arrivals {

  double perSecond();

  /** Nanoseconds from the start of the load to each request, ascending, without end. */
  LongSupplier offsets();

  static Arrivals fixed(double perSecond) {
    return new Fixed(perSecond);
  }

  static Arrivals poisson(double perSecond, long seed) {
    return new Poisson(perSecond, seed);
  }

  /** One every so often. Each is computed from the start, so that roundings do not add up. */
  record Fixed(double perSecond) implements Arrivals {
    public Fixed {
      requirePositive(perSecond);
    }

    @Override
    public LongSupplier offsets() {
      return new LongSupplier() {
        private long count;

        @Override
        public long getAsLong() {
          return Math.round(count++ * 1e9 / perSecond);
        }
      };
    }
  }

  /** As from many callers who know nothing of each other: exponential times in between. */
  record Poisson(double perSecond, long seed) implements Arrivals {
    public Poisson {
      requirePositive(perSecond);
    }

    @Override
    public LongSupplier offsets() {
      var random = new Random(seed);
      return new LongSupplier() {
        private double nanos;

        @Override
        public long getAsLong() {
          nanos -= Math.log1p(-random.nextDouble()) * 1e9 / perSecond;
          return (long) nanos;
        }
      };
    }
  }

  private static void requirePositive(double perSecond) {
    if (!(perSecond > 0 && Double.isFinite(perSecond))) {
      throw new IllegalArgumentException(
          "rate: %s (expected: a number above 0, per second)".formatted(perSecond));
    }
  }
}
