package dev.weft.cluster.lookout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import dev.weft.link.identity.Address;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LookoutActorTest {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Neighbour BOX =
      new Neighbour(Address.of("10.0.0.1", 25520), 1, Address.of("10.0.0.1", 25521));

  /** Looks, after which whatever was asked of the actor before has been done. */
  private static final int SETTLED_LOOKS = 20;

  private final BlockingQueue<Neighbour> removed = new LinkedBlockingQueue<>();
  private final BlockingQueue<Boolean> looks = new LinkedBlockingQueue<>();
  private final BlockingQueue<Neighbour> knocks = new LinkedBlockingQueue<>();
  private volatile boolean isConnected = true;
  private volatile Knock knock = Knock.REFUSED;

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void aProcessThatHasEndedIsRemovedOnceByWhoHasTheRight() throws InterruptedException {
    start(() -> CompletableFuture.completedFuture(true));
    isConnected = false;

    assertEquals(BOX, removed.poll(20, TimeUnit.SECONDS));
    settle();
    assertEquals(List.of(), List.copyOf(removed));
    assertEquals(4, knocks.size(), "three, and one when it has the right");
  }

  @Test
  void withoutTheRightNobodyIsRemoved() throws InterruptedException {
    var asked = new CompletableFuture<Boolean>();
    start(
        () -> {
          asked.complete(false);
          return asked;
        });
    isConnected = false;

    asked.join();
    settle();
    assertNull(removed.poll());
  }

  @Test
  void aJournalThatDoesNotAnswerRemovesNobodyAndIsAskedAgainWhenTheNextLinkBreaks()
      throws InterruptedException {
    var answers =
        new LinkedBlockingQueue<CompletionStage<Boolean>>(
            List.of(
                CompletableFuture.failedFuture(new IllegalStateException("no journal")),
                CompletableFuture.completedFuture(true)));
    start(() -> java.util.Objects.requireNonNull(answers.poll()));
    isConnected = false;
    while (answers.size() == 2) {
      assertNotNull(looks.poll(20, TimeUnit.SECONDS));
    }
    settle();
    assertNull(removed.poll());

    isConnected = true;
    settle();
    isConnected = false;
    assertEquals(BOX, removed.poll(20, TimeUnit.SECONDS));
  }

  @Test
  void whoTakesConnectionsStays() throws InterruptedException {
    knock = Knock.UNCLEAR;
    start(() -> CompletableFuture.failedFuture(new AssertionError("nobody asks for the right")));
    isConnected = false;

    for (var i = 0; i < 10; i++) {
      assertNotNull(knocks.poll(20, TimeUnit.SECONDS));
    }
    assertNull(removed.poll());
  }

  private void start(Supplier<CompletionStage<Boolean>> right) throws InterruptedException {
    var settings = new LookoutSettings(true, Duration.ofMillis(1), Duration.ofSeconds(1), 3);
    KIT.spawn(
        LookoutActor.create(
            new LookoutActor.Setup(
                settings,
                () -> List.of(BOX),
                _ -> {
                  var isThere = isConnected; // As told: the test may change it meanwhile.
                  looks.add(isThere);
                  return isThere;
                },
                neighbour -> {
                  knocks.add(neighbour);
                  return CompletableFuture.completedFuture(knock);
                },
                right,
                removed::add)));
    assertNotNull(looks.poll(20, TimeUnit.SECONDS));
  }

  private void settle() throws InterruptedException {
    looks.clear();
    for (var i = 0; i < SETTLED_LOOKS; i++) {
      assertNotNull(looks.poll(20, TimeUnit.SECONDS));
    }
  }
}
