package dev.weft.persistence.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.disk.DiskException.Kind;
import dev.weft.persistence.testkit.SimulatedDisk;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that is replaced is the one before or the new one, whatever happens. */
class ReplaceTest {

  private static final String NAME = "settings";
  private static final byte[] BEFORE = "the one before".getBytes(UTF_8);
  private static final byte[] AFTER = "the one that is to take its place".getBytes(UTF_8);
  private static final int SEEDS = 200;

  @TempDir private Path folder;

  /** A disk with the file as it was. */
  private static SimulatedDisk disk(long seed) {
    var disk = new SimulatedDisk(seed);
    disk.put(NAME, BEFORE);
    return disk;
  }

  @Test
  void whatWasReplacedOutlivesALossOfPower() throws DiskException {
    for (var seed = 0; seed < SEEDS; seed++) {
      var disk = disk(seed);
      disk.replace(NAME, ByteBuffer.wrap(AFTER));
      disk.crash();
      assertArrayEquals(AFTER, disk.bytes(NAME), "seed " + seed);
      assertEquals(List.of(NAME), disk.list());
    }
  }

  @Test
  void whatFailedHalfWayLeavesTheOneOrTheOther() throws DiskException {
    for (var seed = 0; seed < SEEDS; seed++) {
      var disk = disk(seed);
      // At the file for one half of them, at its folder for the other.
      var at = seed % 2 == 0 ? NAME + ".part" : "folder";
      disk.onForce(
          name -> {
            if (name.equals(at)) {
              throw new DiskException(Kind.FAILED, "no power");
            }
          });
      assertThrows(DiskException.class, () -> disk.replace(NAME, ByteBuffer.wrap(AFTER)));
      disk.crash();
      var found = disk.bytes(NAME);
      assertTrue(Arrays.equals(found, BEFORE) || Arrays.equals(found, AFTER), "seed " + seed);
      // What is left beside it is in nobody's way.
      disk.onForce(SimulatedDisk.Fault.NONE);
      disk.replace(NAME, ByteBuffer.wrap(AFTER));
      assertArrayEquals(AFTER, disk.bytes(NAME));
      assertEquals(List.of(NAME), disk.list());
    }
  }

  @Test
  void aRealFileIsReplaced() throws Exception {
    var disk = FolderDisk.at(folder);
    for (var content : List.of(BEFORE, AFTER)) {
      disk.replace(NAME, ByteBuffer.wrap(content));
      assertArrayEquals(content, Files.readAllBytes(folder.resolve(NAME)));
      assertEquals(List.of(NAME), disk.list());
    }
  }
}
