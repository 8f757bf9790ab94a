package dev.weft.app.mishap;

import dev.weft.app.mishap.Mishap.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Which mishaps happen, one after another: each kind comes once before any comes again, so that few
 * are a sample of all. Follows from a seed.
 */
final class MishapPlan {

  private static final long MILLIS_MIN = 500;
  private static final long MILLIS_MAX = 20_000;

  private final RandomGenerator random;
  private final List<String> nodes;
  private final List<String> sites;
  private final EnumSet<Kind> kinds;
  private final List<Kind> coming = new ArrayList<>();

  /**
   * @param nodes to which they may happen
   * @param sites with a journal
   */
  MishapPlan(long seed, EnumSet<Kind> kinds, List<String> nodes, List<String> sites) {
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    this.kinds = EnumSet.copyOf(kinds);
    this.nodes = List.copyOf(nodes);
    this.sites = List.copyOf(sites);
  }

  Mishap next() {
    if (coming.isEmpty()) {
      coming.addAll(kinds);
      Collections.shuffle(coming, Random.from(random));
    }
    var kind = coming.removeLast();
    var targets = kind.isOfSite() ? sites : nodes;
    // Short ones are as likely as long ones by their order of magnitude.
    var millis = MILLIS_MIN * Math.pow((double) MILLIS_MAX / MILLIS_MIN, random.nextDouble());
    return new Mishap(
        kind,
        targets.get(random.nextInt(targets.size())),
        kind.isOverAtOnce() ? Duration.ZERO : Duration.ofMillis(Math.round(millis)));
  }
}
