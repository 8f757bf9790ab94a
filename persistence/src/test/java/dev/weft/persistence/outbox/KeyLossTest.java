package dev.weft.persistence.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.disk.MemoryDisk;
import dev.weft.persistence.segment.SegmentStore;
import dev.weft.persistence.testkit.ManualPacer;
import dev.weft.persistence.trace.TraceKey;
import dev.weft.persistence.trace.TraceSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** What an outbox sends of an encrypted buffer whose keys are not all there. */
class KeyLossTest {

  private final MemoryDisk storeDisk = new MemoryDisk();
  private final MemoryDisk cursorDisk = new MemoryDisk();
  private final MemoryDisk inboxDisk = new MemoryDisk();
  private final TraceSettings plain = TraceSettings.of(List.of(OutboxRig.roomy()));
  private final TraceSettings sealed = plain.withMasterKey(new SecretKeySpec(new byte[32], "AES"));

  private SegmentStore open(TraceSettings settings, ManualPacer pacer) throws IOException {
    return SegmentStore.open(storeDisk, settings, () -> OutboxRig.START, new SecureRandom(), pacer);
  }

  private void keep(String... sessions) throws IOException {
    var pacer = new ManualPacer();
    try (var store = open(sealed, pacer)) {
      for (var session : sessions) {
        var key = new TraceKey(session, "kiosk", "", "upload", OutboxRig.START);
        var _ = store.append(key, ("of " + session).getBytes(StandardCharsets.UTF_8));
        pacer.pass(Duration.ofSeconds(1));
      }
    }
  }

  /** Sends what it can in some seconds; the last failure, if there was one. */
  private Optional<String> send(TraceSettings settings) throws IOException {
    var pacer = new ManualPacer();
    var cursors = Cursors.open(cursorDisk, Map.of("cloud", OutboxRig.TAGS), "box", new Random(1));
    try (var store = open(settings, new ManualPacer());
        var outbox =
            Outbox.open(
                store,
                cursors,
                OutboxRig.SETTINGS,
                FolderSink.open(inboxDisk),
                () -> OutboxRig.START,
                new Random(2),
                pacer)) {
      pacer.pass(Duration.ofSeconds(5));
      return outbox.status().error();
    }
  }

  /** Cuts the newest entries of the file of keys. */
  private void loseKeysBehind(long bytes) throws IOException {
    try (var file = storeDisk.open("keys")) {
      file.truncate(bytes);
    }
  }

  @Test
  void aRecordWhoseKeyIsLostIsAPlaceInTheChainAndTheOthersGoOn() throws IOException {
    keep("a");
    var bytes = storeDisk.size("keys");
    keep("b");
    loseKeysBehind(bytes);
    keep("c", "b", "a");

    assertEquals(Optional.empty(), send(sealed));

    assertEquals(
        List.of("of a", "KEY_LOST", "of c", "of b", "of a"), OutboxRig.received(inboxDisk));
  }

  @Test
  void aPlaceWithoutItsPayloadStillLinksTheChain() throws IOException {
    keep("a");
    var bytes = storeDisk.size("keys");
    keep("b");
    loseKeysBehind(bytes);
    keep("b");
    var _ = send(sealed);
    var hashes = new java.util.ArrayList<String>();
    Inbox.read(
        inboxDisk,
        (_, item) -> {
          switch (item) {
            case BatchItem.Withheld place -> hashes.add(hex(place.hash()));
            case BatchItem.Kept kept when kept.sequence() == 2 ->
                hashes.add(hex(kept.previousHash()));
            case BatchItem.Kept _, BatchItem.Gap _ -> {}
          }
        });
    assertEquals(2, hashes.size());
    assertEquals(hashes.getFirst(), hashes.getLast());
  }

  private static String hex(byte[] bytes) {
    return java.util.HexFormat.of().formatHex(bytes);
  }

  @Test
  void anErasedSessionIsToldAsErased() throws IOException {
    keep("a", "b");
    try (var store = open(sealed, new ManualPacer())) {
      store.erase("a");
    }
    assertEquals(Optional.empty(), send(sealed));
    assertEquals(List.of("ERASED", "of b"), OutboxRig.received(inboxDisk));
  }

  @Test
  void withoutTheMasterKeyNothingIsSentAndNothingGivenUp() throws IOException {
    keep("a");
    var error = send(plain).orElseThrow();
    assertTrue(error.contains("key of session 'a': none"), error);
    assertEquals(List.of(), OutboxRig.received(inboxDisk));
    assertEquals(Optional.empty(), send(sealed));
    assertEquals(List.of("of a"), OutboxRig.received(inboxDisk));
  }
}
