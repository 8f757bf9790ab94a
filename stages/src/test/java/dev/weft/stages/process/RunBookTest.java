package dev.weft.stages.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RunBookTest {

  @Test
  void onlyTheRunThatHadBegunIsLostAndTheOthersGoFirstNextTime() {
    var book = new RunBook<String>(8);
    for (var run : List.of("a", "b", "c")) {
      book.add(run);
      var _ = book.send();
    }
    book.add("d");
    assertEquals(Optional.of("a"), book.processEnded(true));
    assertEquals(List.of("b", "c", "d"), sendAll(book));
  }

  @Test
  void aProcessThatEndsIdleLosesNothing() {
    var book = new RunBook<String>(8);
    book.add("a");
    var _ = book.send();
    assertEquals(Optional.empty(), book.processEnded(false));
    assertEquals(List.of("a"), sendAll(book));
  }

  @Test
  void aRunUnderWhichProcessesKeepEndingIsGivenUp() {
    var book = new RunBook<String>(8);
    book.add("a");
    book.add("b");
    for (var attempt = 1; attempt < RunBook.ATTEMPTS_MAX; attempt++) {
      assertEquals(List.of("a", "b"), sendAll(book));
      assertEquals(Optional.empty(), book.processEnded(false));
    }
    assertEquals(List.of("a", "b"), sendAll(book));
    assertEquals(Optional.of("a"), book.processEnded(false));
    assertEquals(List.of("b"), sendAll(book));
  }

  @Test
  void noMoreGoInThanMayAndOnlyWaitingRunsAreWithdrawn() {
    var book = new RunBook<String>(2);
    assertTrue(book.add("a"));
    assertTrue(book.add("b"));
    assertFalse(book.add("c"));
    var _ = book.send();
    assertFalse(book.withdraw("a"));
    assertEquals(0, book.sentIndex("a"));
    assertTrue(book.withdraw("b"));
    assertTrue(book.add("c"));
  }

  @Test
  void everyRunComesOutExactlyOnceWhateverHappens() {
    for (var seed = 0; seed < 500; seed++) {
      var random = new Random(seed);
      var book = new RunBook<Integer>(1 + random.nextInt(6));
      var out = new ArrayList<Integer>();
      var in = 0;
      for (var step = 0; step < 200; step++) {
        switch (random.nextInt(6)) {
          case 0, 1 -> in += book.add(in) ? 1 : 0;
          case 2 -> book.send();
          case 3 -> book.end().ifPresent(out::add);
          case 4 -> book.processEnded(random.nextBoolean()).ifPresent(out::add);
          default -> {
            var run = Integer.valueOf(random.nextInt(in + 1));
            // Withdrawal goes by identity, as two runs may be equal.
            if (run < 128 && book.withdraw(run)) {
              out.add(run);
            }
          }
        }
      }
      out.addAll(book.clear());
      assertEquals(in, out.size(), "seed " + seed);
      assertEquals(in, new HashSet<>(out).size(), "seed " + seed);
    }
  }

  private static List<String> sendAll(RunBook<String> book) {
    var sent = new ArrayList<String>();
    for (var run = book.send(); run.isPresent(); run = book.send()) {
      sent.add(run.get());
    }
    return sent;
  }
}
