package dev.weft.fabric.pairing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.Pairing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What holds for pairing whatever comes, in hundreds of seeded schedules. */
class PairingPropertyTest {

  private static final int SCHEDULES = 400;
  private static final List<String> INPUTS = List.of("picture", "sound", "touch", "depth");

  @Test
  void everyEventGoesOnExactlyOnceInTimeWithinTheToleranceAndInOrder() {
    for (var seed = 0L; seed < SCHEDULES; seed++) {
      var random = new Random(seed);
      var inputs = INPUTS.subList(0, 2 + random.nextInt(3));
      var pairing =
          new Pairing(
              "session",
              inputs,
              Duration.ofMillis(random.nextInt(60)),
              Duration.ofMillis(random.nextInt(200)),
              1 + random.nextInt(12));
      var keysMax = 1 + random.nextInt(3);
      var run = new PairingRun(pairing, keysMax, random.nextLong());
      feed(run, pairing, keysMax, random, "seed " + seed);
      run.until(run.now().plus(pairing.lateness()));

      assertEquals(0, run.buffer.size(), "seed " + seed);
      check(run, pairing, "seed " + seed);
    }
  }

  /** Times go on, stand still, step back a little and jump an hour; sources are askew. */
  private static void feed(
      PairingRun run, Pairing pairing, int keysMax, Random random, String seed) {
    var jump = 0L;
    for (var event = 0; event < 120; event++) {
      run.until(run.now().plusNanos(random.nextInt(20_000_000)));
      if (random.nextInt(40) == 0) {
        jump = random.nextInt(3) * 3_600_000L - 3_600_000L;
      }
      var key = "key " + random.nextInt(keysMax + 1);
      var input = random.nextInt(pairing.inputs().size());
      var at =
          Instant.ofEpochSecond(1_000_000)
              .plusMillis(jump + run.now().toMillis() - input * 40L - random.nextInt(50));
      run.offer(key, pairing.inputs().get(input), at);
      if (random.nextInt(10) == 0) {
        run.promise(key, pairing.inputs().get(input), at.plusMillis(random.nextInt(50)));
      }
      assertTrue(run.buffer.keyCount() <= keysMax, seed);
      for (var k = 0; k <= keysMax; k++) {
        assertTrue(run.waiting("key " + k) <= pairing.maxWaiting(), seed);
      }
    }
  }

  private static void check(PairingRun run, Pairing pairing, String seed) {
    var seen = new HashSet<PairingRun.Item>();
    var newestPacer = new HashMap<String, Integer>();
    for (var gone : run.gone) {
      var first = gone.items().getFirst();
      var names = new TreeSet<>(gone.absent());
      for (var item : gone.items()) {
        assertTrue(seen.add(item), seed);
        assertTrue(names.add(item.input()), seed);
        assertEquals(first.key(), item.key(), seed);
        var apart = Duration.between(first.at(), item.at()).abs();
        assertTrue(apart.compareTo(pairing.tolerance()) <= 0, seed);
        var held = gone.when().minus(item.arrived());
        assertTrue(held.compareTo(pairing.lateness()) <= 0, seed);
      }
      assertEquals(Set.copyOf(pairing.inputs()), names, seed);
      if (first.input().equals("picture")) {
        var before = newestPacer.put(first.key(), first.id());
        assertTrue(before == null || before < first.id(), seed);
      } else {
        assertEquals(1, gone.items().size(), seed);
      }
    }
    assertEquals(Set.copyOf(run.offered), seen, seed);
  }

  /**
   * Two sources in order, each with gaps, jitter-free against each other or not: whatever the skew
   * with which they arrive, those that belong together are found, as if all were there at once.
   */
  @Test
  void howTheSourcesInterleaveDoesNotChangeWhoBelongsTogether() {
    for (var seed = 0L; seed < SCHEDULES; seed++) {
      var random = new Random(seed);
      var tolerance = 1 + random.nextInt(60);
      var pictures = source(random, 20 + random.nextInt(30));
      var sounds = source(random, 20 + random.nextInt(30));
      var pairing =
          new Pairing(
              "session",
              List.of("picture", "sound"),
              Duration.ofMillis(tolerance),
              Duration.ofHours(1),
              1_000);
      for (var skew : List.of(0, 80, -80, random.nextInt(5_000))) {
        var run = new PairingRun(pairing, 1);
        feedAskew(run, pictures, sounds, skew);
        run.textAtTheEnd();

        var pairs =
            run.gone.stream()
                .filter(gone -> gone.absent().isEmpty())
                .map(gone -> List.of(millis(gone.items().get(0)), millis(gone.items().get(1))))
                .sorted(Comparator.comparing(List::getFirst))
                .toList();
        assertEquals(
            nearestFirst(pictures, sounds, tolerance), pairs, "seed " + seed + " skew " + skew);
      }
    }
  }

  /** Times of a source that keeps to its step but loses some; the first two tell the step. */
  private static List<Long> source(Random random, int step) {
    var times = new ArrayList<Long>();
    var at = (long) random.nextInt(40);
    for (var i = 0; i < 40; i++) {
      if (i < 2 || random.nextInt(4) > 0) {
        times.add(at);
      }
      at += step;
    }
    return times;
  }

  private static void feedAskew(
      PairingRun run, List<Long> pictures, List<Long> sounds, int skewMillis) {
    record Arrival(String input, long at, long arrives) {}
    var arrivals = new ArrayList<Arrival>();
    pictures.forEach(at -> arrivals.add(new Arrival("picture", at, at + 100)));
    sounds.forEach(at -> arrivals.add(new Arrival("sound", at, at + 100 + skewMillis)));
    arrivals.sort(Comparator.comparing(Arrival::arrives));
    arrivals.forEach(arrival -> run.offer(arrival.input(), arrival.at(), arrival.arrives()));
  }

  /** The plain rule over everything at once: nearest pair first, then the nearest of the rest. */
  private static List<List<Long>> nearestFirst(
      List<Long> pictures, List<Long> sounds, int tolerance) {
    var all = new ArrayList<List<Long>>();
    for (var picture : pictures) {
      for (var sound : sounds) {
        if (Math.abs(picture - sound) <= tolerance) {
          all.add(List.of(picture, sound));
        }
      }
    }
    all.sort(
        Comparator.<List<Long>, Long>comparing(pair -> Math.abs(pair.get(0) - pair.get(1)))
            .thenComparing(pair -> pair.get(0))
            .thenComparing(pair -> pair.get(1)));
    var pictureTaken = new HashSet<Long>();
    var soundTaken = new HashSet<Long>();
    var pairs = new ArrayList<List<Long>>();
    for (var pair : all) {
      if (!pictureTaken.contains(pair.get(0)) && !soundTaken.contains(pair.get(1))) {
        pictureTaken.add(pair.get(0));
        soundTaken.add(pair.get(1));
        pairs.add(pair);
      }
    }
    pairs.sort(Comparator.comparing(List::getFirst));
    return pairs;
  }

  private static long millis(PairingRun.Item item) {
    return item.at().toEpochMilli() - 1_000_000;
  }
}
