package dev.weft.persistence.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.testkit.SimulatedDisk;
import dev.weft.persistence.trace.LossReason;
import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.Retention;
import dev.weft.persistence.trace.Retention.WhenHeld;
import dev.weft.persistence.trace.TraceEntry;
import dev.weft.persistence.trace.TraceItem;
import dev.weft.persistence.trace.TraceItem.Gap;
import dev.weft.persistence.trace.TraceItem.TraceRecord;
import dev.weft.persistence.trace.TraceKey;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/**
 * Crashes at random while retention deletes, attachments come and go and sessions are erased. What
 * was acknowledged is there unless one loss tells of it, attachments are there as long as their
 * records, and what was erased never comes back.
 */
class RetentionCrashTest {

  private static final int SEEDS = 150;
  private static final int LIVES = 6;
  private static final Duration AGE_MAX = Duration.ofHours(3);
  private static final List<String> CLASSES = List.of("frames", "audit");

  @Test
  void onlyRetentionAndErasureTakeWhatWasAcknowledgedAndTheyTellIt() throws IOException {
    var deleted = 0L;
    var erased = 0L;
    for (var seed = 0L; seed < SEEDS; seed++) {
      var world = new World(seed);
      try {
        world.live();
      } catch (AssertionError | RuntimeException | IOException e) {
        throw new AssertionError("seed " + seed, e);
      }
      deleted += world.deleted;
      erased += world.erasures;
    }
    assertTrue(deleted > SEEDS, "too little was deleted to tell anything: " + deleted);
    assertTrue(erased > SEEDS, "too little was erased to tell anything: " + erased);
  }

  /** What a caller gave, by its payload. */
  private record Given(String session, String retentionClass, List<byte[]> attachments) {}

  /** One disk and what was promised about it, over several lives of the store. */
  private static final class World {

    private final RandomGenerator random;
    private final SimulatedDisk disk;
    private final TraceSettings settings;
    private final Map<String, Given> given = new HashMap<>();
    private final Map<String, Outcome.Kept> kept = new HashMap<>();
    private final Map<String, CompletableFuture<Outcome>> waiting = new HashMap<>();
    private final Set<String> erasedPayloads = new HashSet<>();
    private final Set<String> doubtfulPayloads = new HashSet<>();
    private final Set<String> mustBeDropped = new HashSet<>();
    private final Set<String> erasedInLife = new HashSet<>();
    private Instant now = StoreRig.START;
    private int next;
    private long deleted;
    private long erasures;

    World(long seed) {
      random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
      disk = new SimulatedDisk(seed);
      settings =
          TraceSettings.of(
                  List.of(
                      new Retention("frames", 6_000, AGE_MAX, 1_500, WhenHeld.DELETE_OLDEST),
                      new Retention("audit", 4_000, AGE_MAX, 1_000, WhenHeld.DROP_NEW)))
              .withMasterKey(new SecretKeySpec(new byte[32], "AES"));
    }

    void live() throws IOException {
      for (var life = 0; life < LIVES; life++) {
        var rig = open();
        check(rig);
        run(rig);
        disk.limit(Long.MAX_VALUE);
        disk.onForce(SimulatedDisk.Fault.NONE);
        switch (random.nextInt(4)) {
          case 0 -> {
            rig.close();
            answer();
          }
          case 1, 2 -> disk.crash();
          default -> disk.kill();
        }
        waiting.clear();
      }
      try (var rig = open()) {
        check(rig);
      }
    }

    private StoreRig open() throws IOException {
      var rig = new StoreRig(disk, settings);
      rig.now = now;
      erasedInLife.clear();
      return rig;
    }

    private void run(StoreRig rig) throws IOException {
      for (var steps = random.nextInt(24); steps > 0; steps--) {
        for (var records = random.nextInt(6); records > 0; records--) {
          append(rig);
        }
        fault();
        if (random.nextInt(12) == 0) {
          erase(rig, "s" + random.nextInt(4));
        }
        now = now.plus(Duration.ofMinutes(random.nextInt(20)));
        rig.now = now;
        if (random.nextInt(4) > 0) {
          rig.pass();
        }
        answer();
      }
    }

    private void append(StoreRig rig) {
      var payload = "r" + next++ + "x".repeat(random.nextInt(150));
      var session = "s" + random.nextInt(4);
      var retentionClass = CLASSES.get(random.nextInt(CLASSES.size()));
      var attachments = new ArrayList<byte[]>();
      for (var blobs = random.nextInt(8) / 5; blobs > 0; blobs--) {
        var blob = new byte[1 + random.nextInt(400)];
        // Some are alike.
        java.util.Arrays.fill(blob, (byte) random.nextInt(3));
        attachments.add(blob);
      }
      given.put(payload, new Given(session, retentionClass, attachments));
      if (erasedInLife.contains(session)) {
        mustBeDropped.add(payload);
      }
      var key = new TraceKey(session, "kiosk", "int8", retentionClass, now);
      var entry = new TraceEntry(key, payload.getBytes(StandardCharsets.UTF_8), attachments);
      waiting.put(payload, rig.store.append(entry).toCompletableFuture());
    }

