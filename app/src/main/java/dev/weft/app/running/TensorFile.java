package dev.weft.app.running;

import dev.weft.app.failure.WorkFailed;
import dev.weft.app.failure.WrongUse;
import dev.weft.fabric.json.Json;
import dev.weft.stages.input.Npy;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Elements;
import dev.weft.stages.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** A file an output is saved to; its ending says how. */
public record TensorFile(String output, Path path, Form form) {

  /** How a tensor is written. */
  enum Form {
    NPY,
    JSON,
    /** A line per element. */
    TXT
  }

  /**
   * @throws WrongUse for an ending without a form, or a folder that is not there
   */
  public static TensorFile of(String output, Path path) {
    var folder = path.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new WrongUse(
          "--save: '%s' (expected: a file in a folder that is there)".formatted(path));
    }
    var name = path.toString().toLowerCase(Locale.ROOT);
    for (var form : Form.values()) {
      if (name.endsWith("." + form.name().toLowerCase(Locale.ROOT))) {
        return new TensorFile(output, path, form);
      }
    }
    throw new WrongUse(
        "--save: '%s' (expected: a file ending in .npy, .json or .txt)".formatted(path));
  }

  /**
   * @throws WorkFailed if the file cannot be written
   */
  public void write(Tensor tensor) {
    try {
      Files.write(path, content(tensor));
    } catch (IOException e) {
      throw new WorkFailed("--save: %s (expected: a file that can be written)".formatted(e), e);
    } catch (IllegalArgumentException e) {
      throw new WorkFailed("--save: %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  private byte[] content(Tensor tensor) {
    return switch (form) {
      case NPY -> Npy.write(tensor);
      case JSON -> (Json.write(TensorObject.full(tensor)) + "\n").getBytes(StandardCharsets.UTF_8);
      case TXT -> text(tensor).getBytes(StandardCharsets.UTF_8);
    };
  }

  private static String text(Tensor tensor) {
    if (tensor.datatype() == Datatype.BYTES) {
      return tensor.toStrings().stream().map(text -> text + "\n").collect(Collectors.joining());
    }
    return LongStream.range(0, tensor.shape().elements())
        .mapToObj(i -> Elements.number(tensor, i) + "\n")
        .collect(Collectors.joining());
  }
}
