package dev.weft.app.distribution;

import dev.weft.app.failure.WorkFailed;
import dev.weft.app.home.Build;
import dev.weft.app.home.FolderTree;
import dev.weft.app.home.Home;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Weft as a {@code tar.gz}: the jars of this build, a Java runtime of the modules they use, ONNX
 * Runtime's libraries of this platform, the cache that makes starts quick, and what runs it as a
 * service or in a container.
 *
 * <p>Entries are sorted and have one time, so that builds of the same sources differ in the cache
 * and in nothing else.
 */
public final class Distribution {

  /** Of every file, the first that a zip can have; the JVM holds its cache against it. */
  private static final FileTime TIME = FileTime.from(Instant.parse("1980-01-01T00:00:00Z"));

  private static final List<String> PROGRAMS = List.of("weft", "weft-ready");
  private static final List<String> PAGES = List.of("README.md", "Containerfile", "weft.service");
  private static final List<String> LEGAL = List.of("LICENSE", "NOTICE");

  private final Home home;
  private final Consumer<String> progress;
  private final Path stage;

  private Distribution(Home home, Path stage, Consumer<String> progress) {
    this.home = home;
    this.stage = stage;
    this.progress = progress;
  }

  /** The name of the file for this build and machine. */
  public static String fileName(Home home) {
    return "weft-%s-%s-%s.tar.gz"
        .formatted(
            Build.of(home).version(),
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT),
            System.getProperty("os.arch", ""));
  }

  /**
   * Makes the file, in place of one that is there.
   *
   * @param progress told of each step
   * @return what is wrong with it, if anything: it works, but starts slower
   * @throws WorkFailed if something that it is made of, or a tool for it, is missing
   */
  public static Optional<String> make(Home home, Path target, Consumer<String> progress) {
    try {
      var work = Files.createTempDirectory("weft-dist");
      try {
        var stage = work.resolve("weft-" + Build.of(home).version());
        return new Distribution(home, stage, progress).make(target.toAbsolutePath());
      } finally {
        new FolderTree(work).delete();
      }
    } catch (IOException e) {
      throw new WorkFailed("%s: not made: %s".formatted(target, e), e);
    }
  }

  private Optional<String> make(Path target) throws IOException {
    progress.accept("copying jars");
    var jars = copyJars();
    copyFiles();
    progress.accept("making the Java runtime");
    makeRuntime(jars);
    stamp();
    progress.accept("rehearsing a start");
    var failure = rehearse(jars);
    stamp();
    progress.accept("packing");
    pack(target);
    return failure;
  }

  /** In the order of the class path. */
  private List<Path> copyJars() throws IOException {
    var built = home.folder().resolve("app").resolve("target");
    var jars = new ArrayList<>(jars(built, "weft-app-"));
    if (jars.size() != 1) {
      throw new WorkFailed("%s: %s (expected: one weft-app jar)".formatted(built, jars));
    }
    jars.addAll(jars(built.resolve("lib"), ""));
    var lib = Files.createDirectories(stage.resolve("lib"));
    var copies = new ArrayList<Path>();
    for (var jar : jars) {
      copies.add(Files.copy(jar, lib.resolve(String.valueOf(jar.getFileName()))));
    }
    return copies.stream().sorted(Comparator.comparing(Path::toString)).toList();
  }

  private static List<Path> jars(Path folder, String prefix) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new WorkFailed("%s: not there (expected: jars of a build)".formatted(folder));
    }
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).matches(prefix + ".*\\.jar"))
          .toList();
    }
  }

  private void copyFiles() throws IOException {
    var launch = home.folder().resolve("app").resolve("src").resolve("main").resolve("launch");
    var bin = Files.createDirectories(stage.resolve("bin"));
    for (var program : PROGRAMS) {
      Files.copy(launch.resolve(program), bin.resolve(program), StandardCopyOption.COPY_ATTRIBUTES);
    }
    for (var page : PAGES) {
      Files.copy(launch.resolve(page), stage.resolve(page));
    }
    for (var text : LEGAL) {
      Files.copy(home.folder().resolve(text), stage.resolve(text));
    }
    var options = Files.readString(launch.resolve("java.options"));
    var commit = Build.of(home).commit().map("-Dweft.commit=%s\n"::formatted).orElse("");
    Files.writeString(options(), options + commit);
  }

  private Path options() {
    return stage.resolve("lib").resolve("java.options");
  }

  private Path runtime() {
    return stage.resolve("runtime");
  }

  /** Of those modules only that some class names. */
  private void makeRuntime(List<Path> jars) {
    var classes = classPath(jars);
    var depending =
        new ArrayList<String>(
            List.of(
                "--multi-release",
                Integer.toString(Runtime.version().feature()),
                "--ignore-missing-deps",
                "--print-module-deps",
                "--class-path",
                classes));
    jars.forEach(jar -> depending.add(jar.toString()));
    var modules =
        Tool.ofJdk("jdeps")
            .run(Map.of(), depending)
            .lines()
            .filter(line -> line.startsWith("java.base"))
            .findFirst()
            .orElseThrow(() -> new WorkFailed("jdeps: no modules (expected: java.base and more)"));
    Tool.ofJdk("jlink")
        .run(
            Map.of(),
            List.of(
                "--add-modules",
                modules,
                "--strip-debug",
                "--no-header-files",
                "--no-man-pages",
                "--output",
                runtime().toString()));
  }

  /** With the runtime, the jars and the options of the distribution, as the cache is for those. */
  private Optional<String> rehearse(List<Path> jars) throws IOException {
    var lib = stage.resolve("lib");
    var natives = lib.resolve("native");
    var cache = lib.resolve("weft.aot");
    try {
      var _ =
          new Tool(runtime().resolve("bin").resolve("java").toString())
              .run(
                  Map.of("CLASSPATH", classPath(jars), "ORT_DISABLE_TELEMETRY", "1"),
                  List.of(
                      "@" + options(),
                      "-Donnxruntime.native.path=" + natives,
                      "-XX:+UnlockDiagnosticVMOptions",
                      "-XX:-AOTRecordTraining",
                      "-XX:AOTCacheOutput=" + cache,
                      "dev.weft.app.rehearsal.Rehearsal"));
    } catch (WorkFailed e) {
      new FolderTree(natives).delete();
      Files.deleteIfExists(cache);
      return Optional.of("the rehearsal failed: " + e.getMessage());
    }
    return Files.exists(cache) ? Optional.empty() : Optional.of("the JVM made no cache");
  }

  private static String classPath(List<Path> jars) {
    return jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  private void pack(Path target) throws IOException {
    var folder = Optional.ofNullable(stage.getParent()).orElseThrow().toString();
    var part = target.resolveSibling(target.getFileName() + ".part");
    var _ =
        new Tool("tar")
            .run(
                Map.of(),
                List.of(
                    "--sort=name",
                    "--owner=0",
                    "--group=0",
                    "--numeric-owner",
                    "--mode=u=rwX,go=rX",
                    "--use-compress-program=gzip -n -3",
                    "-C",
                    folder,
                    "-cf",
                    part.toString(),
                    String.valueOf(stage.getFileName())));
    Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
  }

  private void stamp() throws IOException {
    try (var all = Files.walk(stage)) {
      all.filter(path -> !Files.isSymbolicLink(path))
          .sorted(Comparator.reverseOrder())
          .forEach(Distribution::stamp);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void stamp(Path path) {
    try {
      Files.setLastModifiedTime(path, TIME);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
