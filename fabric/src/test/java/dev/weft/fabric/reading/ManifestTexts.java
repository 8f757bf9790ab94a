package dev.weft.fabric.reading;

import dev.weft.fabric.problem.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Manifests written by tests into a folder of their own. */
public final class ManifestTexts {

  /** Manifests without a problem. */
  public static final Path GOOD = Path.of("src/test/resources/good");

  public static final String MODEL = "these bytes are no model";
  public static final String SHA256 =
      "f9aa74a9ab0895963c74008f73a4adfe87ab33e8302b00b2e39ac0660163babe";

  /** A stage {@code double} of kind {@code onnx}: x FP32[n] -> y FP32[n]. */
  public static final String STAGE =
      """
      apiVersion: weft/v1
      kind: Stage
      name: double
      summary: Doubles a list of numbers.
      owner: numbers@example.org
      uses: onnx
      abi:
        inputs: [{name: x, datatype: FP32, shape: [n]}]
        outputs: [{name: y, datatype: FP32, shape: [n]}]
      variants:
        - name: fp32
          artifact:
            file: model.onnx
            sha256: %s
            size: 24
      """
          .formatted(SHA256);

  /** A pipeline of one step {@code double}. */
  public static final String PIPELINE =
      """
      apiVersion: weft/v1
      kind: Pipeline
      name: once
      summary: Doubles once.
      owner: numbers@example.org
      inputs:
        - {name: x, datatype: FP32, shape: [n]}
      steps:
        - {name: double, stage: double, inputs: {x: x}}
      outputs: {y: double.y}
      """;

  private ManifestTexts() {}

  /** Writes the documents as one file beside a model, and reads the folder. */
  public static ManifestReading read(Path folder, String... documents) throws IOException {
    write(folder.resolve("model.onnx"), MODEL);
    write(folder.resolve("manifests.yaml"), String.join("---\n", documents));
    return ManifestFiles.read(folder, FakeKinds.all(), ManifestFiles.Verify.DIGESTS);
  }

  /** As {@link #read}, each error without its file. */
  public static List<String> errors(Path folder, String... documents) throws IOException {
    return shown(read(folder, documents).errors());
  }

  public static List<String> shown(List<Problem> problems) {
    return problems.stream()
        .map(problem -> problem.toString().replace(problem.file() + ":", ""))
        .toList();
  }

  public static void write(Path file, String text) throws IOException {
    Files.write(file, text.getBytes(StandardCharsets.UTF_8));
  }
}
