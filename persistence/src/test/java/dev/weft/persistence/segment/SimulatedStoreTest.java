package dev.weft.persistence.segment;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.testkit.SimulatedDisk;

/** The contract on a simulated disk. */
class SimulatedStoreTest extends TraceStoreContract {

  @Override
  Disk disk() {
    return new SimulatedDisk(1);
  }
}
