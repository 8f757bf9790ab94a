package dev.weft.link.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A receiver that closes leaves nobody in doubt whether a request was carried out. */
class FarewellTest {

  private static final byte[] SMALL = {7};
  private static final int ASKED = 2_000;
  private static final int UNDER_WAY = 100;
  private static final byte[] LARGE = new byte[100_000];

  private final LinkedBlockingQueue<CompletableFuture<Answer>> waiting =
      new LinkedBlockingQueue<>();
  private final AtomicInteger runs = new AtomicInteger();
  private final Map<String, Handler> handlers =
      Map.of(
          "count",
              asked -> {
                runs.incrementAndGet();
                return Ends.ECHO.handle(asked);
              },
          "wait",
              _ -> {
                var answer = new CompletableFuture<Answer>();
                waiting.add(answer);
                return answer;
              });

  private Ends ends;
  private Thread closing;

  @BeforeEach
  void begin() throws Exception {
    ends = Ends.begin(Map.of("farewell", Duration.ofSeconds(20)), handlers);
    ends.untilConnected();
    closing = new Thread(() -> ends.exchange().close());
  }

  @AfterEach
  void end() throws InterruptedException {
    closing.interrupt();
    closing.join();
    ends.close();
  }

  @Test
  void whatRunsIsAnsweredAndWhatComesIsRefusedAtOnce() throws Exception {
    var running = ends.ask("wait", 0, SMALL);
    var answer = waiting.take();
    closing.start();
    Ends.until(() -> isRefused(ends.ask("count", 1, SMALL)));
    assertFalse(running.isDone());
    answer.complete(new Answer.Done(SMALL));
    assertArrayEquals(SMALL, Ends.done(running));
    closing.join(Duration.ofSeconds(10));
    assertFalse(closing.isAlive(), "it waits for a sender that has gone");
  }

  /** Such a one certainly has not run. */
  private boolean isRefused(CompletableFuture<Answer> answer) {
    return answer.join() instanceof Answer.Refused(var reason, var mayHaveRun, _)
        && reason == Reason.CLOSED
        && !mayHaveRun;
  }

  @Test
  void nothingIsInDoubtThatIsSentWhileItCloses() throws Exception {
    var under = new ArrayDeque<CompletableFuture<Answer>>();
    var done = 0;
    for (var asked = 0; asked < ASKED; asked++) {
      if (asked == ASKED / 2) {
        closing.start();
      }
      under.add(ends.ask("count", asked % 2, asked % 10 == 0 ? LARGE : SMALL));
      if (under.size() == UNDER_WAY) {
        done += runs(under.remove());
      }
    }
    for (var answer : under) {
      done += runs(answer);
    }
    assertTrue(done >= ASKED / 2 - UNDER_WAY, done + " of " + ASKED);
    assertEquals(runs.get(), done);
    closing.join(Duration.ofSeconds(10));
    assertFalse(closing.isAlive(), "it waits for a sender that has gone");
  }

  private static int runs(CompletableFuture<Answer> answer) throws Exception {
    if (Ends.get(answer) instanceof Answer.Refused refused) {
      assertFalse(refused.mayHaveRun(), refused.toString());
      return 0;
    }
    return 1;
  }

  @Test
  void whatDoesNotComeToItsEndIsNotWaitedForWithoutEnd() throws Exception {
    ends.close();
    ends = Ends.begin(Map.of("farewell", Duration.ofMillis(50)), handlers);
    ends.untilConnected();
    var running = ends.ask("wait", 0, SMALL, Duration.ofSeconds(2));
    waiting.take();
    ends.exchange().close();
    var refused = assertInstanceOf(Answer.Refused.class, Ends.get(running));
    assertTrue(refused.mayHaveRun());
  }
}
