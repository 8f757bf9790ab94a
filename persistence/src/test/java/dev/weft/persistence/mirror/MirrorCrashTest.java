package dev.weft.persistence.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.segment.SegmentSnapshot;
import dev.weft.persistence.testkit.SimulatedDisk;
import dev.weft.persistence.trace.TraceItem;
import dev.weft.persistence.trace.TraceQuery;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Ends the owner and its standby at random, loses, repeats and delays what is between them and to
 * the destination, and holds the destination against the owner's disk.
 */
class MirrorCrashTest {

  private static final int SEEDS = Integer.getInteger("weft.mirror.seeds", 200);

  @Test
  void theDestinationHasNoHoleAndNothingTwiceAndAllThatWasSafe() throws IOException {
    var safe = 0;
    var taken = 0;
    for (var seed = 0; seed < SEEDS; seed++) {
      try {
        var life = new Life(seed);
        life.live();
        safe += life.site.safe.size();
        taken += life.taken ? 1 : 0;
      } catch (AssertionError | RuntimeException | IOException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    // Else nothing was tested.
    assertTrue(safe > SEEDS * 10, "safe: " + safe);
    assertTrue(taken > SEEDS / 4, "taken over: " + taken);
  }

  /** Both live and reach each other: the standby has what the owner has. */
  private static void checkInStep(MirrorSite site) throws IOException {
    var now = site.owner().orElseThrow().status();
    assertTrue(now.isInStep(), now.toString());
    assertEquals(0, now.lagBytes());
    assertTrue(site.mirrorDisks.containsKey(site.source()), site.source());
    var there = site.mirrorDisks.getOrDefault(site.source(), site.ownerDisk);
    assertEquals(files(site.ownerDisk), files(there));
    assertEquals(items(site.ownerDisk), items(there));
  }

  private static List<String> files(SimulatedDisk disk) throws IOException {
    return disk.list().stream()
        .filter(name -> name.endsWith(".segment") || name.endsWith(".blob"))
        .toList();
  }

  private static List<String> items(SimulatedDisk disk) throws IOException {
    var all = new ArrayList<String>();
    try (var items = SegmentSnapshot.of(disk).read(TraceQuery.all())) {
      for (var item = items.next(); item.isPresent(); item = items.next()) {
        all.add(
            item.get() instanceof TraceItem.TraceRecord record
                ? record.number() + " " + HexFormat.of().formatHex(record.hash())
                : item.get().toString());
      }
    }
    return all;
  }

  private static final class Life {

    private final MirrorSite site;
    private boolean taken;

    Life(long seed) throws IOException {
      site = new MirrorSite(seed);
    }

    void live() throws IOException {
      var random = site.random;
      site.startOwner();
      site.startFollower();
      site.link.lossy(true);
      for (var steps = 20 + random.nextInt(60); steps > 0; steps--) {
        happen();
        if (site.owner().isPresent()) {
          site.record(random.nextInt(6));
        }
        site.pass(MirrorSite.TICK.multipliedBy(1 + random.nextInt(15)));
        taken |= isSending();
      }
      var returns = random.nextBoolean();
      end(returns);
      site.check(returns);
      if (returns) {
        checkInStep(site);
      }
    }

    private boolean isSending() {
      return site.follower().filter(one -> one.status().sending().isPresent()).isPresent();
    }

    private void happen() throws IOException {
      var random = site.random;
      switch (random.nextInt(60)) {
        case 0 -> {
          if (site.owner().isPresent()) {
            site.loseOwner(random.nextBoolean());
          }
        }
        case 1 -> {
          if (site.follower().isPresent()) {
            site.loseFollower(random.nextBoolean());
          }
        }
        case 2, 3, 4, 5, 6, 7 -> {
          if (site.owner().isEmpty()) {
            site.startOwner();
          }
        }
        case 8, 9, 10, 11, 12, 13 -> {
          if (site.follower().isEmpty()) {
            tryToFollow();
          }
        }
        case 14 -> site.link.cut(true);
        case 15, 16, 17 -> site.link.cut(false);
        case 18 -> failForces(random.nextInt(4));
        default -> {}
      }
    }

    /** A disk that fails as it starts has it start another time. */
    private void tryToFollow() throws IOException {
      try {
        site.startFollower();
      } catch (DiskException e) {
        if (e.kind() != DiskException.Kind.FULL) {
          throw e;
        }
      }
    }

    /** Some of the standby's next forces fail, and with them what they were for. */
    private void failForces(int after) {
      var left = new int[] {after, 2};
      site.mirrorDisks
          .values()
          .forEach(
              disk ->
                  disk.onForce(
                      name -> {
                        if (left[0]-- <= 0 && left[1]-- > 0) {
                          throw new DiskException(DiskException.Kind.FULL, name + ": full");
                        }
                      }));
    }

    private void end(boolean returns) throws IOException {
      site.isFair = true;
      site.mirrorDisks.values().forEach(disk -> disk.onForce(SimulatedDisk.Fault.NONE));
      site.link.lossy(false);
      site.link.cut(false);
      if (site.owner().isPresent() && !returns) {
        site.loseOwner(site.random.nextBoolean());
      }
      if (site.owner().isEmpty() && returns) {
        site.startOwner();
      }
      if (site.follower().isEmpty()) {
        site.startFollower();
      }
      site.pass(Duration.ofSeconds(8));
    }
  }
}
