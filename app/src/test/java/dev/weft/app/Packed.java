package dev.weft.app;

import dev.weft.app.home.WeftJvm;
import dev.weft.app.rehearsal.Rehearsal;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the build packed, as users run it: tests start processes from these jars and with a cache of
 * a quick start, which the first JVM of tests that asks makes for all.
 */
final class Packed {

  private static final String JAR = "weft-app-[^/]*\\.jar";
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final Path OPTIONS = TARGET.resolve("packed.options");
  private static final Path LOG = TARGET.resolve("packed.log");

  private Packed() {}

  /** Has this JVM start processes so, if it runs tests of what is packed. */
  static synchronized void use() {
    if (System.getProperty(WeftJvm.OPTIONS) != null) {
      return;
    }
    jar()
        .ifPresent(
            jar -> {
              prepare(jar);
              System.setProperty(WeftJvm.OPTIONS, OPTIONS.toString());
            });
  }

  /** The jar under test; none where the classes themselves are, as in a development environment. */
  private static Optional<Path> jar() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(path -> path.startsWith(TARGET) && path.getFileName().toString().matches(JAR))
        .findFirst();
  }

  private static void prepare(Path jar) {
    try (var channel =
            FileChannel.open(
                TARGET.resolve("packed.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        var _ = channel.lock()) {
      var jars = jars(jar);
      if (!isMade(jars)) {
        make(jars);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted while a start was rehearsed", e);
    }
  }

  private static List<Path> jars(Path jar) throws IOException {
    try (var libraries = Files.list(TARGET.resolve("lib"))) {
      return Stream.concat(Stream.of(jar), libraries.sorted()).toList();
    }
  }

  private static boolean isMade(List<Path> jars) throws IOException {
    if (!Files.exists(OPTIONS)) {
      return false;
    }
    var made = Files.getLastModifiedTime(OPTIONS);
    for (var jar : jars) {
      if (Files.getLastModifiedTime(jar).compareTo(made) > 0) {
        return false;
      }
    }
    return true;
  }

  /** A cache that does not fit is left alone by the JVM, which then only starts more slowly. */
  private static void make(List<Path> jars) throws IOException, InterruptedException {
    var classPath =
        jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    var natives = "-Donnxruntime.native.path=" + TARGET.resolve("packed-native");
    var cache = TARGET.resolve("packed.aot");
    var rehearsing = TARGET.resolve("rehearsal.options");
    Files.write(
        rehearsing,
        List.of(
            natives,
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:-AOTRecordTraining",
            "-XX:AOTCacheOutput=" + cache,
            "-cp \"" + classPath + "\""));
    System.setProperty(WeftJvm.OPTIONS, rehearsing.toString());
    var builder = new ProcessBuilder(WeftJvm.command(List.of(), Rehearsal.class.getName()));
    builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
    var code =
        builder
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(LOG.toFile()))
            .start()
            .waitFor();
    if (code != 0) {
      throw new AssertionError(
          "the rehearsal ended with %d: %s".formatted(code, Files.readString(LOG)));
    }
    Files.write(
        OPTIONS,
        List.of(
            natives,
            "-XX:AOTCache=" + cache,
            "-XX:AOTMode=auto",
            "-Xlog:aot*=off",
            "-Xlog:cds*=off",
            "-cp \"" + classPath + "\""));
  }
}
