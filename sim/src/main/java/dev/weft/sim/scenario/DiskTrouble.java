package dev.weft.sim.scenario;

import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.testkit.SimulatedDisk;
import dev.weft.sim.world.World;

/** Faults of a disk that come and go while its machine is up. */
final class DiskTrouble {

  private final World world;
  private final SimulatedDisk disk;

  DiskTrouble(World world, SimulatedDisk disk) {
    this.world = world;
    this.disk = disk;
  }

  void fill(long moreBytes) {
    world.note("the disk has %d bytes left".formatted(moreBytes));
    disk.limit(disk.list().stream().mapToLong(disk::size).sum() + moreBytes);
  }

  void failForces() {
    world.note("the disk fails to force");
    disk.onForce(DiskTrouble::fail);
  }

  void failAppends() {
    world.note("the disk fails to write");
    disk.onAppend(DiskTrouble::fail);
  }

  private static void fail(String name) throws DiskException {
    throw new DiskException(DiskException.Kind.FAILED, name + ": a simulated fault");
  }

  void end() {
    disk.limit(Long.MAX_VALUE);
    disk.onForce(SimulatedDisk.Fault.NONE);
    disk.onAppend(SimulatedDisk.Fault.NONE);
  }
}
