package dev.weft.app;

import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Writes small models and manifests of them into a folder. */
final class Manifests {

  private Manifests() {}

  /** {@code features} FP32[batch, 4] to {@code logits} FP32[batch, 2]. */
  static Path classifier(Path folder) throws IOException {
    return Files.write(folder.resolve("classifier.onnx"), TinyModels.classifier(4, 2));
  }

  /** Input {@code x} as {@code [1, 4]} with the values 1 to 4. */
  static Path input(Path folder) throws IOException {
    return Files.writeString(folder.resolve("x.json"), "[[1, 2, 3, 4]]");
  }

  /**
   * A pipeline {@code twice} of two steps of one stage of three variants, the second step gated and
   * the first split; the variant {@code broken} pins a digest its file does not have.
   */
  static Path pipeline(Path folder) throws IOException {
    var model = TinyModels.empty();
    Files.write(folder.resolve("one.onnx"), model);
    Files.write(folder.resolve("two.onnx"), model);
    Files.write(folder.resolve("broken.onnx"), model);
    Files.writeString(folder.resolve("stages.yaml"), stage(model));
    return Files.writeString(
        folder.resolve("twice.yaml"),
        """
        apiVersion: weft/v1
        kind: Pipeline
        name: twice
        summary: Hands a tensor on twice.
        owner: tests@example.org
        deadline: 10s
        maxInFlight: 8
        inputs:
          - {name: x, datatype: FP32, shape: [1, 4]}
        steps:
          - {name: first, stage: pass, inputs: {x: x}}
          - name: second
            stage: pass
            inputs: {x: first.y}
            gate: again
            standIn: {y: first.y}
        outputs: {y: second.y}
        gates:
          again: {default: on, summary: Whether to pass it a second time.}
        splits:
          - name: ab
            step: first
            arms: [{name: a, weight: 100}, {name: b, variant: two, weight: 0}]
        """);
  }

  /**
   * A pipeline {@code answer} of one step {@code classify}: variants {@code plain}, {@code again}
   * (the same) and {@code swapped}, which gives each class the other's score.
   */
  static Path classifying(Path folder) throws IOException {
    var plain = TinyModels.classifier(4, 2);
    var swapped = TinyModels.classifier(4, 2, 1);
    Files.write(folder.resolve("plain.onnx"), plain);
    Files.write(folder.resolve("swapped.onnx"), swapped);
    Files.writeString(
        folder.resolve("stages.yaml"),
        """
        apiVersion: weft/v1
        kind: Stage
        name: classify
        summary: Scores two classes.
        owner: tests@example.org
        uses: onnx
        abi:
          inputs: [{name: features, datatype: FP32, shape: [1, 4]}]
          outputs: [{name: logits, datatype: FP32, shape: [1, 2]}]
        variants:
          - {name: plain, artifact: {file: plain.onnx, sha256: %1$s, size: %2$d}}
          - {name: again, artifact: {file: plain.onnx, sha256: %1$s, size: %2$d}}
          - {name: swapped, artifact: {file: swapped.onnx, sha256: %3$s, size: %4$d}}
        """
            .formatted(sha256(plain), plain.length, sha256(swapped), swapped.length));
    return Files.writeString(
        folder.resolve("answer.yaml"),
        """
        apiVersion: weft/v1
        kind: Pipeline
        name: answer
        summary: Scores two classes.
        owner: tests@example.org
        deadline: 10s
        maxInFlight: 8
        inputs:
          - {name: features, datatype: FP32, shape: [1, 4]}
        steps:
          - {name: classify, stage: classify, inputs: {features: features}}
        outputs: {logits: classify.logits}
        """);
  }

  /**
   * As {@link #classifying}, with a variant {@code better} more, which has a file of its own and
   * gives what {@code plain} gives.
   */
  static Path classifyingBetter(Path folder) throws IOException {
    var manifest = classifying(folder);
    var better = better();
    Files.write(folder.resolve("better.onnx"), better);
    Files.writeString(
        folder.resolve("stages.yaml"),
        "  - {name: better, artifact: {file: better.onnx, sha256: %s, size: %d}}%n"
            .formatted(sha256(better), better.length),
        StandardOpenOption.APPEND);
    return manifest;
  }

