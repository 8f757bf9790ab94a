package dev.weft.app.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.outbox.Batch;
import dev.weft.persistence.outbox.BatchCodec;
import dev.weft.persistence.outbox.BatchItem;
import dev.weft.persistence.outbox.InboxReader;
import dev.weft.persistence.segment.SegmentStore;
import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.TraceKey;
import dev.weft.persistence.trace.TraceSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the torture would say if something were wrong at the sink. */
class SentOnceTest {

  @TempDir private Path temp;
  private final Ledger ledger = new Ledger();
  private final SentOnce promise = new SentOnce();
  private VictimFolder folder = new VictimFolder(Path.of(""));

  @BeforeEach
  void keepThreeFramesAndSendThem() throws IOException {
    folder = new VictimFolder(temp);
    keep("one", "two", "three");
    assertEquals(List.of(), broken());
    assertEquals(3, promise.records());
  }

  private void keep(String... payloads) throws IOException {
    var settings = TraceSettings.from(ConfigFactory.load());
    try (var store = SegmentStore.open(FolderDisk.at(folder.frames()), settings)) {
      for (var text : payloads) {
        var payload = text.getBytes(StandardCharsets.UTF_8);
        var key = new TraceKey("cam-1", "victim", "", "default", Instant.now());
        var outcome = store.append(key, payload).toCompletableFuture().join();
        if (outcome instanceof Outcome.Kept(var number, var sequence)) {
          ledger.add(new Said.Kept("cam-1", number, sequence, VictimFolder.hash(payload)));
        }
      }
    }
  }

  private List<String> broken() throws IOException {
    return promise.broken(folder, ledger);
  }

  private Path batch() throws IOException {
    try (var files = Files.list(folder.sink())) {
      return files.filter(file -> file.toString().endsWith(".batch")).findAny().orElseThrow();
    }
  }

  /** Leaves a batch of its own at the sink, as if it had been received. */
  private void leave(long after, List<BatchItem> items) throws IOException {
    var source = String.valueOf(batch().getFileName()).replaceAll("\\..*", "");
    var name = "%s.%d-%d.batch".formatted(source, after, items.getLast().number());
    var bytes = BatchCodec.encode(new Batch(source, after, items), true);
    Files.write(folder.sink().resolve(name), bytes);
  }

  private BatchItem.Kept last() throws IOException {
    var items = InboxReader.once(FolderDisk.at(folder.sink()));
    BatchItem.Kept last = null;
    for (var next = items.next(); next.isPresent(); next = items.next()) {
      last = next.get().item() instanceof BatchItem.Kept kept ? kept : last;
    }
    return Objects.requireNonNull(last);
  }

  @Test
  void whatIsKeptLaterIsSentLater() throws IOException {
    keep("four");
    assertEquals(List.of(), broken());
    assertEquals(4, promise.records());
  }

  @Test
  void aRecordThatTheSinkAcknowledgedAndLostIsFoundAndSentAgain() throws IOException {
    for (var payload : List.of("four", "five")) {
      Files.delete(batch());
      keep(payload);
      assertTrue(broken().getFirst().contains("the sink has records through 0 only"), "unnoticed");
      assertEquals(List.of(), broken());
    }
    Files.delete(batch());
    assertTrue(broken().getFirst().contains("the sink has records through "), "unnoticed");
  }

  @Test
  void aRecordThatCameTwiceIsFound() throws IOException {
    leave(last().number() - 1, List.of(last()));
    assertTrue(broken().getFirst().contains("twice, in "), broken().toString());
  }

  @Test
  void aRecordWithOtherBytesOrOfNoBufferIsFound() throws IOException {
    var last = last();
    var other =
        new BatchItem.Kept(
            last.number() + 1,
            last.sequence() + 1,
            last.key(),
            new byte[3],
            List.of(),
            last.hash(),
            last.previousHash());
    leave(last.number(), List.of(other));
    assertTrue(broken().getFirst().contains("is in no buffer"), broken().toString());
  }
}
