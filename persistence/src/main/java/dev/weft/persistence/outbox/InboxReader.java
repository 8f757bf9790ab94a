package dev.weft.persistence.outbox;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Goes through what is in an inbox, which may be in use: source by source, each by ascending
 * number. One batch at a time is in memory. For one thread.
 */
public final class InboxReader {

  private final Disk disk;
  private final boolean isOnce;
  private final Deque<BatchFile> files;
  private final Deque<Received> ahead = new ArrayDeque<>();
  private final Map<String, Long> marks = new HashMap<>();

  /**
   * One thing that came.
   *
   * @param file it lies in
   */
  public record Received(String source, String file, BatchItem item) {}

  private InboxReader(Disk disk, boolean isOnce) throws DiskException {
    this.disk = disk;
    this.isOnce = isOnce;
    this.files = new ArrayDeque<>(BatchFile.list(disk));
  }

  /** Gives each item once, as is promised. */
  public static InboxReader once(Disk disk) throws DiskException {
    return new InboxReader(disk, true);
  }

  /** Gives items as often as they lie there, to look into whether the promise is kept. */
  public static InboxReader raw(Disk disk) throws DiskException {
    return new InboxReader(disk, false);
  }

  /** Whether there is anything of an inbox on {@code disk}. */
  public static boolean isAt(Disk disk) throws DiskException {
    return !BatchFile.list(disk).isEmpty();
  }

  /**
   * The next item; empty at the end.
   *
   * @throws BatchException if a file is not what was written, or a newer Weft wrote it; the next
   *     call goes on behind that file
   */
  public Optional<Received> next() throws IOException {
    while (ahead.isEmpty() && !files.isEmpty()) {
      var file = files.removeFirst();
      var batch = file.read(disk);
      for (var item : batch.items()) {
        var mark = marks.getOrDefault(batch.source(), 0L);
        if (!isOnce || item.number() > mark) {
          marks.put(batch.source(), item.number());
          ahead.add(new Received(batch.source(), file.name(), item));
        }
      }
    }
    return Optional.ofNullable(ahead.poll());
  }
}
