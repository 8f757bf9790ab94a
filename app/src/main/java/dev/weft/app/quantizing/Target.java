package dev.weft.app.quantizing;

import dev.weft.app.failure.WorkFailed;
import dev.weft.app.failure.WrongUse;
import dev.weft.persistence.disk.DiskException;
import dev.weft.stages.onnx.OnnxModels;
import dev.weft.stages.quantize.Method;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * The two files that quantizing writes: a model, and beside it its recipe. Each is written under a
 * name of its own first and gets its name when both are whole.
 */
public record Target(Path model) {

  private static final String ONNX = ".onnx";

  /**
   * The files that are asked for, or for a method by default, once they are found to be files that
   * can be written and that overwrite nothing the work reads.
   *
   * @param source the model that is quantized
   * @param asked empty for a file beside the source, named for the method
   * @param calibration where recorded inputs are, if there are any
   * @throws WrongUse naming the file and what was expected
   * @throws dev.weft.stages.spi.StageException if the source is not there or no ONNX model
   */
  public static Target of(
      Path source, Method method, Optional<Path> asked, Optional<Path> calibration) {
    var target = new Target(asked.orElseGet(() -> beside(source, method)));
    target.requireFiles();
    target.requireApart(source, calibration);
    target.requireWritable();
    return target;
  }

  private static Path beside(Path source, Method method) {
    var name = String.valueOf(source.getFileName());
    var stem = name.endsWith(ONNX) ? name.substring(0, name.length() - ONNX.length()) : name;
    return source.resolveSibling("%s.%s%s".formatted(stem, method.word(), ONNX));
  }

  Path recipe() {
    return model.resolveSibling(model.getFileName() + ".recipe.json");
  }

  /** The name that {@code file}, one of the two, has while it is written. */
  static Path part(Path file) {
    return file.resolveSibling("." + file.getFileName() + ".weft-part");
  }

  private void requireFiles() {
    var folder = model.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new WrongUse(
          "--out: '%s' (expected: a file in a folder that is there)".formatted(model));
    }
    for (var file : List.of(model, recipe())) {
      if (Files.isDirectory(file)) {
        throw wrong(file, "is a folder", "a file");
      }
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw wrong(file, "is there and no file that could be replaced", "a file");
      }
    }
  }

  private void requireApart(Path source, Optional<Path> calibration) {
    var read = new LinkedHashMap<Path, String>();
    for (var file : OnnxModels.files(source)) {
      read.putIfAbsent(real(file), read.isEmpty() ? "is the model" : "holds weights of the model");
    }
    calibration
        .filter(Files::isRegularFile)
        .ifPresent(file -> read.putIfAbsent(real(file), "holds the recorded inputs"));
    for (var file : List.of(model, recipe(), part(model), part(recipe()))) {
      if (Files.exists(file) && read.get(real(file)) instanceof String what) {
        throw wrong(file, what, "another file than those that are read");
      }
    }
  }

  /** Where {@code file} is, by whatever links and names it is called. */
  private static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      throw new WorkFailed(
          "%s: %s (expected: a readable file)".formatted(file, DiskException.words(e)), e);
    }
  }

  /** Tries it, as permissions do not tell: a file system may refuse whom they allow. */
  private void requireWritable() {
    for (var file : List.of(model, recipe())) {
      var part = part(file);
      try {
        Files.write(part, new byte[0]);
        Files.delete(part);
      } catch (IOException e) {
        var why = e instanceof NoSuchFileException ? "it takes no files" : DiskException.words(e);
        throw wrong(
            file,
            "cannot be made in its folder: " + why,
            "a file in a folder that can be written to");
      }
    }
  }

  private WrongUse wrong(Path file, String what, String expected) {
    return new WrongUse(
        "--out: '%s': %s%s (expected: %s)"
            .formatted(
                model,
                file.equals(model) ? "" : "'%s' beside it ".formatted(file.getFileName()),
                what,
                expected));
  }
}
