package dev.weft.cluster.standby;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.cluster.fact.BufferFacts;
import dev.weft.link.identity.Security;
import dev.weft.link.outbox.LinkReceiver;
import dev.weft.link.testkit.FaultProxy;
import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.outbox.BatchItem;
import dev.weft.persistence.outbox.Inbox;
import dev.weft.persistence.segment.SegmentSnapshot;
import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.TraceItem;
import dev.weft.persistence.trace.TraceQuery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two nodes over real sockets and files, with something that can fail between them and on the way
 * of either to the destination.
 */
@Timeout(120)
class StandbyLinkTest {

  private static final String HOST = "127.0.0.1";
  private static final Duration WITHIN = Duration.ofSeconds(60);
  private static final int BATCH_BYTES_MAX = 1 << 20;

  @TempDir private Path folder;

  private Inbox inbox;
  private LinkReceiver receiver;
  private FaultProxy between;
  private FaultProxy away;
  private RecordingNode owner;
  private RecordingNode standby;
  private int appended;

  @BeforeEach
  void start() throws IOException {
    inbox = Inbox.open(FolderDisk.at(folder.resolve("uploads")), BATCH_BYTES_MAX);
    receiver = LinkReceiver.listen(HOST, 0, inbox, BATCH_BYTES_MAX, Security.none());
    away = FaultProxy.before(HOST, receiver.port());
    owner = node("shop/a", away.port());
    between = FaultProxy.before(HOST, owner.port());
    standby = node("shop/b", receiver.port());
    meet();
  }

  private RecordingNode node(String id, int port) throws IOException {
    return new RecordingNode(
        id, folder.resolve(id), "grpc://%s:%d".formatted(HOST, port), Map.of());
  }

  private void meet() {
    var ports = Map.of("shop/a", between.port(), "shop/b", standby.port());
    owner.hears(ports);
    standby.hears(ports);
  }

  @AfterEach
  void close() throws IOException {
    owner.close();
    standby.close();
    between.close();
    away.close();
    receiver.close();
    inbox.close();
  }

  private List<String> append(int count) {
    var texts = new ArrayList<String>();
    IntStream.range(0, count).forEach(_ -> texts.add("r" + appended++));
    var replies = texts.stream().map(owner::append).toList();
    replies.forEach(reply -> assertInstanceOf(Outcome.Kept.class, reply.join()));
    return texts;
  }

