package dev.weft.cluster.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SiteLeaseTest {

  private static final Duration LONG = Duration.ofMinutes(10);

  private final AtomicInteger givenBack = new AtomicInteger();
  private final CompletableFuture<Boolean> asked = new CompletableFuture<>();

  private CompletableFuture<Boolean> answered(Duration most) {
    return SiteLease.answered(asked, most, givenBack::incrementAndGet);
  }

  @Test
  void theAnswerIsThatOfTheJournal() {
    var answer = answered(LONG);
    asked.complete(true);

    assertTrue(answer.join());
    assertEquals(0, givenBack.get());
  }

  @Test
  void whoGetsNoAnswerInTimeIsDeniedAndGivesBackWhatComesLater() {
    assertFalse(answered(Duration.ofMillis(1)).join());
    assertEquals(0, givenBack.get());
    asked.complete(true);
    assertEquals(1, givenBack.get());
  }

  @Test
  void aLateNoIsNothingToGiveBack() {
    assertFalse(answered(Duration.ofMillis(1)).join());
    asked.complete(false);
    assertEquals(0, givenBack.get());
  }

  @Test
  void aJournalThatFailsSaysSo() {
    var answer = answered(LONG);
    asked.completeExceptionally(new IllegalStateException("down"));

    var failed = assertThrows(CompletionException.class, answer::join);
    assertTrue(failed.getCause() instanceof IllegalStateException);
  }
}
