package dev.weft.persistence.outbox;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The file of a batch in an inbox, by what its name says: {@code SOURCE.AFTER-LAST.batch}.
 *
 * @param after through which number its source had been received before
 * @param last the number of its last item
 */
record BatchFile(String source, long after, long last) {

  private static final Pattern NAME =
      Pattern.compile("([a-z0-9-]{1,100})\\.(\\d{1,19})-(\\d{1,19})\\.batch");
  private static final Comparator<BatchFile> BY_PLACE =
      Comparator.comparing(BatchFile::source)
          .thenComparingLong(BatchFile::after)
          .thenComparing(Comparator.comparingLong(BatchFile::last).reversed());

  /** What {@code name} says; empty if it is no batch's. */
  static Optional<BatchFile> of(String name) {
    var matcher = NAME.matcher(name);
    try {
      return matcher.matches()
          ? Optional.of(
              new BatchFile(
                  matcher.group(1),
                  Long.parseLong(matcher.group(2)),
                  Long.parseLong(matcher.group(3))))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** All on {@code disk}, source by source, each source's in order. */
  static List<BatchFile> list(Disk disk) throws DiskException {
    var files = new ArrayList<BatchFile>();
    disk.list().forEach(name -> of(name).ifPresent(files::add));
    files.sort(BY_PLACE);
    return files;
  }

  String name() {
    return "%s.%d-%d.batch".formatted(source, after, last);
  }

  /**
   * The batch in it.
   *
   * @throws BatchException if it is not what was written
   */
  Batch read(Disk disk) throws IOException {
    var bytes = ByteBuffer.allocate(Math.toIntExact(Math.max(0, disk.size(name()))));
    try (var file = disk.open(name())) {
      file.read(0, bytes);
    }
    var batch = BatchCodec.decode(bytes.array(), BatchCodec.BODY_BYTES_MAX);
    var held = new BatchFile(batch.source(), batch.after(), batch.last());
    if (!held.equals(this)) {
      throw new BatchException(
          BatchException.Kind.CORRUPT,
          "%s: holds %s (expected: what its name says)".formatted(name(), held.name()));
    }
    return batch;
  }
}
