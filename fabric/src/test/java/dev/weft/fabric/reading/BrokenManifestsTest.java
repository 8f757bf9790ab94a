package dev.weft.fabric.reading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.ManifestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A folder of manifests with planted mistakes, each marked where it stands. */
class BrokenManifestsTest {

  private static final Path BROKEN = Path.of("src/test/resources/broken");

  private final ManifestReading reading =
      ManifestFiles.read(BROKEN, FakeKinds.all(), ManifestFiles.Verify.DIGESTS);

  @Test
  void reportsEveryPlantedMistakeAtItsPlaceAndNothingElse() throws IOException {
    var planted = new TreeSet<String>();
    try (var files = Files.list(BROKEN)) {
      for (var file : files.filter(path -> path.toString().endsWith(".yaml")).toList()) {
        planted.addAll(planted(file));
      }
    }
    assertTrue(planted.size() > 60, "planted: " + planted.size());

    var reported = new TreeSet<String>();
    for (var problem : reading.errors()) {
      var field = problem.field().isEmpty() ? "." : problem.field();
      reported.add(place(problem.file(), problem.line(), problem.column(), field));
    }
    var overlooked = new TreeSet<>(planted);
    overlooked.removeAll(reported);
    reported.removeAll(planted);
    assertEquals(List.of(), List.copyOf(overlooked), "planted, not reported");
    assertEquals(List.of(), List.copyOf(reported), "reported, not planted");
    assertEquals(planted.size(), reading.errors().size(), "each reported once");
  }

  @Test
  void saysWhatStandsThereAndWhatWasExpected() {
    for (var problem : reading.errors()) {
      assertFalse(problem.value().isBlank(), problem.toString());
      assertFalse(problem.expected().isBlank(), problem.toString());
      assertFalse(problem.toString().contains("Optional"), problem.toString());
      assertFalse(problem.toString().contains("\n"), problem.toString());
    }
  }

  @Test
  void throwsAllProblemsAtOnce() {
    var thrown =
        assertThrows(ManifestException.class, () -> ManifestFiles.load(BROKEN, FakeKinds.all()));

    assertEquals(reading.errors(), thrown.problems());
  }

  /** What the comments of {@code file} say must be reported. */
  private static List<String> planted(Path file) throws IOException {
    var planted = new ArrayList<String>();
    var lines = Files.readAllLines(file);
    for (var i = 0; i < lines.size(); i++) {
      var line = lines.get(i);
      var mark = line.indexOf("#! ");
      if (mark >= 0) {
        for (var one : line.substring(mark + 3).split(" ; ", -1)) {
          var at = one.indexOf(" @");
          var column = line.indexOf(one.substring(at + 2)) + 1;
          planted.add(place(file, i + 1, column, one.substring(0, at)));
        }
      }
    }
    return planted;
  }

  private static String place(Path file, int line, int column, String field) {
    return "%s:%03d:%02d: %s".formatted(file.getFileName(), line, column, field);
  }
}
