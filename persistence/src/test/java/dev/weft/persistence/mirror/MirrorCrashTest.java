package dev.weft.persistence.mirror;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.testkit.SimulatedDisk;
import java.io.IOException;
import java.time.Duration;
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
        site.checkInStep();
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
