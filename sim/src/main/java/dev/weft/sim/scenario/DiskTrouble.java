package dev.weft.sim.scenario;

import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.testkit.SimulatedDisk;
import dev.weft.sim.world.World;

/** Faults of a disk that come and go while its machine is up. */
final class DiskTrouble {

  private final World world;
  private final String name;
  private final SimulatedDisk disk;

  DiskTrouble(World world, String name, SimulatedDisk disk) {
    this.world = world;
    this.name = name;
    this.disk = disk;
  }

  void fill(long moreBytes) {
    world.note("%s has %d bytes left".formatted(name, moreBytes));
    disk.limit(disk.list().stream().mapToLong(disk::size).sum() + moreBytes);
  }

  void failForces() {
    world.note(name + " fails to force");
    disk.onForce(DiskTrouble::fail);
  }

  void failAppends() {
    world.note(name + " fails to write");
    disk.onAppend(DiskTrouble::fail);
  }

  /** Has the machine lose its power when the disk is next to be forced. */
  void endAtForce(Runnable powerOff) {
    world.note(name + " will be forced, and the power fails then");
    disk.onForce(
        file -> {
          end();
          powerOff.run();
          throw new DiskException(DiskException.Kind.FAILED, file + ": the power is gone");
        });
  }

  /** Turns one bit of {@code file}, if it is there. */
  void flipBit(String file) {
    var size = (int) disk.size(file);
    if (size > 0) {
      var random = world.faults();
      var offset = random.nextInt(size);
      var bit = random.nextInt(Byte.SIZE);
      world.note("%s: bit %d of byte %d of %s turns".formatted(name, bit, offset, file));
      disk.flip(file, offset, bit);
    }
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
