package dev.weft.app.torture;

import java.time.Duration;
import java.util.random.RandomGeneratorFactory;

/**
 * When a victim is killed.
 *
 * @param acknowledgements that it has told by then; 0 to kill it by the clock alone
 * @param after these, or after its start
 */
record KillPlan(int acknowledgements, Duration after) {

  private static final int ACKNOWLEDGEMENTS_MAX = 250;
  private static final long START_MILLIS_MAX = 2_500;
  private static final long MICROS_MAX = 30_000;

  /** The plan for a life, which follows from the seed. */
  static KillPlan of(long seed, long life) {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed * 1_000_003 + life);
    // One in five while it starts, recovers or has just begun; the others anywhere within a group.
    return random.nextInt(5) == 0
        ? new KillPlan(0, Duration.ofMillis(random.nextLong(START_MILLIS_MAX)))
        : new KillPlan(
            1 + random.nextInt(ACKNOWLEDGEMENTS_MAX),
            Duration.ofNanos(1_000 * random.nextLong(MICROS_MAX)));
  }
}