  /** The model of {@code plain} with a text about it: field 6 of ONNX's {@code ModelProto}. */
  static byte[] better() {
    var plain = TinyModels.classifier(4, 2);
    var text = "better".getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(plain.length + 2 + text.length)
        .put(plain)
        .put((byte) (6 << 3 | 2))
        .put((byte) text.length)
        .put(text)
        .array();
  }

  /**
   * A pipeline {@code running} of a recurrent model, FP32[1, 1] {@code x} to {@code y} = h / 2 + x,
   * which is the next h.
   */
  static Path running(Path folder) throws IOException {
    var model = TinyModels.leakySum(1, 1);
    Files.write(folder.resolve("sum.onnx"), model);
    return Files.writeString(
        folder.resolve("running.yaml"),
        """
        apiVersion: weft/v1
        kind: Stage
        name: sum
        summary: Adds to half of what was.
        owner: tests@example.org
        uses: onnx
        abi:
          inputs:
            - {name: x, datatype: FP32, shape: [1, 1]}
            - {name: h, datatype: FP32, shape: [1, 1]}
          outputs:
            - {name: y, datatype: FP32, shape: [1, 1]}
            - {name: hN, datatype: FP32, shape: [1, 1]}
        variants: [{name: only, artifact: {file: sum.onnx, sha256: %s, size: %d}}]
        ---
        apiVersion: weft/v1
        kind: Pipeline
        name: running
        summary: A sum that forgets.
        owner: tests@example.org
        deadline: 10s
        inputs:
          - {name: x, datatype: FP32, shape: [1, 1]}
          - {name: h, datatype: FP32, shape: [1, 1]}
        steps:
          - {name: sum, stage: sum, inputs: {x: x, h: h}}
        outputs: {y: sum.y, hN: sum.hN}
        state: {h: hN}
        """
            .formatted(sha256(model), model.length));
  }

  /**
   * A pipeline {@code chain} of one step: {@code model}, FP32 {@code x} to {@code y} of a width.
   */
  static Path of(Path model, int width) throws IOException {
    var bytes = Files.readAllBytes(model);
    return Files.writeString(
        model.resolveSibling("chain.yaml"),
        """
        apiVersion: weft/v1
        kind: Stage
        name: chain
        summary: Multiplies.
        owner: tests@example.org
        uses: onnx
        abi:
          inputs: [{name: x, datatype: FP32, shape: [1, %1$d]}]
          outputs: [{name: y, datatype: FP32, shape: [1, %1$d]}]
        variants: [{name: fp32, artifact: {file: %2$s, sha256: %3$s, size: %4$d}}]
        ---
        apiVersion: weft/v1
        kind: Pipeline
        name: chain
        summary: Multiplies.
        owner: tests@example.org
        inputs: [{name: x, datatype: FP32, shape: [1, %1$d]}]
        steps: [{name: chain, stage: chain, inputs: {x: x}}]
        outputs: {y: chain.y}
        """
            .formatted(width, model.getFileName(), sha256(bytes), bytes.length));
  }

  private static String stage(byte[] model) {
    return """
    apiVersion: weft/v1
    kind: Stage
    name: pass
    summary: Hands a tensor on.
    owner: tests@example.org
    uses: onnx
    abi:
      inputs: [{name: x, datatype: FP32, shape: [1, 4]}]
      outputs: [{name: y, datatype: FP32, shape: [1, 4]}]
    variants:
      - {name: one, artifact: {file: one.onnx, sha256: %1$s, size: %2$d}}
      - {name: two, artifact: {file: two.onnx, sha256: %1$s, size: %2$d}}
      - {name: broken, artifact: {file: broken.onnx, sha256: %3$s, size: %2$d}}
    """
        .formatted(sha256(model), model.length, "0".repeat(64));
  }

  static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
