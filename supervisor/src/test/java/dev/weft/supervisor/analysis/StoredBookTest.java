package dev.weft.supervisor.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told of recorded frames. */
class StoredBookTest {

  private final StoredBook book = new StoredBook();

  @Test
  void hasNothingToTellBeforeAnythingHappened() {
    assertEquals(List.of(), book.notes());
    assertEquals(0, book.frames());
  }

  @Test
  void countsFramesAndReasonsApart() {
    book.compared();
    book.compared();
    book.notUsed("its inputs were not kept");
    book.notUsed("another variant");
    book.notUsed("its inputs were not kept");
    book.ended("no more");

    assertEquals(2, book.frames());
    assertEquals(
        List.of(
            "2 frames are from a trace, as callers brought too few",
            "2 recorded frames were not used: its inputs were not kept",
            "1 recorded frames were not used: another variant",
            "no more"),
        book.notes());
  }

  @Test
  void manyReasonsStayFewNotesOfBoundedLength() {
    for (var i = 0; i < 10_000; i++) {
      book.notUsed("reason %d ".formatted(i) + "x".repeat(1_000));
    }

    var notes = book.notes();

    assertEquals(7, notes.size());
    assertTrue(notes.stream().allMatch(note -> note.length() < 400), notes.toString());
    assertTrue(notes.getLast().startsWith("9994 recorded frames"), notes.getLast());
  }
}
