package dev.weft.app.rehearsal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * ONNX Runtime's libraries as files, so that not every start has to unpack them from their jar.
 *
 * @param folder of this platform in the jar
 */
record Natives(String folder) {

  private static final List<String> LIBRARIES = List.of("onnxruntime", "onnxruntime4j_jni");

  /** Where ONNX Runtime is told to look; the files must then be there. */
  static final String PROPERTY = "onnxruntime.native.path";

  /** Those of this machine. */
  static Natives here() {
    return of(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
  }

  static Natives of(String osName, String osArch) {
    var os = osName.toLowerCase(Locale.ROOT);
    var system = os.contains("mac") ? "osx" : os.contains("win") ? "win" : "linux";
    var arch = osArch.equals("amd64") || osArch.equals("x86_64") ? "x64" : osArch;
    return new Natives("ai/onnxruntime/native/%s-%s/".formatted(system, arch));
  }

  /**
   * Unpacks them.
   *
   * @throws IOException also if the jar has none for this platform
   */
  void unpack(Path target) throws IOException {
    Files.createDirectories(target);
    for (var library : LIBRARIES) {
      var name = System.mapLibraryName(library);
      try (var content = Natives.class.getClassLoader().getResourceAsStream(folder + name)) {
        if (content == null) {
          throw new IOException("%s%s: not on the class path".formatted(folder, name));
        }
        Files.deleteIfExists(target.resolve(name));
        Files.copy(content, target.resolve(name));
      }
    }
  }

  /** Unpacks them where {@value #PROPERTY} says they are to be; nowhere if it says nothing. */
  static void unpackAsTold() throws IOException {
    var told = Optional.ofNullable(System.getProperty(PROPERTY));
    if (told.isPresent()) {
      here().unpack(Path.of(told.get()));
    }
  }
}
