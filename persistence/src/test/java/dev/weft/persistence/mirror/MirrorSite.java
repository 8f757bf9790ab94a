package dev.weft.persistence.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.outbox.BatchCodec;
import dev.weft.persistence.outbox.BatchItem;
import dev.weft.persistence.outbox.Delivery;
import dev.weft.persistence.outbox.Inbox;
import dev.weft.persistence.outbox.OutboxSettings;
import dev.weft.persistence.outbox.RetryRule;
import dev.weft.persistence.outbox.Sink;
import dev.weft.persistence.outbox.UploadTags;
import dev.weft.persistence.outbox.UploadingStore;
import dev.weft.persistence.segment.SegmentSnapshot;
import dev.weft.persistence.testkit.ManualPacer;
import dev.weft.persistence.testkit.SimulatedDisk;
import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.Retention;
import dev.weft.persistence.trace.TraceEntry;
import dev.weft.persistence.trace.TraceItem;
import dev.weft.persistence.trace.TraceKey;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Two nodes of a site and a destination, on simulated disks and in virtual time: one records and
 * sends, the other mirrors.
 */
final class MirrorSite {

  static final Duration TICK = Duration.ofMillis(10);
  static final MirrorSettings SETTINGS =
      new MirrorSettings(
          true,
          Duration.ofMillis(400),
          Duration.ofMillis(200),
          200,
          Duration.ofMillis(50),
          2_000,
          Duration.ofMillis(40),
          Duration.ofMillis(150),
          Duration.ofMillis(30),
          Duration.ofSeconds(20));

  private static final String STANDBY = "b";
  private static final Duration GRACE = Duration.ofMillis(300);

  static final UploadTags SOME = UploadTags.ofClasses("upload", "urgent");

  final RandomGenerator random;
  final SimulatedDisk ownerDisk;
  final SimulatedDisk cursorDisk;
  final TreeMap<String, SimulatedDisk> mirrorDisks = new TreeMap<>();
  final TreeMap<String, SimulatedDisk> mirrorCursors = new TreeMap<>();
  final SimulatedShelf shelf;
  final SimulatedDisk inboxDisk;
  final Inbox inbox;
  final LossyLink link;

  /** Names of records that were answered while the standby was in step, and of all. */
  final TreeSet<String> safe = new TreeSet<>();

  final TreeSet<String> kept = new TreeSet<>();
  final List<byte[]> seen = new ArrayList<>();
  private final long seed;
  private final UploadTags tags;
  private final OutboxSettings outbox;
  private Instant now = Instant.parse("2026-01-01T12:00:00Z");
  private Optional<Owner> owner = Optional.empty();
  private Optional<Follower> follower = Optional.empty();
  private int next;

  boolean isFair;

  /** Whether the owner's way to the destination is cut. */
  boolean isOwnerCut;

  /** Whether nobody reaches the destination. */
  boolean isAllCut;

  /** Whether the owner's disk does not come back from a read. */
  boolean isOwnerHanging;

  /** One life of the node that records. */
  private record Owner(
      UploadingStore uploading,
      SafeStore store,
      MirrorOwner mirror,
      ManualPacer storing,
      ManualPacer sending,
      ManualPacer mirroring,
      ManualPacer watching) {}

  /** One life of the node that mirrors. */
  private record Follower(MirrorFollower mirror, ManualPacer pacer, List<ManualPacer> sending) {}

  MirrorSite(long seed) throws IOException {
    this(seed, SOME);
  }

  /**
   * @param tags of what is sent
   */
  MirrorSite(long seed, UploadTags tags) throws IOException {
    this.seed = seed;
    this.tags = tags;
    this.outbox =
        OutboxSettings.of("cloud", tags)
            .withBatch(1_500, 6, Duration.ofMillis(100))
            .withRetry(
                new RetryRule(Duration.ofMillis(20), Duration.ofMillis(100)),
                Duration.ofMillis(200));
    random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    ownerDisk = new SimulatedDisk(seed);
    cursorDisk = new SimulatedDisk(seed + 1_000_000);
    inboxDisk = new SimulatedDisk(seed + 2_000_000);
    inbox = Inbox.open(inboxDisk, 1 << 20);
    shelf = new SimulatedShelf(mirrorDisks, mirrorCursors, seed + 3_000_000);
    link = new LossyLink(random);
  }

