package dev.weft.fabric.reading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.ManifestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents that are no manifests, read as these are. */
class DocumentFileTest {

  private static final ObjectType TYPE =
      ObjectType.of(
          "Thing",
          "A thing.",
          Field.required("name", FieldType.Scalar.NAME, "a", "Its name."),
          Field.optional("colour", FieldType.Scalar.TEXT, "red", "blue", "Its colour."));

  @TempDir private Path folder = Path.of("");

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("thing.yaml"), text);
  }

  @Test
  void aDocumentIsItsFieldsWithTheirDefaults() throws IOException {
    var read = DocumentFile.read(file("name: box\n"), TYPE);
    read.requireSound();
    assertEquals("box", read.root().text("name"));
    assertEquals("red", read.root().text("colour"));
  }

  @Test
  void whatIsWrongIsToldAtOnceWithItsPlace() throws IOException {
    var read = DocumentFile.read(file("name: a b\ncolor: blue\n"), TYPE);
    read.findings().error("name", "'a b'", "another");
    var problem = assertThrows(ManifestException.class, read::requireSound);
    assertEquals(3, problem.problems().size());
    assertEquals(1, problem.problems().getFirst().line());
    assertEquals(2, problem.problems().getLast().line());
    assertTrue(problem.problems().getLast().expected().contains("did you mean 'colour'?"));
  }

  @Test
  void aFileWithoutOneDocumentIsRefused() throws IOException {
    var none = folder.resolve("none.yaml");
    assertThrows(ManifestException.class, () -> DocumentFile.read(none, TYPE));
    for (var text : new String[] {"", "name: a\n---\nname: b\n", "name: [", "\0"}) {
      var file = file(text);
      assertThrows(ManifestException.class, () -> DocumentFile.read(file, TYPE), text);
    }
    var list = DocumentFile.read(file("[a]"), TYPE);
    assertThrows(ManifestException.class, list::requireSound);
  }
}
