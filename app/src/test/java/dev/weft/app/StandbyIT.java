package dev.weft.app;

import static dev.weft.app.Awaited.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.app.cluster.ClusterPlan;
import dev.weft.app.cluster.ClusterProbe;
import dev.weft.app.cluster.LocalCluster;
import dev.weft.app.cluster.PlannedNode;
import dev.weft.link.identity.Security;
import dev.weft.link.outbox.LinkReceiver;
import dev.weft.link.testkit.FaultProxy;
import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.outbox.BatchCodec;
import dev.weft.persistence.outbox.BatchItem;
import dev.weft.persistence.outbox.Cursors;
import dev.weft.persistence.outbox.Inbox;
import dev.weft.persistence.segment.SegmentSnapshot;
import dev.weft.persistence.trace.TraceItem;
import dev.weft.persistence.trace.TraceQuery;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two nodes of a site as processes, each with an edge buffer that is sent to a receiver here. One
 * is killed under load and does not come back.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@ExtendWith(OneCluster.class)
class StandbyIT {

  private static final String HOST = "127.0.0.1";
  private static final String OWNER = "region/a";
  private static final int SESSIONS = 12;
  private static final int MIRRORED_MIN = 200;
  private static final int BATCH_BYTES_MAX = 64 << 20;

  @TempDir private Path folder;

  private final ClusterProbe probe = new ClusterProbe();

  /**
   * @param through of the mirror, as it was told while the owner lived and was in step
   */
  private record Killed(Instant at, long through) {}

  @Test
  void aStandbySendsWhatAKilledNodeHadWithoutAHoleOrARepeat() throws Exception {
    var uploads = folder.resolve("uploads");
    try (probe;
        var inbox = Inbox.open(FolderDisk.at(uploads), BATCH_BYTES_MAX);
        var receiver = LinkReceiver.listen(HOST, 0, inbox, BATCH_BYTES_MAX, Security.none());
        var uplink = FaultProxy.before(HOST, receiver.port())) {
      var to = Optional.of("grpc://%s:%d".formatted(HOST, uplink.port()));
      var plan = ClusterPlan.of(1, 2).recorded(new ClusterPlan.Recording(to));
      var told = new CopyOnWriteArrayList<String>();
      try (var cluster = LocalCluster.start(plan, folder, List.of(), false, told::add)) {
        var owner = plan.nodes().getFirst();
        var standby = plan.nodes().getLast();
        await("each is the other's standby", () -> isInStep(owner, standby));
        var killed = killUnderLoad(cluster, owner, standby, inbox, uplink);
        await("taken over", () -> mirrored(standby).containsKey("firstSentMillis"));
        var source = source(owner);
        await("all is sent", () -> inbox.through(source) >= through(standby));
        tell(standby, killed.at());
        check(killed, arrived(uploads, source), recorded(owner), recorded(mirror(standby)));
        assertReadable(standby);
      }
    }
  }

