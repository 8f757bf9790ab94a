package dev.weft.gateway.observatory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LiveTest {

  private final List<String> asked = new ArrayList<>();
  private final Live live = new Live(new Counting(), 2);

  private final class Counting implements Live.Source {
    private int made;

    @Override
    public void look() {
      asked.add("look");
    }

    @Override
    public void begin() {
      asked.add("begin");
    }

    @Override
    public String snapshot() {
      asked.add("snapshot");
      if (made == 1) {
        made++;
        throw new IllegalStateException("told by a test");
      }
      return Integer.toString(++made);
    }
  }

  /** As it is done each second: what fails is left behind. */
  private void round() {
    try {
      live.step();
    } catch (IllegalStateException e) {
      asked.add("failed");
    }
  }

  private Live.Subscription subscribe() {
    return live.subscribe().orElseThrow();
  }

  @Test
  void noSnapshotIsMadeWhileNobodyLooks() {
    live.step();
    try (var _ = subscribe()) {
      live.step();
    }
    live.step();
    assertEquals(List.of("look", "look", "begin", "look"), asked);
  }

  @Test
  void oneSnapshotIsMadeForAllWhoLook() throws InterruptedException {
    try (var one = subscribe();
        var other = subscribe()) {
      live.step();
      live.step();
      assertEquals(Optional.of("1"), one.next());
      assertEquals(Optional.of("1"), other.next());
      assertEquals(List.of("look", "begin", "look", "snapshot"), asked);
    }
  }

  @Test
  void whoIsSlowGetsTheNewestAndHoldsUpNobody() throws InterruptedException {
    try (var slow = subscribe()) {
      for (var i = 0; i < 5; i++) {
        round();
      }
      assertEquals(Optional.of("4"), slow.next());
    }
  }

  @Test
  void aSnapshotThatFailsIsLeftOutAndTheNextComes() throws InterruptedException {
    try (var one = subscribe()) {
      live.step();
      live.step();
      assertEquals(Optional.of("1"), one.next());
      assertThrows(IllegalStateException.class, live::step);
      live.step();
      assertEquals(Optional.of("3"), one.next());
    }
  }

  @Test
  void noMoreLookThanMayUntilOneLeaves() {
    var first = subscribe();
    try (var _ = subscribe()) {
      assertTrue(live.subscribe().isEmpty());
      first.close();
      first.close();
      assertEquals(1, live.subscribers());
      subscribe().close();
    }
  }

  @Test
  void whoWaitsIsToldThatThereIsNoMoreWhenItCloses() {
    var one = subscribe();
    var told = new CompletableFuture<Optional<String>>();
    Thread.startVirtualThread(
        () -> {
          try (one) {
            told.complete(one.next());
          } catch (InterruptedException e) {
            told.completeExceptionally(e);
          }
        });
    live.close();
    assertEquals(Optional.empty(), told.join());
    assertEquals(0, live.subscribers());
    assertTrue(live.subscribe().isEmpty());
  }
}