  Optional<MirrorOwner> owner() {
    return owner.map(Owner::mirror);
  }

  /** What the owner's buffer is called. */
  String source() {
    return owner.orElseThrow().uploading().source();
  }

  Optional<MirrorFollower> follower() {
    return follower.map(Follower::mirror);
  }

  void startOwner() throws IOException {
    var classes =
        List.of(
            Retention.of("upload", 24 << 10, Duration.ofDays(1)),
            Retention.of("urgent", 24 << 10, Duration.ofDays(1)),
            Retention.of("local", 8 << 10, Duration.ofDays(1)));
    var storing = new ManualPacer();
    var sending = new ManualPacer();
    var mirroring = new ManualPacer();
    var watching = new ManualPacer();
    var uploading =
        UploadingStore.open(
            ownerDisk,
            cursorDisk,
            TraceSettings.of(classes),
            outbox,
            sink(true),
            Duration.ZERO,
            new UploadingStore.World(() -> now, seeded(), storing, sending));
    var upload = new Terms.Upload("cloud:1", "cloud", tags);
    var mirror =
        new MirrorOwner(
            uploading.buffer(),
            new Terms(uploading.source(), Optional.of(upload)),
            SETTINGS,
            mirroring,
            watching);
    mirror.standby(Optional.of(STANDBY));
    var store = new SafeStore(uploading);
    store.guard(Optional.of(mirror));
    owner = Optional.of(new Owner(uploading, store, mirror, storing, sending, mirroring, watching));
    link.to(Optional.of(pull -> mirror.answer(STANDBY, pull)));
  }