    private void fault() {
      switch (random.nextInt(10)) {
        case 0 -> disk.limit(disk.list().stream().mapToLong(disk::size).sum() + 300);
        case 1, 2 -> disk.limit(Long.MAX_VALUE);
        case 3 ->
            disk.onForce(
                name -> {
                  throw new DiskException(DiskException.Kind.FAILED, name + ": fault");
                });
        case 4, 5 -> disk.onForce(SimulatedDisk.Fault.NONE);
        default -> {}
      }
    }

    private void erase(StoreRig rig, String session) throws IOException {
      var payloads =
          given.entrySet().stream()
              .filter(entry -> entry.getValue().session().equals(session))
              .map(Map.Entry::getKey)
              .toList();
      try {
        rig.store.erase(session);
        erasedPayloads.addAll(payloads);
        erasedInLife.add(session);
        erasures++;
      } catch (DiskException e) {
        // Not promised: it may be erased or not, and must say the same whoever asks.
        doubtfulPayloads.addAll(payloads);
      }
    }

    private void answer() {
      waiting
          .entrySet()
          .removeIf(
              entry -> {
                if (!entry.getValue().isDone()) {
                  return false;
                }
                switch (entry.getValue().join()) {
                  case Outcome.Kept one -> {
                    assertFalse(
                        mustBeDropped.contains(entry.getKey()), "kept though erased before");
                    kept.put(entry.getKey(), one);
                  }
                  case Outcome.Dropped _ -> {}
                }
                return true;
              });
    }

    private void check(StoreRig rig) throws IOException {
      assertEquals(List.of(), rig.store.verify().findings());
      var readable = new HashMap<String, TraceRecord>();
      var erased = new HashSet<Long>();
      var gaps = new HashMap<String, List<Gap>>();
      for (var item : rig.read(TraceQuery.all())) {
        switch (item) {
          case TraceRecord record -> {
            assertEquals(null, readable.put(StoreRig.text(record), record), "a record twice");
          }
          case TraceItem.Erased one -> erased.add(one.number());
          case Gap gap ->
              gaps.computeIfAbsent(gap.retentionClass(), _ -> new ArrayList<>()).add(gap);
          case TraceItem.Locked locked -> throw new AssertionError(locked);
          case TraceItem.Damage damage -> throw new AssertionError(damage);
        }
      }
      for (var record : readable.entrySet()) {
        assertFalse(erasedPayloads.contains(record.getKey()), "erased and back");
        attachments(rig, record.getKey(), record.getValue());
      }
      for (var name : CLASSES) {
        checkMissing(name, readable, erased, retention(gaps.getOrDefault(name, List.of())));
      }
    }

    private static List<Gap> retention(List<Gap> gaps) {
      return gaps.stream()
          .filter(
              gap ->
                  gap.loss().reason() == LossReason.RETENTION_AGE
                      || gap.loss().reason() == LossReason.RETENTION_BYTES)
          .toList();
    }

    /** Each acknowledged record is there, erased, or told of by one loss, or by one it carries. */
    private void checkMissing(
        String retentionClass,
        Map<String, TraceRecord> readable,
        Set<Long> erased,
        List<Gap> retention) {
      var carried = 0L;
      for (var one : kept.entrySet()) {
        if (!of(one.getKey()).retentionClass().equals(retentionClass)) {
          continue;
        }
        var number = one.getValue().number();
        var record = readable.get(one.getKey());
        if (record != null) {
          assertEquals(one.getValue(), new Outcome.Kept(record.number(), record.sequence()));
        } else if (erased.contains(number)) {
          assertTrue(
              erasedPayloads.contains(one.getKey()) || doubtfulPayloads.contains(one.getKey()),
              "nobody erased " + one);
        } else {
          var told = retention.stream().filter(gap -> covers(gap, number)).count();
          assertTrue(told <= 1, () -> one + " told twice by " + retention);
          carried += told == 0 ? 1 : 0;
          if (told == 0) {
            assertTrue(
                retention.stream().allMatch(gap -> gap.loss().firstNumber() > number),
                () -> "acknowledged and lost: " + one + ", told are " + retention);
          }
          deleted++;
        }
      }
      var told = retention.stream().mapToLong(gap -> gap.loss().carried()).sum();
      assertTrue(carried <= told, carried + " deleted with their losses, counted are " + told);
    }

    private static boolean covers(Gap gap, long number) {
      return gap.loss().firstNumber() <= number && number <= gap.loss().lastNumber();
    }

    private void attachments(StoreRig rig, String payload, TraceRecord record) throws IOException {
      var attachments = of(payload).attachments();
      assertEquals(attachments.size(), record.blobs().size());
      for (var i = 0; i < attachments.size(); i++) {
        var found = rig.store.attachment(record, i);
        assertTrue(found.isPresent(), "an attachment is gone before its record");
        assertArrayEquals(attachments.get(i), found.get());
      }
    }

    private Given of(String payload) {
      return java.util.Objects.requireNonNull(given.get(payload), payload);
    }
  }
}
