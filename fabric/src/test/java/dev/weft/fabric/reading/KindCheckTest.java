package dev.weft.fabric.reading;

import static dev.weft.fabric.reading.ManifestTexts.errors;
import static dev.weft.fabric.reading.ManifestTexts.read;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.fabric.problem.Problem;
import dev.weft.stages.spi.StageKinds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stages that do not fit their kind. */
class KindCheckTest {

  @TempDir Path folder;

  private static String stage(String uses, String rest) {
    return """
    apiVersion: weft/v1
    kind: Stage
    name: s
    summary: A stage.
    owner: someone@example.org
    uses: %s
    %s
    """
        .formatted(uses, rest);
  }

  @Test
  void refusesADatatypeSizeOrLayoutThatTheKindDoesNotHave() throws IOException {
    var abi = "abi: {outputs: [{name: pixels, datatype: FP32, shape: [h, w, 4], layout: CHW}]}";

    assertEquals(
        List.of(
            "7:17: abi.outputs[0]: pixels FP32[h, w, 4] CHW (expected: datatype UINT8, dimension 2"
                + " = 3, layout HWC as kind 'fake/decode' has it: pixels UINT8[height, width, 3]"
                + " image/rgb HWC)"),
        errors(folder, stage("fake/decode", abi)));
  }

  @Test
  void refusesATensorThatTheKindDoesNotHaveAndHints() throws IOException {
    var abi = "abi: {inputs: [{name: encodet, datatype: BYTES, shape: [1]}]}";

    assertEquals(
        List.of(
            "7:23: abi.inputs[0].name: 'encodet'"
                + " (expected: a tensor of kind 'fake/decode'; did you mean 'encoded'?)"),
        errors(folder, stage("fake/decode", abi)));
  }

  @Test
  void acceptsANarrowerSemanticAndNamesOfItsOwn() throws IOException {
    var abi =
        "abi: {inputs: [{name: pixels, datatype: UINT8, shape: [rows, 32, -1], semantic:"
            + " image/rgb}]}";
    var reading = read(folder, stage("fake/resize", "options: {width: 8, height: 4}\n" + abi));

    assertEquals(List.of(), reading.errors());
    assertEquals(
        "pixels UINT8[rows, 32, 3] image/rgb HWC",
        reading.manifests().stage("s").orElseThrow().abi().inputs().getFirst().toString());
  }

  @Test
  void namesEveryOptionThatIsMissing() throws IOException {
    assertEquals(
        List.of(
            "1:1: options.width: missing (expected: Width in pixels.)",
            "1:1: options.height: missing (expected: Height in pixels.)"),
        errors(folder, stage("fake/resize", "")));
  }

  @Test
  void acceptsARequiredOptionThatEveryVariantGives() throws IOException {
    var variants =
        "options: {height: 4}\n"
            + "variants: [{name: a, options: {width: 4}}, {name: b, options: {width: 4}}]";

    assertEquals(List.of(), errors(folder, stage("fake/resize", variants)));
  }

  @Test
  void passesOnWhatTheKindSaysOfOptions() throws IOException {
    assertEquals(
        List.of("7:10: options: width: 0 (expected: >= 1) (expected: options that go together)"),
        errors(folder, stage("fake/resize", "options: {width: 0, height: 4}")));
  }

  @Test
  void refusesOptionsOfAnotherType() throws IOException {
    var options = "options: {width: 1.5, height: tall, mean: [a], pad: maybe, scale: .inf}";

    assertEquals(
        List.of("options.width", "options.height", "options.mean", "options.pad", "options.scale"),
        read(folder, stage("fake/resize", options)).errors().stream().map(Problem::field).toList());
  }

  @Test
  void refusesAnArtifactThatNobodyReads() throws IOException {
    var variant =
        "variants: [{name: a, artifact: {file: model.onnx, sha256: %s, size: 24}}]"
            .formatted(ManifestTexts.SHA256);

    assertEquals(
        List.of(
            "7:22: variants[0].artifact: given"
                + " (expected: none, because kind 'fake/decode' runs no model)"),
        errors(folder, stage("fake/decode", variant)));
  }

  @Test
  void namesAFileThatIsMissingAndHintsAtOneThatIsMistyped() throws IOException {
    var label = "files: {label: {file: model.onnx, sha256: %s, size: 24}}";

    assertEquals(
        List.of(
            "1:1: files.labels: missing"
                + " (expected: a pinned file, because kind 'fake/nearest' reads it)"),
        errors(folder, stage("fake/nearest", "")));
    assertEquals(
        List.of(
            "7:9: files.label: unknown file"
                + " (expected: a file that kind 'fake/nearest' reads; did you mean 'labels'?)"),
        errors(folder, stage("fake/nearest", label.formatted(ManifestTexts.SHA256))));
  }

  @Test
  void readsMapsOfOptionsAsText() throws IOException {
    var rest =
        "options: {renamed: {cat: 1, dog: true, cow: Kuh}}\n"
            + "files: {labels: {file: model.onnx, sha256: %s, size: 24}}"
                .formatted(ManifestTexts.SHA256);
    var reading = read(folder, stage("fake/nearest", rest));

    assertEquals(List.of(), reading.errors());
    assertEquals(
        Map.of("cat", "1", "dog", "true", "cow", "Kuh"),
        reading.manifests().stage("s").orElseThrow().options().get("renamed"));
  }

  @Test
  void refusesTwoFactoriesOfOneKind() {
    var factories = FakeKinds.all().factories();
    var doubled = new java.util.ArrayList<>(factories);
    doubled.addAll(factories);

    assertThrows(IllegalArgumentException.class, () -> StageKinds.of(doubled));
  }
}
