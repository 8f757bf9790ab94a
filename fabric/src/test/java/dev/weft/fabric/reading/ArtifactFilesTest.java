package dev.weft.fabric.reading;

import static dev.weft.fabric.reading.ManifestTexts.MODEL;
import static dev.weft.fabric.reading.ManifestTexts.SHA256;
import static dev.weft.fabric.reading.ManifestTexts.STAGE;
import static dev.weft.fabric.reading.ManifestTexts.errors;
import static dev.weft.fabric.reading.ManifestTexts.read;
import static dev.weft.fabric.reading.ManifestTexts.shown;
import static dev.weft.fabric.reading.ManifestTexts.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pinned files that are not what the manifest says. */
class ArtifactFilesTest {

  private static final String SOURCE = "maven:org.example:models:1.0!/model.onnx";

  @TempDir Path folder;

  @Test
  void refusesADigestThatDiffers() throws IOException {
    var other = "0".repeat(64);

    assertEquals(
        List.of(
            "14:15: variants[0].artifact.sha256: 'model.onnx' has %s (expected: %s)"
                .formatted(SHA256, other)),
        errors(folder, STAGE.replace(SHA256, other)));
  }

  @Test
  void acceptsADigestInCapitals() throws IOException {
    assertEquals(List.of(), errors(folder, STAGE.replace(SHA256, SHA256.toUpperCase(Locale.ROOT))));
  }

  @Test
  void noticesContentThatChangedUnderTheSameSize() throws IOException {
    assertEquals(List.of(), errors(folder, STAGE));

    var model = folder.resolve("model.onnx");
    write(model, MODEL.replace("no", "NO"));
    Files.setLastModifiedTime(model, FileTime.fromMillis(1_000));
    var reading = ManifestFiles.read(folder, FakeKinds.all(), ManifestFiles.Verify.DIGESTS);

    assertEquals("variants[0].artifact.sha256", reading.errors().getFirst().field());
  }

  @Test
  void refusesAMissingFileAndSaysHowToGetIt() throws IOException {
    var stage =
        STAGE.replace("file: model.onnx", "file: far.onnx\n      source: '%s'".formatted(SOURCE));

    assertEquals(
        List.of(
            "13:13: variants[0].artifact.file: 'far.onnx' is not there"
                + " (expected: a file; run 'weft fetch' to get it from %s)".formatted(SOURCE)),
        errors(folder, stage));
  }

  @Test
  void onlyWarnsOfAMissingFileThatCanBeFetchedBeforeTheFetch() throws IOException {
    write(
        folder.resolve("stage.yaml"),
        STAGE.replace("size: 24", "size: 24\n      source: '%s'".formatted(SOURCE)));

    var reading = ManifestFiles.read(folder, FakeKinds.all(), ManifestFiles.Verify.STRUCTURE_ONLY);

    assertEquals(List.of(), reading.errors());
    assertEquals(1, reading.warnings().size());
    assertTrue(reading.warnings().getFirst().expected().contains("weft fetch"));
  }

  @Test
  void refusesAMissingFileThatCannotBeFetchedEvenBeforeTheFetch() throws IOException {
    write(folder.resolve("stage.yaml"), STAGE);

    var reading = ManifestFiles.read(folder, FakeKinds.all(), ManifestFiles.Verify.STRUCTURE_ONLY);

    assertEquals(
        List.of("13:13: variants[0].artifact.file: 'model.onnx' is not there (expected: a file)"),
        shown(reading.errors()));
  }

  @Test
  void refusesALinkThatLeavesTheFolder(@TempDir Path outside) throws IOException {
    write(outside.resolve("model.onnx"), MODEL);
    Files.createSymbolicLink(folder.resolve("link.onnx"), outside.resolve("model.onnx"));

    assertEquals(
        List.of(
            "13:13: variants[0].artifact.file: 'link.onnx' is a link out"
                + " (expected: a file in the manifest's own folder)"),
        errors(folder, STAGE.replace("file: model.onnx", "file: link.onnx")));
  }

  @Test
  void refusesALinkedFolderThatLeavesEvenIfTheFileIsNotThere(@TempDir Path outside)
      throws IOException {
    Files.createSymbolicLink(folder.resolve("models"), outside);
    var stage = STAGE.replace("file: model.onnx", "file: models/none.onnx");

    assertEquals(
        List.of(
            "13:13: variants[0].artifact.file: 'models/none.onnx' is a link out"
                + " (expected: a file in the manifest's own folder)"),
        errors(folder, stage));
  }

  @Test
  void followsALinkInsideTheFolder() throws IOException {
    write(folder.resolve("model.onnx"), MODEL);
    Files.createSymbolicLink(folder.resolve("link.onnx"), Path.of("model.onnx"));

    assertEquals(List.of(), errors(folder, STAGE.replace("file: model.onnx", "file: link.onnx")));
  }

  @Test
  void refusesPathsThatLeaveTheFolder() throws IOException {
    for (var path : List.of("/model.onnx", "../model.onnx", "a/../../model.onnx", "'C:\\m.onnx'")) {
      var errors = read(folder, STAGE.replace("file: model.onnx", "file: " + path)).errors();

      assertEquals(1, errors.size(), path);
      assertEquals("variants[0].artifact.file", errors.getFirst().field());
      assertTrue(errors.getFirst().expected().contains("below the manifest's folder"), path);
    }
  }
}
