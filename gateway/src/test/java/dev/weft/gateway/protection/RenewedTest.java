package dev.weft.gateway.protection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When files are read again, and what holds if that goes wrong. */
class RenewedTest {

  @TempDir private Path folder = Path.of("");

  private final List<String> problems = new ArrayList<>();
  private Path file = folder;
  private Path other = folder;
  private int reads;

  @BeforeEach
  void files() throws IOException {
    file = Files.writeString(folder.resolve("file"), "a");
    other = Files.writeString(folder.resolve("other"), "");
  }

  private Renewed<String> renewed() {
    return new Renewed<>("it", List.of(file), this::read, problems::add);
  }

  private Renewed.Content<String> read() {
    reads++;
    try {
      var text = Files.readString(file);
      if (text.startsWith("bad")) {
        throw new IllegalArgumentException(text);
      }
      return new Renewed.Content<>(
          text, text.equals("with other") ? List.of(file, other) : List.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatDoesNotChangeIsReadOnce() {
    var renewed = renewed();
    for (var i = 0; i < 10; i++) {
      renewed.look();
    }
    assertEquals(1, reads);
    assertEquals("a", renewed.value());
  }

  @Test
  void aChangeIsTakenOnceItHasStayedForTwoLooks() throws IOException {
    var renewed = renewed();
    Files.writeString(file, "half");
    renewed.look();
    assertEquals("a", renewed.value());
    Files.writeString(file, "all of it");
    renewed.look();
    assertEquals("a", renewed.value(), "it changed again meanwhile");
    renewed.look();
    assertEquals("all of it", renewed.value());
    assertEquals(2, reads);
  }

  @Test
  void aFileThatIsReplacedBySameTimeAndSizeIsSeen() throws IOException {
    var renewed = renewed();
    var replacement = Files.writeString(folder.resolve("new"), "b");
    Files.setLastModifiedTime(replacement, Files.getLastModifiedTime(file));
    Files.move(replacement, file, StandardCopyOption.ATOMIC_MOVE);
    renewed.look();
    renewed.look();
    assertEquals("b", renewed.value());
  }

  @Test
  void whatIsWrongIsToldOnceAndChangesNothingUntilItIsRight() throws IOException {
    var renewed = renewed();
    Files.writeString(file, "bad one");
    for (var i = 0; i < 5; i++) {
      renewed.look();
    }
    assertEquals("a", renewed.value());
    assertEquals(List.of("it: as before, for what is there now is wrong: bad one"), problems);
    Files.delete(file);
    renewed.look();
    renewed.look();
    assertEquals("a", renewed.value());
    assertEquals(2, problems.size());
    Files.writeString(file, "good");
    renewed.look();
    renewed.look();
    assertEquals("good", renewed.value());
  }

  @Test
  void filesThatTheContentNamesAreWatchedToo() throws IOException {
    var renewed = renewed();
    Files.writeString(file, "with other");
    renewed.look();
    renewed.look();
    var before = reads;
    Files.writeString(other, "changed");
    renewed.look();
    renewed.look();
    assertEquals(before + 1, reads);
  }

  @Test
  void whatIsWrongAtTheBeginningIsThrown() throws IOException {
    Files.writeString(file, "bad");
    assertTrue(
        String.valueOf(assertThrows(IllegalArgumentException.class, this::renewed).getMessage())
            .startsWith("bad"));
  }
}
