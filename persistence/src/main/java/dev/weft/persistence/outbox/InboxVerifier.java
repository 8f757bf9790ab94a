package dev.weft.persistence.outbox;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.trace.TraceKey;
import dev.weft.persistence.trace.Verification;
import dev.weft.persistence.trace.Verification.Finding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads all batches of an inbox and holds them against their checksums, the files before them and
 * the chains of their records. A record that follows one which was not sent has no predecessor
 * here, which is no fault. For one thread and one use.
 */
public final class InboxVerifier {

  private final Disk disk;
  private final List<Finding> findings = new ArrayList<>();
  private final Map<String, Long> marks = new HashMap<>();
  private final Map<Stream, Head> heads = new HashMap<>();
  private long records;
  private long attachments;

  /** The records of a session in a class of a source. */
  private record Stream(String source, String retentionClass, String session) {}

  /** The last of them so far. */
  private record Head(long sequence, byte[] hash) {}

  private InboxVerifier(Disk disk) {
    this.disk = disk;
  }

  /** What is not as it was written; segments are batches, and blobs attachments. */
  public static Verification verify(Disk disk) throws IOException {
    return new InboxVerifier(disk).verify();
  }

  private Verification verify() throws IOException {
    var files = BatchFile.list(disk);
    for (var file : files) {
      // The first of a source may follow files that were taken away.
      var mark = marks.getOrDefault(file.source(), file.after());
      if (file.after() > mark) {
        find(file, "after %d (expected: <= %d, a file between is missing)", file.after(), mark);
      }
      marks.put(file.source(), Math.max(mark, file.last()));
      try {
        file.read(disk).items().forEach(item -> check(file, item));
      } catch (BatchException e) {
        find(file, "cannot be read: %s", String.valueOf(e.getMessage()));
      }
    }
    return new Verification(files.size(), records, attachments, findings);
  }

  private void check(BatchFile file, BatchItem item) {
    records++;
    switch (item) {
      case BatchItem.Kept kept -> {
        attachments += kept.attachments().size();
        check(file, kept.key(), new Head(kept.sequence(), kept.hash()), kept.previousHash());
      }
      case BatchItem.Withheld place ->
          check(file, place.key(), new Head(place.sequence(), place.hash()), place.previousHash());
      case BatchItem.Gap _ -> {}
    }
  }

  private void check(BatchFile file, TraceKey key, Head head, byte[] previousHash) {
    var stream = new Stream(file.source(), key.retentionClass(), key.session());
    var before = heads.put(stream, head);
    if (before != null
        && head.sequence() == before.sequence() + 1
        && !Arrays.equals(before.hash(), previousHash)) {
      findings.add(
          new Finding(
              file.name(),
              0,
              Optional.of(key.session()),
              head.sequence(),
              "chain: does not follow its predecessor"));
    }
  }

  private void find(BatchFile file, String problem, Object... values) {
    findings.add(new Finding(file.name(), 0, Optional.empty(), 0, problem.formatted(values)));
  }
}
