package dev.weft.cluster.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Asked;
import dev.weft.link.exchange.Reason;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class GateTest {

  private final CompletableFuture<Answer> answer = new CompletableFuture<>();
  private final Gate gate = new Gate(_ -> answer);

  private static Asked asked() {
    return new Asked("node", "frame", 0, new byte[0], System.nanoTime());
  }

  @Test
  void isEmptyWhenTheLastHasItsAnswer() {
    var inside = gate.handle(asked()).toCompletableFuture();
    var empty = gate.shut();
    assertFalse(empty.isDone());
    var late =
        assertInstanceOf(Answer.Refused.class, gate.handle(asked()).toCompletableFuture().join());
    assertEquals(Reason.CLOSED, late.reason());
    assertFalse(late.mayHaveRun());

    answer.complete(new Answer.Done(new byte[1]));
    assertTrue(empty.isDone());
    assertInstanceOf(Answer.Done.class, inside.join());
  }

  @Test
  void isEmptyAtOnceIfNobodyIsInside() {
    assertTrue(gate.shut().isDone());
    assertTrue(gate.shut().isDone());
  }

  @Test
  void whoFailsHasLeft() {
    var failing =
        new Gate(
            _ -> {
              throw new IllegalStateException("broken by a test");
            });
    assertThrows(IllegalStateException.class, () -> failing.handle(asked()));
    assertTrue(failing.shut().isDone());
  }
}
