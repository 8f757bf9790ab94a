package dev.weft.app.flag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.app.failure.WorkFailed;
import dev.weft.fabric.embedded.WeftException;
import dev.weft.fabric.flag.FlagBook;
import dev.weft.fabric.flag.FlagChange;
import dev.weft.fabric.routing.FlagRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlagFolderTest {

  private static final Instant AT = Instant.parse("2026-01-31T00:00:00Z");

  @TempDir private Path folder = Path.of("");

  private static FlagChange change(String flag, String to) {
    return new FlagChange(flag, FlagRule.ON, FlagRule.of(to), "ann \"a\"", "why\nnot", AT);
  }

  private static FlagBook kept(FlagFolder folder, FlagBook before, FlagChange change) {
    var after = before.after(change);
    folder.keep(change, after);
    return after;
  }

  @Test
  void whatWasKeptIsThereAgainWhateverHappened() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    var words = List.of("on", "off", "10%", "0.01%", "default");
    var book = FlagBook.empty();
    for (var round = 0; round < 5; round++) {
      // Every few changes a new file begins.
      try (var open = FlagFolder.at(folder, 1_000)) {
        assertEquals(book, open.book(), "seed " + seed);
        for (var i = 0; i < 20; i++) {
          var word = words.get(random.nextInt(words.size()));
          book = kept(open, book, change("p.g" + random.nextInt(4), word));
        }
      }
    }
    assertTrue(Files.exists(folder.resolve("flags.1.jsonl")));
  }

  @Test
  void anEndBetweenTwoFilesLosesNothing() throws IOException {
    FlagBook book;
    try (var open = FlagFolder.at(folder)) {
      book = kept(open, FlagBook.empty(), change("p.g", "off"));
    }
    Files.move(folder.resolve("flags.jsonl"), folder.resolve("flags.next.jsonl"));
    try (var again = FlagFolder.at(folder)) {
      assertEquals(book, again.book());
    }
  }

  @Test
  void everyChangeIsALineThatSaysWhoAndWhy() throws IOException {
    try (var open = FlagFolder.at(folder)) {
      kept(open, FlagBook.empty(), change("p.g", "off"));
    }
    assertEquals(
        List.of(
            "{\"format\":\"weft-flags/1\"}",
            "{\"flag\":\"p.g\",\"from\":\"on\",\"to\":\"off\",\"by\":\"ann \\\"a\\\"\","
                + "\"reason\":\"why\\nnot\",\"at\":\"2026-01-31T00:00:00Z\"}"),
        Files.readAllLines(folder.resolve("flags.jsonl")));
  }

  /** A process may end at any byte of a write. */
  @Test
  void aTornLastLineWasNeverAChange() throws IOException {
    FlagBook first;
    try (var open = FlagFolder.at(folder)) {
      first = kept(open, FlagBook.empty(), change("p.g", "off"));
      kept(open, first, change("p.g", "10%"));
    }
    var file = folder.resolve("flags.jsonl");
    var whole = Files.readAllBytes(file);
    var begin = new String(whole, java.nio.charset.StandardCharsets.UTF_8).lastIndexOf("{\"flag\"");
    for (var end = begin; end < whole.length; end++) {
      Files.write(file, java.util.Arrays.copyOf(whole, end));
      try (var open = FlagFolder.at(folder)) {
        assertEquals(first, open.book(), "cut at " + end);
        var next = kept(open, first, change("p.h", "on"));
        open.close();
        try (var again = FlagFolder.at(folder)) {
          assertEquals(next, again.book(), "cut at " + end);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nothing",
        "{}",
        "{\"at\":\"2026-01-31T00:00:00Z\",\"flag\":\"p.g\",\"from\":\"on\",\"to\":\"maybe\","
            + "\"by\":\"ann\",\"reason\":\"\"}",
        "{\"at\":\"today\",\"flag\":\"p.g\",\"from\":\"on\",\"to\":\"off\",\"by\":\"ann\","
            + "\"reason\":\"\"}"
      })
  void aLineThatIsNoChangeIsRefusedWithItsPlace(String line) throws IOException {
    FlagFolder.at(folder).close();
    var file = folder.resolve("flags.jsonl");
    Files.writeString(file, line + "\n", StandardOpenOption.APPEND);
    var refused = assertThrows(WorkFailed.class, () -> FlagFolder.at(folder));
    assertTrue(
        String.valueOf(refused.getMessage()).startsWith(file + ": line 2: "), refused.getMessage());
  }

  @Test
  void aFileOfAnotherFormatAndAFolderThatIsHeldAreRefused() throws IOException {
    try (var _ = FlagFolder.at(folder)) {
      var held = assertThrows(WorkFailed.class, () -> FlagFolder.at(folder));
      assertTrue(String.valueOf(held.getMessage()).contains("in use by process"));
    }
    Files.writeString(folder.resolve("flags.jsonl"), "{\"format\":\"weft-flags/2\"}\n");
    var refused = assertThrows(WorkFailed.class, () -> FlagFolder.at(folder));
    assertTrue(String.valueOf(refused.getMessage()).contains("line 1"), refused.getMessage());
  }

  @Test
  void aChangeThatCannotBeWrittenIsRefused() throws IOException {
    try (var open = FlagFolder.at(folder)) {
      var file = folder.resolve("flags.jsonl");
      Files.delete(file);
      Files.createDirectory(file);
      var refused =
          assertThrows(
              WeftException.class, () -> open.keep(change("p.g", "off"), FlagBook.empty()));
      assertTrue(String.valueOf(refused.getMessage()).contains("cannot be kept"));
      assertEquals(FlagBook.empty(), open.book());
      assertEquals(Optional.empty(), open.book().setting("p.g"));
    }
  }
}
