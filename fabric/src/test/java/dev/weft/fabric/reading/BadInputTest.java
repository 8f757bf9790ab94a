package dev.weft.fabric.reading;

import static dev.weft.fabric.reading.ManifestTexts.PIPELINE;
import static dev.weft.fabric.reading.ManifestTexts.STAGE;
import static dev.weft.fabric.reading.ManifestTexts.errors;
import static dev.weft.fabric.reading.ManifestTexts.read;
import static dev.weft.fabric.reading.ManifestTexts.shown;
import static dev.weft.fabric.reading.ManifestTexts.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with files, and with manifests against each other. */
class BadInputTest {

  @TempDir Path folder;

  @Test
  void printsTheCycle() throws IOException {
    var pipeline =
        PIPELINE.replace(
            "{name: double, stage: double, inputs: {x: x}}",
            "{name: double, stage: double, inputs: {x: back.y}}\n"
                + "  - {name: back, stage: double, inputs: {x: double.y}}");

    assertEquals(
        List.of(
            "25:5: steps[0]: cycle double -> back -> double (expected: no step that needs its own"
                + " outputs; here double.inputs.x <- back.y, back.inputs.x <- double.y)"),
        errors(folder, STAGE, pipeline));
  }

  @Test
  void namesTheInputThatIsNotConnected() throws IOException {
    assertEquals(
        List.of(
            "25:5: steps[0].inputs.x: double.x FP32[n] is not connected"
                + " (expected: a pipeline input or step.output)"),
        errors(folder, STAGE, PIPELINE.replace(", inputs: {x: x}", "")));
  }

  @Test
  void refusesTwoStepsOfOneName() throws IOException {
    var pipeline =
        PIPELINE.replace("outputs:", "  - {name: double, stage: double, inputs: {x: x}}\noutputs:");

    assertEquals(
        List.of("26:12: steps[1].name: 'double' again (expected: distinct names)"),
        errors(folder, STAGE, pipeline));
  }

  @Test
  void namesBothEndsOfAnEdgeThatDoesNotFit() throws IOException {
    var pipeline =
        PIPELINE.replace(
            "datatype: FP32, shape: [n]", "datatype: INT64, shape: [2, n], layout: NC");

    assertEquals(
        List.of(
            "25:47: steps[0].inputs.x: double.x FP32[n] <- x INT64[2, n] NC"
                + " (expected: the same on both ends: datatype FP32 <- INT64, rank 1 <- 2)"),
        errors(folder, STAGE, pipeline));
  }

  @Test
  void hintsAtTheFieldAnUnknownOneWasMeantToBe() throws IOException {
    assertEquals(
        List.of("5:1: onwer: unknown field (expected: a known field; did you mean 'owner'?)"),
        errors(folder, STAGE.replace("owner:", "onwer:")));
  }

  @Test
  void reportsProblemsOfAllFilesAtOnce() throws IOException {
    write(folder.resolve("a.yaml"), STAGE.replace("FP32", "FLOAT32"));
    write(folder.resolve("b.yml"), PIPELINE.replace("shape: [n]", "shape: n"));
    Files.createDirectory(folder.resolve("deeper"));
    write(folder.resolve("deeper/c.yaml"), "kind: Node\n");
    Files.createDirectory(folder.resolve(".hidden"));
    write(folder.resolve(".hidden/d.yaml"), "kind: Node\n");

    var reading = ManifestFiles.read(folder, FakeKinds.all(), ManifestFiles.Verify.DIGESTS);

    assertEquals(
        List.of("a.yaml", "b.yml", "c.yaml"),
        reading.errors().stream()
            .map(error -> error.file().getFileName().toString())
            .distinct()
            .toList());
  }

  @Test
  void namesTheOtherPlaceOfANameUsedTwice() throws IOException {
    write(folder.resolve("a.yaml"), STAGE);
    var errors = errors(folder, STAGE);

    assertEquals(1, errors.size(), errors.toString());
    assertTrue(
        errors.getLast().startsWith("3:7: name: stage 'double' is also in "), errors.getLast());
    assertTrue(errors.getLast().contains("a.yaml:3"), errors.getLast());
  }

  @Test
  void refusesAFileThatIsNotThere() {
    var errors =
        ManifestFiles.read(folder.resolve("none"), FakeKinds.all(), ManifestFiles.Verify.DIGESTS)
            .errors();

    assertEquals(1, errors.size());
    assertEquals("not there", errors.getFirst().value());
  }

