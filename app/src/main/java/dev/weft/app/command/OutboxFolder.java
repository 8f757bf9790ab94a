package dev.weft.app.command;

import dev.weft.app.failure.WrongUse;
import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.outbox.UploadTags;
import dev.weft.persistence.segment.SegmentStore;
import dev.weft.persistence.trace.TraceSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The folder of an edge buffer that no other process has open, and its outbox's folder within.
 *
 * @param store only read: it writes no class, and deletes nothing
 */
record OutboxFolder(SegmentStore store, Disk cursors) implements AutoCloseable {

  private static final String OUTBOX = "outbox";

  static OutboxFolder open(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new WrongUse("folder: '%s' (expected: the folder of an edge buffer)".formatted(folder));
    }
    try {
      return new OutboxFolder(
          SegmentStore.open(FolderDisk.at(folder), TraceSettings.of(List.of())),
          FolderDisk.at(folder.resolve(OUTBOX)));
    } catch (DiskException e) {
      if (e.kind() == DiskException.Kind.LOCKED) {
        throw new WrongUse(
            "folder: '%s' is in use by another process (expected: one that is not)"
                .formatted(folder));
      }
      throw e;
    }
  }

  /** The classes named, or all that are there if none is. */
  UploadTags tags(Set<String> named) {
    var all = store.status().bytes().keySet();
    for (var name : named) {
      if (!all.contains(name)) {
        throw new WrongUse("--class: '%s' (expected: one of %s)".formatted(name, all));
      }
    }
    if (all.isEmpty()) {
      throw new WrongUse("folder: holds no record (expected: the folder of an edge buffer)");
    }
    return new UploadTags(named.isEmpty() ? all : named, Set.of());
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
