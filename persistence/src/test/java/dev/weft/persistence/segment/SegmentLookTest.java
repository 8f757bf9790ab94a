package dev.weft.persistence.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.testkit.SimulatedDisk;
import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.Retention;
import dev.weft.persistence.trace.TraceSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** What a look from outside sees of a buffer that someone has open. */
class SegmentLookTest {

  private static final TraceSettings SETTINGS =
      TraceSettings.of(
              List.of(
                  new Retention(
                      "frames", 8_192, Duration.ofDays(1), 512, Retention.WhenHeld.DROP_NEW)))
          .withMasterKey(new SecretKeySpec(new byte[32], "AES"));

  private final SimulatedDisk disk = new SimulatedDisk(1);

  private static List<Long> seen(Disk disk, long from) throws IOException {
    var numbers = new ArrayList<Long>();
    SegmentLook.at(disk, from, seen -> numbers.add(seen.number()));
    return numbers;
  }

  private static long number(Outcome outcome) {
    return outcome instanceof Outcome.Kept(var number, var _) ? number : -1;
  }

  @Test
  void seesWhatIsDurableFromANumberOnOfAnEncryptedBufferInUse() throws IOException {
    try (var rig = new StoreRig(disk, SETTINGS)) {
      var numbers = new ArrayList<Long>();
      for (var i = 0; i < 20; i++) {
        numbers.add(number(rig.keep("a", "record " + i)));
        var from = numbers.get(i / 2);
        assertEquals(numbers.subList(i / 2, i + 1), seen(disk, from));
      }
    }
  }

  @Test
  void leavesOutWhatAFailedGroupLeftBehind() throws IOException {
    try (var rig = new StoreRig(disk, SETTINGS.withRetryDelay(Duration.ZERO))) {
      var kept = new ArrayList<Long>();
      kept.add(number(rig.keep("a", "one")));
      disk.onForce(
          name -> {
            throw new DiskException(DiskException.Kind.FAILED, name + ": fault");
          });
      assertEquals(-1, number(rig.keep("a", "two")));
      disk.onForce(SimulatedDisk.Fault.NONE);
      kept.add(number(rig.keep("a", "three")));
      assertEquals(kept, seen(disk, 1));
    }
  }

  @Test
  void seesTheSameAfterRetentionAndLeavesTheDiskAsItWas() throws IOException {
    try (var rig = new StoreRig(disk, SETTINGS)) {
      for (var i = 0; i < 200; i++) {
        rig.keep("a", "record " + i);
      }
      var before = disk.list();
      var numbers = seen(disk, 1);
      var expected =
          rig.records(dev.weft.persistence.trace.TraceQuery.all()).stream()
              .map(record -> record.number())
              .toList();
      assertTrue(expected.size() < 200, "some were deleted");
      assertEquals(expected, numbers);
      assertEquals(before, disk.list());
    }
  }
}
