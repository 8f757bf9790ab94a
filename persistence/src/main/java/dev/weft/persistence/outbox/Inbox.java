package dev.weft.persistence.outbox;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.DiskLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/**
 * The side that receives: batches as files, {@code SOURCE.AFTER-LAST.batch}. For any number of
 * threads.
 *
 * <p>Effective once: a file comes to be at once, by its new name, when its bytes are on the disk.
 * The name says how far its source is, so that data and mark cannot differ. What is not above the
 * mark is passed over.
 */
public final class Inbox implements AutoCloseable {

  private static final String PART = ".part";
  private static final String LOCK = "lock";

  private final Disk disk;
  private final DiskLock lock;
  private final int batchBytesMax;
  private final Map<String, Long> marks = new TreeMap<>();
  private boolean isClosed;

  /** Takes the items of a source, by ascending number, each once. */
  public interface Reader {
    void take(String source, BatchItem item) throws IOException;
  }

  private Inbox(Disk disk, DiskLock lock, int batchBytesMax) throws DiskException {
    this.disk = disk;
    this.lock = lock;
    this.batchBytesMax = batchBytesMax;
    for (var name : disk.list()) {
      // Only what this left behind: the folder may hold other things.
      if (name.endsWith(PART)
          && BatchFile.of(name.substring(0, name.length() - PART.length())).isPresent()) {
        disk.delete(name);
      }
    }
    // What is there was forced before it got its name; now its name is as well.
    disk.force();
    BatchFile.list(disk).forEach(place -> marks.merge(place.source(), place.last(), Math::max));
  }

  /**
   * Opens the inbox on {@code disk}, which nobody else may hold.
   *
   * @param batchBytesMax of a batch before it was compressed
   * @throws DiskException of kind {@code LOCKED} if another inbox holds the disk
   */
  public static Inbox open(Disk disk, int batchBytesMax) throws DiskException {
    var lock = disk.lock(LOCK);
    try {
      return new Inbox(disk, lock, batchBytesMax);
    } catch (DiskException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** Through which number it has everything of {@code source}; 0 if nothing. */
  public synchronized long through(String source) {
    return marks.getOrDefault(source, 0L);
  }

  /** Takes a batch in its envelope. What is acknowledged is durable. */
  public synchronized Delivery receive(byte[] envelope) {
    if (isClosed) {
      return new Delivery.Refused(Delivery.Reason.FAILED, "closed (expected: an open inbox)");
    }
    try {
      return receive(BatchCodec.decode(envelope, batchBytesMax), envelope);
    } catch (BatchException e) {
      var reason =
          switch (e.kind()) {
            case CORRUPT -> Delivery.Reason.CORRUPT;
            case NEWER -> Delivery.Reason.NEWER;
            case TOO_LARGE -> Delivery.Reason.TOO_LARGE;
          };
      return new Delivery.Refused(reason, String.valueOf(e.getMessage()));
    } catch (DiskException e) {
      var reason =
          e.kind() == DiskException.Kind.FULL ? Delivery.Reason.FULL : Delivery.Reason.FAILED;
      return new Delivery.Refused(reason, String.valueOf(e.getMessage()));
    }
  }

  private Delivery receive(Batch batch, byte[] envelope) throws DiskException {
    var mark = through(batch.source());
    if (batch.last() <= mark) {
      return new Delivery.Acknowledged(mark);
    }
    if (batch.after() > mark) {
      return new Delivery.Behind(mark);
    }
    var isNew = batch.after() == mark;
    keep(
        new BatchFile(batch.source(), mark, batch.last()),
        isNew ? envelope : BatchCodec.encode(batch.beyond(mark), true));
    marks.put(batch.source(), batch.last());
    return new Delivery.Acknowledged(batch.last());
  }

  private void keep(BatchFile place, byte[] envelope) throws DiskException {
    var part = place.name() + PART;
    disk.delete(part);
    try (var file = disk.create(part)) {
      file.append(ByteBuffer.wrap(envelope));
      file.force();
    }
    disk.rename(part, place.name());
    disk.force();
  }

  /**
   * Reads all that is in an inbox, which may be in use.
   *
   * @throws BatchException if a file is not what was written
   */
  public static void read(Disk disk, Reader reader) throws IOException {
    var items = InboxReader.once(disk);
    for (var next = items.next(); next.isPresent(); next = items.next()) {
      reader.take(next.get().source(), next.get().item());
    }
  }

  /** Waits for a batch that is just being taken. */
  @Override
  public synchronized void close() {
    isClosed = true;
    lock.close();
  }
}
