package dev.weft.persistence.segment;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.FolderDisk;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a folder. */
class FolderStoreTest extends TraceStoreContract {

  @TempDir Path folder;

  @Override
  Disk disk() throws IOException {
    return FolderDisk.at(folder);
  }
}