  private static void await(String what, BooleanSupplier condition) {
    var deadline = System.nanoTime() + WITHIN.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, what + " within " + WITHIN);
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }

  private BufferFacts.Mirrored mirrored() {
    return standby.status().mirrored().getFirst();
  }

  /** Also where a slow machine had the owner go on alone for a moment. */
  private boolean isMirrored() {
    return owner.status().isInStep() && owner.status().lagBytes() == 0;
  }

  private boolean isTaking() {
    return mirrored().begun().isPresent();
  }

  private List<String> arrived() {
    var texts = new ArrayList<String>();
    try {
      Inbox.read(
          FolderDisk.toRead(folder.resolve("uploads")),
          (source, item) -> {
            if (source.equals(owner.source()) && item instanceof BatchItem.Kept kept) {
              texts.add(new String(kept.payload(), StandardCharsets.UTF_8));
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return texts;
  }

  private List<String> all() {
    return IntStream.range(0, appended).mapToObj(number -> "r" + number).toList();
  }

  @Test
  void whatWasAnsweredIsAtTheStandbyAsWell() throws IOException {
    await("in step", () -> owner.status().isInStep());
    append(200);
    await("all of it is at the standby, too", this::isMirrored);
    assertEquals(all(), there());
    assertEquals("shop/b", owner.status().standby().orElseThrow());
  }

  /** What a reader of the mirror's folder finds. */
  private List<String> there() throws IOException {
    var texts = new ArrayList<String>();
    try (var sources = Files.list(folder.resolve("shop/b/standby/a"))) {
      var disk = FolderDisk.toRead(sources.findFirst().orElseThrow());
      try (var cursor = SegmentSnapshot.of(disk).read(TraceQuery.all())) {
        for (var item = cursor.next(); item.isPresent(); item = cursor.next()) {
          if (item.get() instanceof TraceItem.TraceRecord record) {
            texts.add(new String(record.payload(), StandardCharsets.UTF_8));
          }
        }
      }
    }
    return texts;
  }

  @Test
  void anOwnerThatVanishesIsSentForFromWhereTheDestinationIs() throws IOException {
    await("in step", () -> owner.status().isInStep());
    append(50);
    await("sent", () -> arrived().size() == 50);
    // From here on the owner reaches nobody, and its records wait.
    away.cut();
    append(50);
    await("all of it is at the standby, too", this::isMirrored);
    owner.vanish();
    between.cut();
    away.heal();
    await("sent in its place", () -> arrived().equals(all()));
    await("told", () -> mirrored().firstSent().isPresent());
  }

  /** By name between the owner and the one that is its standby at first. */
  private Map<String, Integer> withThird(RecordingNode third) {
    return Map.of("shop/a", between.port(), "shop/b", standby.port(), "shop/aa", third.port());
  }

  @Test
  void theStandbyThatHasTheRecordsSendsThemThoughAReplacementIsTheNextByName() throws IOException {
    await("in step", () -> owner.status().isInStep());
    away.cut();
    append(50);
    await("all of it is at the standby, too", this::isMirrored);
    try (var replacement = node("shop/aa", receiver.port())) {
      var ports = withThird(replacement);
      standby.hears(ports);
      replacement.hears(ports);
      owner.vanish();
      between.cut();
      away.heal();
      await("sent by the one that has them", () -> arrived().equals(all()));
    }
  }

  @Test
  void theStandbyThatHasTheRecordsSendsThemThoughOneThatWasAwayIsBackAndHasLess()
      throws IOException {
    try (var third = node("shop/aa", receiver.port())) {
      var ports = withThird(third);
      owner.hears(ports);
      third.hears(ports);
      standby.hears(ports);
      await("the next by name", () -> isStandby("shop/aa") && owner.status().isInStep());
      append(20);
    }
    away.cut();
    owner.hearsOfEnd("shop/aa");
    standby.hearsOfEnd("shop/aa");
    await("the one after it", () -> isStandby("shop/b") && owner.status().isInStep());
    append(50);
    await("all of it is at the standby, too", this::isMirrored);
    try (var back = node("shop/aa", receiver.port())) {
      owner.hears(withThird(back));
      standby.hears(withThird(back));
      append(5);
      assertTrue(isStandby("shop/aa"));
      owner.vanish();
      between.cut();
      away.heal();
      // It never heard where the owner is, and has 20 at most; the last 5 were answered alone.
      var there = all().subList(0, 70);
      await("sent by the one that has them", () -> arrived().size() >= there.size());
      assertEquals(there, arrived().subList(0, there.size()));
    }
  }

  private boolean isStandby(String id) {
    return owner.status().standby().equals(Optional.of(id));
  }

  @Test
  void anOwnerThatLivesBehindACutSendsBesideItsStandbyAndNothingIsThereTwice() {
    await("in step", () -> owner.status().isInStep());
    append(10);
    for (var round = 0; round < 3; round++) {
      between.drop(FaultProxy.Way.BOTH);
      await("taken over", this::isTaking);
      append(40);
      between.heal();
      meet();
      await("given back", () -> !isTaking());
      append(40);
      await("in step again", () -> owner.status().isInStep());
    }
    await("all", () -> arrived().size() >= appended);
    assertEquals(all(), arrived());
  }

  @Test
  void anOwnerWhoseStandbyIsGoneGoesOnAloneAndSaysSo() {
    await("in step", () -> owner.status().isInStep());
    between.cut();
    append(100);
    await("alone", () -> !owner.status().isHeard());
    append(10);
    between.heal();
    await("in step again", () -> owner.status().isInStep());
    await("nothing is missing", () -> owner.status().lagBytes() == 0);
  }
}
