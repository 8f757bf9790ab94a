package dev.weft.persistence.segment;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.MemoryDisk;

/** The contract on memory. */
class MemoryStoreTest extends TraceStoreContract {

  @Override
  Disk disk() {
    return new MemoryDisk();
  }
}
