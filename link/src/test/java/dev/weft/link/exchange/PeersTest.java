package dev.weft.link.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.link.identity.Address;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

class PeersTest {

  private static final byte[] SMALL = {7};

  private final LinkedBlockingQueue<CompletableFuture<Answer>> waiting =
      new LinkedBlockingQueue<>();
  private final Map<String, Handler> handlers =
      Map.of(
          "echo",
          Ends.ECHO,
          "wait",
          _ -> {
            var answer = new CompletableFuture<Answer>();
            waiting.add(answer);
            return answer;
          });

  @Test
  void aKnownNodeIsFoundWhenThereAreAsManyAsMayBe() throws Exception {
    try (var ends = Ends.begin(Map.of("peers-max", 1), handlers)) {
      assertSame(ends.peer(), ends.peers().at(ends.peer().address()));
      var other = Address.of(Ends.HOST, 1);
      var tooMany = assertThrows(IllegalStateException.class, () -> ends.peers().at(other));
      assertEquals("peers: 1 (expected: open, fewer than 1)", tooMany.getMessage());
    }
  }

  @Test
  void aNodeThatIsGoneIsLeftWhenNothingIsUnderWay() throws Exception {
    try (var ends = Ends.begin(Map.of("peers-max", 1), handlers)) {
      var gone = ends.peer().address();
      var answer = ends.ask("wait", 0, SMALL);
      var there = waiting.take();
      ends.peers().leave(gone::equals);
      assertEquals(List.of(ends.peer()), ends.peers().all());
      there.complete(new Answer.Done(SMALL));
      assertArrayEquals(SMALL, Ends.done(answer));
      ends.peers().leave(_ -> false);
      assertEquals(List.of(ends.peer()), ends.peers().all());
      ends.peers().leave(gone::equals);
      assertTrue(ends.peers().all().isEmpty());
      assertEquals(PeerStatus.State.CLOSED, ends.peer().status().state());
      // Its place is free, and it can be asked anew.
      var again = ends.peers().at(gone);
      assertArrayEquals(SMALL, Ends.done(again.ask(new Request("echo", 0, SMALL, Ends.LONG))));
    }
  }

  @Test
  void theFirstRequestWaitsForNoLookAtTheTime() throws Exception {
    var slow = Map.of("heartbeat", Duration.ofMinutes(1), "silence-max", Duration.ofMinutes(3));
    try (var ends = Ends.begin(slow, handlers)) {
      var answer = ends.ask("echo", 0, SMALL, Duration.ofSeconds(10));
      assertArrayEquals(SMALL, Ends.done(answer));
    }
  }
}
