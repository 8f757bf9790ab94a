package dev.weft.stages.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.StageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** What can be read from an ONNX model without a manifest. */
public final class OnnxModels {

  /** Most bytes a protobuf message, and so a model in memory, can have. */
  private static final long BYTES_MAX = Integer.MAX_VALUE - 8;

  private OnnxModels() {}

  /**
   * A model in memory, made easy to read.
   *
   * @param content the model as ONNX Runtime's basic optimizations leave it: expressions of
   *     constants computed, batch normalizations folded into convolutions, nothing in other files;
   *     the same bytes for the same model and runtime
   * @param sha256 of the file and of the files its weights are in, lower-case hex
   * @param bytes of the file and of the files its weights are in
   */
  public record Simplified(Path path, byte[] content, String sha256, long bytes) {}

  /** Version of the ONNX Runtime that runs models here. */
  public static String runtime() {
    return OrtAccess.ENVIRONMENT.getVersion();
  }

  /**
   * The signature a model has by itself: its own names, symbolic dimensions as named ones, unknown
   * dimensions as -1. Loads the model and closes it again.
   *
   * @throws StageException with {@link ErrorCode#BAD_ARTIFACT} if the file is missing, truncated,
   *     not an ONNX model, asks for an unknown operator or keeps weights outside its folder
   */
  public static Signature signature(Path model) {
    try (var loaded = OnnxModel.load(ModelFile.inspect(model), OnnxModel.Tuning.DEFAULT)) {
      return new Signature(loaded.inputs(), loaded.outputs());
    }
  }

  /**
   * The files a model is in: its own, then those its weights are in, each as it is named there.
   *
   * @throws StageException with {@link ErrorCode#BAD_ARTIFACT} if one is missing, or the first is
   *     truncated, not an ONNX model or keeps weights outside its folder
   */
  public static List<Path> files(Path model) {
    return Stream.concat(Stream.of(model), ModelFile.inspect(model).weights().stream()).toList();
  }

  /**
   * Reads a model and simplifies it, by way of a file of its own in the folder for temporary files.
   *
   * @throws StageException with {@link ErrorCode#BAD_ARTIFACT} as {@link #signature}, or if it has
   *     2 GB or more; with {@link ErrorCode#IO_FAILED} if the temporary file cannot be used
   */
  public static Simplified simplified(Path model) {
    var file = ModelFile.inspect(model);
    if (file.bytes() > BYTES_MAX) {
      throw new StageException(
          ErrorCode.BAD_ARTIFACT,
          "model %s: %d bytes with its weights (expected: <= %d, the most a model in memory has)"
              .formatted(model, file.bytes(), BYTES_MAX));
    }
    try {
      var target = Files.createTempFile("weft-model", ".onnx");
      try {
        OnnxModel.simplify(file, target);
        var content = Files.readAllBytes(target);
        if (!file.weights().isEmpty()) {
          content = whole(file, content);
        }
        return new Simplified(model, content, digest(file), file.bytes());
      } finally {
        Files.deleteIfExists(target);
      }
    } catch (IOException e) {
      throw new StageException(
          ErrorCode.IO_FAILED, "model %s: not copied: %s".formatted(model, e), e);
    }
  }

  /** The model with the weights it keeps in other files. */
  private static byte[] whole(ModelFile file, byte[] content) throws IOException {
    var folder = file.path().toAbsolutePath().normalize().getParent();
    if (folder == null) {
      throw new IOException("no folder (expected: a file)");
    }
    return new ExternalWeights(folder).embed(ModelProto.parseFrom(content)).toByteArray();
  }

  private static String digest(ModelFile file) throws IOException {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      update(digest, file.path());
      for (var weights : file.weights()) {
        update(digest, weights);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void update(MessageDigest digest, Path file) throws IOException {
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
