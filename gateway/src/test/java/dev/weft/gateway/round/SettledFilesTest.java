package dev.weft.gateway.round;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettledFilesTest {

  private static final Map<Path, String> OLD = Map.of(Path.of("a"), "1");
  private static final Map<Path, String> NEW = Map.of(Path.of("a"), "2");
  private static final Map<Path, String> NEWER = Map.of(Path.of("a"), "3");

  @TempDir private Path folder = Path.of("");

  @Test
  void aChangeIsDueWhenItWasTheSameAtTwoLooks() {
    var files = new SettledFiles(OLD);
    assertFalse(files.isDue(OLD));
    assertFalse(files.isDue(NEW));
    assertFalse(files.isDue(NEWER), "it is still being written");
    assertTrue(files.isDue(NEWER));
  }

  @Test
  void whatWasTakenIsNotDueAgain() {
    var files = new SettledFiles(OLD);
    assertFalse(files.isDue(NEW));
    assertTrue(files.isDue(NEW));
    files.take(NEW);
    assertTrue(files.areAsTaken(NEW));
    assertFalse(files.isDue(NEW));
    assertFalse(files.isDue(NEW));
  }

  @Test
  void aChangeThatWasTakenBackIsNone() {
    var files = new SettledFiles(OLD);
    assertFalse(files.isDue(NEW));
    assertFalse(files.isDue(OLD));
    assertFalse(files.isDue(NEW));
    assertFalse(files.isDue(OLD));
  }

  @Test
  void whatIsNotTakenThoughItWasDueIsDueAgainAfterTwoLooks() {
    var files = new SettledFiles(OLD);
    assertFalse(files.isDue(NEW));
    assertTrue(files.isDue(NEW));
    assertFalse(files.isDue(NEW));
    assertTrue(files.isDue(NEW));
  }

  @Test
  void stampsChangeWhenAFileIsWrittenReplacedOrGone() throws IOException {
    var file = Files.writeString(folder.resolve("a"), "one");
    var first = FileStamps.of(List.of(file));
    assertEquals(first, FileStamps.of(List.of(file)));
    Files.writeString(file, "longer");
    var second = FileStamps.of(List.of(file));
    assertNotEquals(first, second);
    var other = Files.writeString(folder.resolve("b"), "longer");
    Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
    Files.delete(file);
    assertNotEquals(second, FileStamps.of(List.of(file)));
    Files.move(other, file);
    assertNotEquals(second, FileStamps.of(List.of(file)), "another file of the same size and time");
  }

  @Test
  void aFolderIsLookedThroughButForWhatIsHiddenAndNoFurtherThanItMay() throws IOException {
    var below = Files.createDirectories(folder.resolve("x/y"));
    var file = Files.writeString(below.resolve("a"), "");
    Files.writeString(below.resolve(".a"), "");
    Files.writeString(Files.createDirectory(folder.resolve(".git")).resolve("b"), "");
    assertEquals(Set.of(file), FileStamps.below(folder, 16, 100).keySet());
    assertEquals(
        Set.of(),
        FileStamps.below(folder, 1, 100).keySet().stream()
            .filter(Files::isRegularFile)
            .collect(Collectors.toSet()));
    for (var i = 0; i < 10; i++) {
      Files.writeString(below.resolve("f" + i), "");
    }
    assertEquals(4, FileStamps.below(folder, 16, 4).size());
    var gone = folder.resolve("gone");
    assertEquals(Map.of(gone, "not there"), FileStamps.below(gone, 16, 100));
  }
}
