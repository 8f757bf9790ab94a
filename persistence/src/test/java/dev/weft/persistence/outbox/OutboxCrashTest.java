package dev.weft.persistence.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.testkit.SimulatedDisk;
import dev.weft.persistence.trace.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** Powers off and kills either side at random, loses, repeats and damages what is between them. */
class OutboxCrashTest {

  private static final int SEEDS = 100;
  private static final int LIVES = 6;

  @Test
  void theOtherSideHoldsEveryPromisedRecordOnce() throws IOException {
    for (var seed = 0; seed < SEEDS; seed++) {
      try {
        new World(seed).live();
      } catch (AssertionError | RuntimeException | IOException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  private static final class World {

    private final RandomGenerator random;
    private final SimulatedDisk storeDisk;
    private final SimulatedDisk cursorDisk;
    private final SimulatedDisk inboxDisk;
    private final Map<String, CompletableFuture<Outcome>> waiting = new HashMap<>();
    private final List<String> promised = new ArrayList<>();
    private final List<byte[]> seen = new ArrayList<>();
    private Instant now = OutboxRig.START;
    private Inbox inbox;
    private int next;
    private boolean isFair;

    World(long seed) throws IOException {
      random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
      storeDisk = new SimulatedDisk(seed);
      cursorDisk = new SimulatedDisk(seed + 1_000_000);
      inboxDisk = new SimulatedDisk(seed + 2_000_000);
      inbox = open();
    }

    private Inbox open() throws DiskException {
      return Inbox.open(inboxDisk, 1 << 20);
    }

    void live() throws IOException {
      for (var life = 0; life <= LIVES; life++) {
        isFair = life == LIVES;
        var rig =
            new OutboxRig(
                storeDisk, cursorDisk, link(), OutboxRig.SETTINGS, OutboxRig.roomy(), now, random);
        run(rig);
        now = rig.now;
        if (isFair) {
          check(rig);
          rig.close();
        } else if (random.nextBoolean()) {
          storeDisk.crash();
          cursorDisk.crash();
        } else {
          storeDisk.kill();
          cursorDisk.kill();
        }
      }
    }

    private void run(OutboxRig rig) throws IOException {
      inboxDisk.onForce(SimulatedDisk.Fault.NONE);
      for (var steps = 3 + random.nextInt(12); steps > 0; steps--) {
        for (var records = random.nextInt(8); records > 0; records--) {
          var isTagged = random.nextInt(4) > 0;
          var name = "r" + next++;
          var reply = rig.append(isTagged ? "upload" : "local", "kiosk", name);
          if (isTagged) {
            waiting.put(name, reply);
          }
        }
        rig.pass(Duration.ofMillis(100L * (1 + random.nextInt(20))));
        promise();
      }
      if (isFair) {
        rig.pass(Duration.ofSeconds(60));
        promise();
      }
      waiting.clear();
    }

    private void promise() {
      waiting
          .entrySet()
          .removeIf(
              entry -> {
                var isDone = entry.getValue().isDone();
                if (isDone && entry.getValue().join() instanceof Outcome.Kept) {
                  promised.add(entry.getKey());
                }
                return isDone;
              });
    }

    private void check(OutboxRig rig) throws IOException {
      var received =
          OutboxRig.received(inboxDisk).stream().filter(text -> text.startsWith("r")).toList();
      var once = new HashSet<>(received);
      assertEquals(received.size(), once.size(), "a record twice");
      for (var name : promised) {
        assertTrue(once.contains(name), () -> "promised and not there: " + name);
      }
      assertEquals(OutboxStatus.Doing.IDLE, rig.outbox.status().doing());
    }

    /** Between the two sides: loses, answers late, repeats and damages until it is fair. */
    private Sink link() {
      return new Sink() {
        @Override
        public CompletionStage<Delivery> deliver(byte[] envelope) {
          return isFair
              ? CompletableFuture.completedFuture(inbox.receive(envelope))
              : hard(envelope);
        }

        @Override
        public CompletionStage<Delivery> reached(String source) {
          return isFair || random.nextBoolean()
              ? CompletableFuture.completedFuture(new Delivery.Acknowledged(inbox.through(source)))
              : new CompletableFuture<>();
        }

        @Override
        public void close() {}
      };
    }

    private CompletionStage<Delivery> hard(byte[] envelope) {
      seen.add(envelope);
      try {
        switch (random.nextInt(9)) {
          case 0 -> {
            return new CompletableFuture<>();
          }
          case 1 -> {
            inbox.receive(envelope);
            return new CompletableFuture<>();
          }
          case 2 -> inbox.receive(seen.get(random.nextInt(seen.size())));
          case 3 -> {
            inbox.receive(envelope);
            inboxDisk.crash();
            inbox = open();
            return CompletableFuture.completedFuture(new Delivery.Unanswered("gone"));
          }
          case 6 -> {
            // Killed in the midst of it: what it wrote stays, forced or not, as does its name.
            killAtForce(random.nextInt(3));
            inbox.receive(envelope);
            inboxDisk.onForce(SimulatedDisk.Fault.NONE);
            inboxDisk.kill();
            inbox = open();
            return CompletableFuture.completedFuture(new Delivery.Unanswered("killed"));
          }
          case 4 -> {
            var damaged = envelope.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            return CompletableFuture.completedFuture(inbox.receive(damaged));
          }
          case 5 ->
              inboxDisk.onForce(
                  name -> {
                    throw new DiskException(DiskException.Kind.FAILED, name + ": fault");
                  });
          default -> inboxDisk.onForce(SimulatedDisk.Fault.NONE);
        }
        var answer = inbox.receive(envelope);
        if (random.nextInt(6) == 0) {
          inboxDisk.onForce(SimulatedDisk.Fault.NONE);
          if (random.nextBoolean()) {
            inboxDisk.crash();
          } else {
            inboxDisk.kill();
          }
          inbox = open();
        }
        return CompletableFuture.completedFuture(answer);
      } catch (DiskException e) {
        inboxDisk.onForce(SimulatedDisk.Fault.NONE);
        return CompletableFuture.completedFuture(new Delivery.Unanswered(e.toString()));
      }
    }

    /** No force goes through after so many. */
    private void killAtForce(int after) {
      var left = new int[] {after};
      inboxDisk.onForce(
          name -> {
            if (left[0]-- <= 0) {
              throw new DiskException(DiskException.Kind.FAILED, name + ": killed");
            }
          });
    }
  }
}