  @Test
  void refusesAFolderWithoutManifests() {
    var errors = ManifestFiles.read(folder, FakeKinds.all(), ManifestFiles.Verify.DIGESTS).errors();

    assertEquals("no manifest", errors.getFirst().value());
  }

  @Test
  void refusesBytesThatAreNotUtf8() throws IOException {
    Files.write(folder.resolve("latin.yaml"), new byte[] {'a', ':', ' ', (byte) 0xE4, '\n'});

    var errors = ManifestFiles.read(folder, FakeKinds.all(), ManifestFiles.Verify.DIGESTS).errors();

    assertEquals(List.of("UTF-8"), errors.stream().map(Problem::expected).toList());
  }

  @Test
  void readsAFileWithAByteOrderMark() throws IOException {
    assertEquals(List.of(), errors(folder, "\uFEFF" + STAGE, PIPELINE));
  }

  @Test
  void refusesAFileThatIsTooLarge() throws IOException {
    assertEquals(
        "more bytes",
        read(folder, "#".repeat(YamlDocuments.LENGTH_MAX) + "\n").errors().getFirst().value());
  }

  @Test
  void refusesManifestsNestedTooDeep() throws IOException {
    assertEquals(
        List.of("1:38: nested too deep (expected: at most 32 levels)"),
        errors(folder, "deep: " + "[".repeat(100_000) + "\n"));
  }

  @Test
  void refusesTooManyDocuments() throws IOException {
    var errors = errors(folder, "a: 1\n---\n".repeat(300));

    assertTrue(errors.stream().anyMatch(error -> error.contains("at most 256 in one file")));
  }

  @Test
  void refusesAliasesThatMultiply() throws IOException {
    var bomb = new StringBuilder("apiVersion: weft/v1\nkind: Pipeline\nname: bomb\n");
    bomb.append("labels: &a0 {a: b}\n");
    bomb.append("steps: [").append("&s {name: s, inputs: &i {");
    for (var i = 0; i < 250; i++) {
      bomb.append("i").append(i).append(": x, ");
    }
    bomb.append("z: x}}");
    bomb.append(", *s".repeat(200)).append("]\n");

    var errors = errors(folder, bomb.toString());

    assertTrue(errors.stream().anyMatch(error -> error.contains("aliases")), errors.getFirst());
  }

  @Test
  void refusesAnAliasOfItself() throws IOException {
    var errors = errors(folder, STAGE + "labels: &l {l: *l}\n");

    assertEquals(
        List.of("16:9: labels.l: an object (expected: text, a number, true or false)"), errors);
  }

  @Test
  void reportsWhatIsWrongInAnUnreadableStageOnce() throws IOException {
    var errors = errors(folder, STAGE.replace("kind: Stage", "kind: [Stage"), PIPELINE);

    assertEquals(1, errors.size(), errors.toString());
  }

  @Test
  void readsOnlyWhatAPipelineNeedsBesideItsOwnFile() throws IOException {
    write(folder.resolve("model.onnx"), ManifestTexts.MODEL);
    write(folder.resolve("stage.yaml"), STAGE);
    write(folder.resolve("pipeline.yaml"), PIPELINE);
    write(folder.resolve("unrelated.yaml"), "kind: Stage\nname: broken\n");
    write(folder.resolve("unreadable.yaml"), "kind: [\n");

    var file = folder.resolve("pipeline.yaml");
    var verify = ManifestFiles.Verify.DIGESTS;
    assertEquals(List.of(), ManifestFiles.read(file, FakeKinds.all(), verify).errors());

    Files.delete(folder.resolve("stage.yaml"));
    assertEquals(
        List.of(
            "2:1: expected the node content, but found '<stream end>' "
                + "(expected: YAML; noticed while parsing a flow node of line 2)"),
        shown(ManifestFiles.read(file, FakeKinds.all(), verify).errors()));
  }

  @Test
  void warnsOfWhatIsDeclaredAndNotUsed() throws IOException {
    var pipeline =
        PIPELINE
            .replace("steps:", "  - {name: idle, datatype: FP32, shape: [1]}\nsteps:")
            .replace("outputs:", "  - {name: more, stage: double, inputs: {x: x}}\noutputs:");
    var reading = read(folder, STAGE, pipeline + "gates: {idle: {}}\n");

    assertEquals(List.of(), reading.errors());
    assertEquals(
        List.of(
            "24:5: inputs[1]: 'idle' is used by no step (expected: a use)",
            "27:5: steps[1]: nobody uses an output of 'more'"
                + " (expected: a step or pipeline output that does)",
            "29:15: gates.idle: used by no step (expected: a step with this gate)"),
        shown(reading.warnings()));
  }
}
