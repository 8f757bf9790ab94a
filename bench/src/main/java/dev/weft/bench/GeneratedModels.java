package dev.weft.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A folder for models made for one run of a bench; deleted with all in it at the end. */
final class GeneratedModels implements AutoCloseable {

  private final Path folder;
  private final List<Path> files = new ArrayList<>();

  GeneratedModels() throws IOException {
    this.folder = Files.createTempDirectory("weft-bench");
  }

  Path write(String name, byte[] model) throws IOException {
    var file = Files.write(folder.resolve(name + ".onnx"), model);
    files.add(file);
    return file;
  }

  /** The same content under another name. */
  Path copy(Path model, String name) throws IOException {
    return write(name, Files.readAllBytes(model));
  }

  /** A folder with one file in it. */
  Path folder(String name, String content) throws IOException {
    files.add(Files.writeString(folder.resolve(name), content));
    return folder;
  }

  @Override
  public void close() throws IOException {
    for (var file : files) {
      Files.deleteIfExists(file);
    }
    Files.deleteIfExists(folder);
  }
}
