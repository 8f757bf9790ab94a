package dev.weft.app.command;

import dev.weft.app.failure.WrongUse;
import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.outbox.Cursors;
import dev.weft.persistence.outbox.UploadTags;
import dev.weft.persistence.segment.SegmentStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * The folder of an edge buffer that no other process has open, and its outbox's folder within.
 *
 * @param store only read: it writes no class, and deletes nothing
 */
record OutboxFolder(SegmentStore store, Disk cursors) implements AutoCloseable {

  static OutboxFolder open(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new WrongUse("folder: '%s' (expected: the folder of an edge buffer)".formatted(folder));
    }
    var disk = FolderDisk.at(folder);
    if (!SegmentStore.isAt(disk)) {
      throw new WrongUse("folder: '%s' (expected: the folder of an edge buffer)".formatted(folder));
    }
    var store = SegmentStore.openToRead(disk);
    try {
      return new OutboxFolder(store, FolderDisk.at(folder.resolve(Cursors.FOLDER)));
    } catch (IOException e) {
      store.close();
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
  public void close() throws IOException {
    store.close();
  }
}