  private SecureRandom seeded() {
    try {
      var seeded = SecureRandom.getInstance("SHA1PRNG");
      seeded.setSeed(random.nextLong());
      return seeded;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ends the process that records, of which nothing but its disk stays. */
  void loseOwner(boolean isPowerLost) {
    link.to(Optional.empty());
    owner = Optional.empty();
    if (isPowerLost) {
      ownerDisk.crash();
      cursorDisk.crash();
    } else {
      ownerDisk.kill();
      cursorDisk.kill();
    }
  }

  void startFollower() throws IOException {
    var pacer = new ManualPacer();
    var sending = new ArrayList<ManualPacer>();
    var world =
        new TakeoverWorld(
            () -> now,
            random,
            _ -> outbox,
            _ -> sink(false),
            () -> {
              var one = new ManualPacer();
              sending.add(one);
              return one;
            });
    follower =
        Optional.of(
            new Follower(
                new MirrorFollower(SETTINGS, link, shelf, world, pacer, GRACE, 0, _ -> {}),
                pacer,
                sending));
  }

  void loseFollower(boolean isPowerLost) {
    follower = Optional.empty();
    link.forget();
    for (var disks : List.of(mirrorDisks, mirrorCursors)) {
      for (var disk : disks.values()) {
        disk.onForce(SimulatedDisk.Fault.NONE);
        if (isPowerLost) {
          disk.crash();
        } else {
          disk.kill();
        }
      }
    }
  }

  /** Records some, each of which is followed to its answer. */
  void record(int count) {
    var recording = owner.orElseThrow();
    for (var left = count; left > 0; left--) {
      var retentionClass = List.of("upload", "urgent", "urgent", "local").get(random.nextInt(4));
      var isTagged = tags.wantsClass(retentionClass);
      var name = "r" + next++;
      var key = new TraceKey("cam-" + random.nextInt(3), "kiosk", "", retentionClass, now);
      var attachments = new ArrayList<byte[]>();
      for (var more = random.nextInt(8) - 5; more > 0; more--) {
        attachments.add(new byte[] {(byte) random.nextInt(5), (byte) seed, 1});
      }
      var payload = (name + " ".repeat(random.nextInt(200))).getBytes(StandardCharsets.UTF_8);
      recording
          .store()
          .append(new TraceEntry(key, payload, attachments))
          .thenAccept(outcome -> answered(recording, name, isTagged, outcome));
    }
  }

  private void answered(Owner recording, String name, boolean isTagged, Outcome outcome) {
    if (isTagged && outcome instanceof Outcome.Kept) {
      kept.add(name);
      if (recording.mirror().status().isInStep()) {
        safe.add(name);
      }
    }
  }

  void pass(Duration time) {
    for (var left = time.toMillis(); left > 0; left -= TICK.toMillis()) {
      owner.ifPresent(
          one -> {
            one.storing().pass(TICK);
            if (!isOwnerHanging) {
              one.mirroring().pass(TICK);
            }
            one.watching().pass(TICK);
            one.sending().pass(TICK);
          });
      follower.ifPresent(
          one -> {
            one.pacer().pass(TICK);
            List.copyOf(one.sending()).forEach(pacer -> pacer.pass(TICK));
          });
      link.pass(TICK);
      now = now.plus(TICK);
    }
  }

  /** Between either node and the destination: loses, answers late and repeats until it is fair. */
  private Sink sink(boolean isOwners) {
    return new Sink() {
      @Override
      public CompletionStage<Delivery> deliver(byte[] envelope) {
        if (isAllCut || isOwners && isOwnerCut) {
          return CompletableFuture.completedFuture(new Delivery.Unanswered("cut"));
        }
        seen.add(envelope);
        if (!isFair && random.nextInt(5) == 0) {
          inbox.receive(seen.get(random.nextInt(seen.size())));
        }
        if (!isFair && random.nextInt(8) == 0) {
          return new CompletableFuture<>();
        }
        var answer = inbox.receive(envelope);
        return !isFair && random.nextInt(8) == 0
            ? new CompletableFuture<>()
            : CompletableFuture.completedFuture(answer);
      }

      @Override
      public CompletionStage<Delivery> reached(String source) {
        return CompletableFuture.completedFuture(
            isFair || random.nextInt(4) > 0
                ? new Delivery.Acknowledged(inbox.through(source))
                : new Delivery.Unanswered("lost"));
      }

      @Override
      public void close() {}
    };
  }

  /** What is at the destination, by number, as it lies there: nothing twice, in order. */
  TreeMap<Long, BatchItem> arrived() throws IOException {
    var all = new TreeMap<Long, BatchItem>();
    for (var name : inboxDisk.list()) {
      if (name.endsWith(".batch")) {
        for (var item : BatchCodec.decode(inboxDisk.bytes(name), 1 << 20).items()) {
          assertTrue(all.put(item.number(), item) == null, () -> "twice: " + item.number());
        }
      }
    }
    return all;
  }

  /** Holds the destination against the disk of the owner, whatever became of its process. */
  void check(boolean hasOwnerReturned) throws IOException {
    var arrived = arrived();
    var names = new TreeSet<String>();
    for (var item : arrived.values()) {
      if (item instanceof BatchItem.Kept one) {
        names.add(new String(one.payload(), StandardCharsets.UTF_8).strip());
      }
    }
    for (var name : hasOwnerReturned ? kept : safe) {
      assertTrue(names.contains(name), () -> "acknowledged and not there: " + name);
    }
    if (arrived.isEmpty()) {
      return;
    }
    var last = arrived.lastKey();
    try (var items = SegmentSnapshot.of(ownerDisk).read(TraceQuery.all())) {
      for (var item = items.next(); item.isPresent(); item = items.next()) {
        if (item.get() instanceof TraceItem.TraceRecord record
            && tags.wants(record.key())
            && record.number() <= last) {
          var there = arrived.get(record.number());
          assertTrue(there != null, () -> "a hole: " + record.number());
          if (there instanceof BatchItem.Kept same) {
            assertEquals(
                new String(record.payload(), StandardCharsets.UTF_8),
                new String(same.payload(), StandardCharsets.UTF_8));
          }
        }
      }
    }
  }
}
