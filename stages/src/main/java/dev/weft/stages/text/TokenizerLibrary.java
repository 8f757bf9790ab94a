package dev.weft.stages.text;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The native part of Hugging Face's tokenizers, loaded once per process.
 *
 * <p>It comes out of its jar into a folder of its own under {@code java.io.tmpdir}, readable to
 * this user alone, which is deleted as soon as the library is loaded (on Windows, when the process
 * ends). Nothing else is written and no network is used: see RATIONALE.md, "Tokenizer".
 */
final class TokenizerLibrary {

  private TokenizerLibrary() {}

  /**
   * @throws StageException FAILED_PRECONDITION on a machine it is not built for, IO_FAILED if it
   *     can't be unpacked or loaded
   */
  static TokenizersLibrary get() {
    return Holder.load();
  }

  /** Name of a machine's build inside the jar, such as {@code linux-x86_64}. */
  static String platform(String osName, String architecture) {
    var os = osName.toLowerCase(Locale.ROOT);
    var system = os.startsWith("mac") ? "osx" : os.startsWith("windows") ? "win" : os;
    var machine =
        switch (architecture) {
          case "amd64", "x86_64", "x86-64" -> "x86_64";
          case "arm64", "aarch64" -> "aarch64";
          default -> architecture;
        };
    return system + "-" + machine;
  }

  private static List<String> fileNames(String platform) {
    if (platform.startsWith("win")) {
      return List.of(
          "libwinpthread-1.dll", "libgcc_s_seh-1.dll", "libstdc++-6.dll", "tokenizers.dll");
    }
    return List.of(platform.startsWith("osx") ? "libtokenizers.dylib" : "libtokenizers.so");
  }

  /** Loads at the first call; a failure is told again at every later one, after another try. */
  private static final class Holder {

    private static boolean loaded;

    static synchronized TokenizersLibrary load() {
      if (!loaded) {
        var platform = platform(System.getProperty("os.name"), System.getProperty("os.arch"));
        var folder = "native/lib/%s/cpu/".formatted(platform);
        try {
          loadFrom(folder, fileNames(platform), platform);
        } catch (IOException | UnsatisfiedLinkError e) {
          throw new StageException(
              ErrorCode.IO_FAILED,
              "tokenizer library: %s (expected: java.io.tmpdir %s to be writable and executable)"
                  .formatted(e.getMessage(), System.getProperty("java.io.tmpdir")),
              e);
        }
        loaded = true;
      }
      return TokenizersLibrary.LIB;
    }

    private static void loadFrom(String folder, List<String> names, String platform)
        throws IOException {
      var target = Files.createTempDirectory("weft-tokenizers");
      var files = new ArrayList<Path>();
      try {
        for (var name : names) {
          var file = target.resolve(name);
          files.add(file);
          unpack(folder + name, file, platform);
          System.load(file.toString());
        }
      } finally {
        files.forEach(Holder::delete);
        delete(target);
      }
    }

    private static void unpack(String resource, Path file, String platform) throws IOException {
      try (var stream = TokenizersLibrary.class.getClassLoader().getResourceAsStream(resource)) {
        if (stream == null) {
          throw new StageException(
              ErrorCode.FAILED_PRECONDITION,
              ("tokenizer library: none for %s (expected: linux-x86_64, linux-aarch64,"
                      + " osx-aarch64 or win-x86_64)")
                  .formatted(platform));
        }
        Files.copy(stream, file);
      }
    }

    private static void delete(Path path) {
      if (!path.toFile().delete()) {
        path.toFile().deleteOnExit();
      }
    }
  }
}
