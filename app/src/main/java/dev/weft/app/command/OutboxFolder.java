package dev.weft.app.command;

import dev.weft.app.failure.WrongUse;
import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskLock;
import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.outbox.Cursors;
import dev.weft.persistence.outbox.UploadTags;
import dev.weft.persistence.segment.SegmentSnapshot;
import dev.weft.persistence.segment.SegmentStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * The folder of an edge buffer that no other process has open, and its outbox's folder within.
 *
 * @param lock keeps others out, who would send with the same cursors
 */
record OutboxFolder(SegmentSnapshot store, Disk cursors, DiskLock lock) implements AutoCloseable {

  static OutboxFolder open(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new WrongUse("folder: '%s' (expected: the folder of an edge buffer)".formatted(folder));
    }
    if (!SegmentStore.isAt(FolderDisk.toRead(folder))) {
      throw new WrongUse("folder: '%s' (expected: the folder of an edge buffer)".formatted(folder));
    }
    if (SegmentStore.isMirror(FolderDisk.toRead(folder))) {
      throw new WrongUse(
          ("folder: '%s', a standby's copy of another node's buffer, which the standby itself sends"
                  + " (expected: the folder of an edge buffer)")
              .formatted(folder));
    }
    var lock = SegmentStore.lock(FolderDisk.at(folder));
    try {
      return new OutboxFolder(
          SegmentSnapshot.of(FolderDisk.toRead(folder)),
          FolderDisk.at(folder.resolve(Cursors.FOLDER)),
          lock);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** The classes named; all, also those to come, if none is. */
  UploadTags tags(Set<String> named) {
    var all = store.status().bytes().keySet();
    for (var name : named) {
      if (!all.contains(name)) {
        throw new WrongUse("--class: '%s' (expected: one of %s)".formatted(name, all));
      }
    }
    return new UploadTags(named, Set.of());
  }

  @Override
  public void close() {
    store.close();
    lock.close();
  }
}