  private boolean isInStep(PlannedNode owner, PlannedNode standby) throws InterruptedException {
    for (var node : List.of(owner, standby)) {
      if (!probe.isReady(node) || !Boolean.TRUE.equals(buffer(standby, node).get("inStep"))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Frames to the owner from several clients, in the midst of which it is killed. The destination
   * is not reached for a while before that, so that there is something left to send.
   */
  private Killed killUnderLoad(
      LocalCluster cluster, PlannedNode owner, PlannedNode standby, Inbox inbox, FaultProxy uplink)
      throws IOException, InterruptedException {
    var isOver = new AtomicBoolean();
    var frames = new AtomicLong();
    var wrong = new CopyOnWriteArrayList<String>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        Closeable _ = () -> isOver.set(true)) {
      for (var client = 0; client < 4; client++) {
        threads.submit(() -> feed(owner, frames, isOver, wrong));
      }
      await("records are mirrored", () -> through(standby) > MIRRORED_MIN);
      var source = source(owner);
      uplink.cut();
      await(
          "in step under load, with records that are not sent yet",
          () -> isInStep(owner, standby) && through(standby) > inbox.through(source));
      var killed = new Killed(Instant.now(), through(standby));
      ProcessHandle.of(cluster.pid(OWNER)).orElseThrow().destroyForcibly();
      uplink.heal();
      System.out.printf("killed after %d frames%n", frames.get());
      return killed;
    } finally {
      assertEquals(List.of(), wrong);
    }
  }

  /** One frame after the other, until there is nobody to answer. */
  private Void feed(PlannedNode owner, AtomicLong frames, AtomicBoolean isOver, List<String> wrong)
      throws InterruptedException {
    try {
      while (!isOver.get()) {
        var session = "region/till-" + frames.incrementAndGet() % SESSIONS;
        var reply = probe.frame(owner, session);
        if (!reply.isRight()) {
          wrong.add(session + ": " + reply);
        }
      }
    } catch (IOException e) {
      isOver.set(true);
    }
    return null;
  }

  private Map<?, ?> node(PlannedNode at, PlannedNode of) {
    if (probe.look(at).orElse(Map.of()).get("nodes") instanceof List<?> nodes) {
      for (var node : nodes) {
        if (node instanceof Map<?, ?> found && of.id().equals(found.get("node"))) {
          return found;
        }
      }
    }
    return Map.of();
  }

  private Map<?, ?> buffer(PlannedNode at, PlannedNode of) {
    return node(at, of).get("buffer") instanceof Map<?, ?> buffer ? buffer : Map.of();
  }

  /** How the standby is with the owner's buffer, as it says itself. */
  private Map<?, ?> mirrored(PlannedNode standby) {
    return node(standby, standby).get("mirrored") instanceof List<?> all
            && !all.isEmpty()
            && all.getFirst() instanceof Map<?, ?> mirrored
        ? mirrored
        : Map.of();
  }

  private long through(PlannedNode standby) {
    return number(standby, "through");
  }

  private Path buffer(PlannedNode node) {
    return folder.resolve(node.site()).resolve(node.name() + "-frames");
  }

  private String source(PlannedNode node) throws IOException {
    var disk = FolderDisk.toRead(buffer(node).resolve(Cursors.FOLDER));
    return Cursors.positions(disk).getFirst().source().orElseThrow();
  }

  private Path mirror(PlannedNode standby) throws IOException {
    try (var sources = Files.list(buffer(standby).resolve("standby/a"))) {
      return sources.findFirst().orElseThrow();
    }
  }

  private TreeMap<Long, TraceItem.TraceRecord> recorded(PlannedNode node) throws IOException {
    return recorded(buffer(node));
  }

  private static TreeMap<Long, TraceItem.TraceRecord> recorded(Path buffer) throws IOException {
    var records = new TreeMap<Long, TraceItem.TraceRecord>();
    try (var store = SegmentSnapshot.of(FolderDisk.toRead(buffer));
        var cursor = store.read(TraceQuery.all())) {
      for (var item = cursor.next(); item.isPresent(); item = cursor.next()) {
        if (item.get() instanceof TraceItem.TraceRecord record) {
          records.put(record.number(), record);
        }
      }
    }
    return records;
  }

  /** As it lies there, file by file, so that nothing that is there twice is passed over. */
  private static TreeMap<Long, BatchItem> arrived(Path uploads, String source) throws IOException {
    var items = new TreeMap<Long, BatchItem>();
    try (var files = Files.list(uploads)) {
      for (var file : files.filter(each -> each.toString().endsWith(".batch")).toList()) {
        var batch = BatchCodec.decode(Files.readAllBytes(file), BATCH_BYTES_MAX);
        if (batch.source().equals(source)) {
          for (var item : batch.items()) {
            assertTrue(items.put(item.number(), item) == null, "twice: " + item.number());
          }
        }
      }
    }
    return items;
  }

  /** What was answered in step is in the mirror, so all of that must have arrived. */
  private static void check(
      Killed killed,
      TreeMap<Long, BatchItem> arrived,
      TreeMap<Long, TraceItem.TraceRecord> recorded,
      TreeMap<Long, TraceItem.TraceRecord> mirrored) {
    var last = arrived.lastKey();
    var lost = 0;
    for (var record : recorded.values()) {
      var there = arrived.get(record.number());
      assertTrue(there != null || record.number() > last, "a hole: " + record.number());
      assertTrue(
          there != null || !mirrored.containsKey(record.number()),
          "mirrored and not there: " + record.number());
      assertTrue(
          there != null || record.number() > killed.through(),
          "told as mirrored before the kill and not there: " + record.number());
      if (there instanceof BatchItem.Kept kept) {
        var hex = HexFormat.of();
        assertEquals(hex.formatHex(record.hash()), hex.formatHex(kept.hash()));
      }
      lost += there == null ? 1 : 0;
    }
    assertTrue(mirrored.size() > 0, "nothing was mirrored");
    System.out.printf(
        "%d records on the killed node's disk, %d of them mirrored, %d not at the destination%n",
        recorded.size(), mirrored.size(), lost);
  }

  private void tell(PlannedNode standby, Instant killed) {
    var begun = number(standby, "begunMillis") - killed.toEpochMilli();
    var first = number(standby, "firstSentMillis") - killed.toEpochMilli();
    System.out.printf(
        "kill -9 to the standby beginning: %d ms; to its first batch being acknowledged: %d ms%n",
        begun, first);
    assertTrue(first < 20_000, "first batch after " + first + " ms");
  }

  private long number(PlannedNode standby, String field) {
    return mirrored(standby).get(field) instanceof Number number ? number.longValue() : 0;
  }

  private void assertReadable(PlannedNode standby) throws IOException {
    var mirror = mirror(standby).toString();
    var verified = Cli.run(folder, "trace", "verify", mirror);
    assertEquals(0, verified.code(), verified.out() + verified.err());
    var shown = Cli.run(folder, "trace", "show", mirror, "--limit", "1");
    assertEquals(0, shown.code(), shown.err());
  }
}
