package dev.weft.persistence.segment;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.trace.BlobId;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The blobs of one retention class, each in a file named by its digest, each there for as long as a
 * segment refers to it. A blob is forced before the record that refers to it is written, so one
 * that no record refers to may be torn and is never trusted. For one thread.
 */
final class BlobShelf {

  private final Disk disk;
  private final String retentionClass;
  private final Map<BlobId, Shelved> shelved = new HashMap<>();
  private final Map<Segment, Set<BlobId>> referred = new HashMap<>();
  private long bytes;

  BlobShelf(Disk disk, String retentionClass) {
    this.disk = disk;
    this.retentionClass = retentionClass;
  }

  private static final class Shelved {
    long size;
    int segments;
  }

  boolean has(BlobId id) {
    return shelved.containsKey(id);
  }

  long bytes() {
    return bytes;
  }

  /** Bytes of all blobs that {@code segment} refers to. */
  long bytesOf(Segment segment) {
    var sum = 0L;
    for (var id : segment.blobs()) {
      var blob = shelved.get(id);
      sum += blob == null ? 0 : blob.size;
    }
    return sum;
  }

  /** Writes and forces {@code blobs}; their names are durable once the folder is forced. */
  void write(Map<BlobId, byte[]> blobs) throws DiskException {
    for (var blob : blobs.entrySet()) {
      var name = Names.blob(retentionClass, blob.getKey());
      disk.delete(name);
      var file = disk.create(name);
      try {
        file.append(ByteBuffer.wrap(blob.getValue()));
        file.force();
      } finally {
        file.close();
      }
    }
  }

  /** Deletes, as far as the disk lets it, what no record will refer to. */
  void unwrite(Collection<BlobId> blobs) {
    for (var id : blobs) {
      try {
        disk.delete(Names.blob(retentionClass, id));
      } catch (DiskException e) {
        return;
      }
    }
  }

  /** Counts what {@code segment} refers to, those that were counted before left out. */
  void refer(Segment segment) {
    if (segment.blobs().isEmpty()) {
      return;
    }
    var counted = referred.computeIfAbsent(segment, _ -> new HashSet<>());
    for (var id : segment.blobs()) {
      if (counted.add(id)) {
        shelved.computeIfAbsent(id, this::measured).segments++;
      }
    }
  }

  private Shelved measured(BlobId id) {
    var blob = new Shelved();
    try {
      blob.size = Math.max(0, disk.size(Names.blob(retentionClass, id)));
    } catch (DiskException e) {
      blob.size = 0;
    }
    bytes += blob.size;
    return blob;
  }

  /** Deletes what only {@code segment} referred to. */
  void release(Segment segment) throws DiskException {
    var counted = referred.remove(segment);
    if (counted == null) {
      return;
    }
    for (var id : counted) {
      var blob = shelved.get(id);
      if (blob != null && --blob.segments == 0) {
        shelved.remove(id);
        bytes -= blob.size;
        disk.delete(Names.blob(retentionClass, id));
      }
    }
  }
}
