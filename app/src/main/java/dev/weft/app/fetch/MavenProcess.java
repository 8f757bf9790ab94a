package dev.weft.app.fetch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The {@code mvn} on PATH, started once for all jars: its dependency plugin copies them, as a
 * project made for the purpose says.
 */
public final class MavenProcess implements Maven {

  private static final String PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1";
  private static final Pattern DOWNLOADING = Pattern.compile("Downloading from \\S+: \\S*/(\\S+)");
  private static final Pattern SHARE = Pattern.compile("([0-9.]+)/([0-9.]+) (?:B|kB|MB|GB)");
  private static final int LINE_LENGTH_MAX = 8 << 10;
  private static final int LINES_KEPT_MAX = 200;

  private final String program;

  /**
   * @param program name on PATH, or path, of Maven
   */
  public MavenProcess(String program) {
    this.program = program;
  }

  @Override
  public void copy(Map<MavenSource.Jar, Path> jars, Path work, Watcher watcher) {
    try {
      var project = Files.writeString(work.resolve("pom.xml"), project(jars));
      var builder =
          new ProcessBuilder(program, "-f", project.toString(), PLUGIN + ":copy")
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
      builder
          .environment()
          .merge("MAVEN_OPTS", "--sun-misc-unsafe-memory-access=allow", MavenProcess::joined);
      run(builder, watcher);
    } catch (IOException e) {
      throw new FetchException(
          "cannot start '%s': %s (expected: Maven 3.8.7 or later on PATH)"
              .formatted(program, e.getMessage()),
          e);
    }
  }

  private static String joined(String present, String more) {
    return more + " " + present;
  }

  private static void run(ProcessBuilder builder, Watcher watcher) throws IOException {
    var process = builder.start();
    // Without this, a Maven whose weft was told to end would go on.
    var stop = new Thread(process::destroy);
    Runtime.getRuntime().addShutdownHook(stop);
    try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
      var lines = follow(reader, watcher);
      var code = process.waitFor();
      if (code != 0) {
        throw new FetchException("Maven failed: " + reason(lines, code));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FetchException("interrupted while Maven was running", e);
    } finally {
      process.destroy();
      forget(stop);
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending, so the hook has been started and has nothing left to do.
    }
  }

  /** The last lines Maven printed; a carriage return ends a line as well. */
  private static List<String> follow(BufferedReader reader, Watcher watcher) throws IOException {
    Deque<String> kept = new ArrayDeque<>();
    var file = "";
    for (var line = readLine(reader); !line.isEmpty(); line = readLine(reader)) {
      var text = line.strip();
      var downloading = DOWNLOADING.matcher(text);
      if (downloading.find()) {
        file = downloading.group(1);
        watcher.at(0, file);
      } else if (text.startsWith("Progress (")) {
        var share = SHARE.matcher(text);
        if (share.find()) {
          var part = Double.parseDouble(share.group(1)) / Double.parseDouble(share.group(2));
          watcher.at(part, file + " " + share.group());
        }
        continue;
      }
      kept.addLast(text);
      if (kept.size() > LINES_KEPT_MAX) {
        kept.removeFirst();
      }
    }
    return new ArrayList<>(kept);
  }

  /** The next line with its end; empty at the end of the stream. */
  private static String readLine(Reader reader) throws IOException {
    var line = new StringBuilder();
    for (var c = reader.read(); c >= 0; c = reader.read()) {
      if (line.length() < LINE_LENGTH_MAX) {
        line.append((char) c);
      }
      if (c == '\n' || c == '\r') {
        line.setLength(Math.min(line.length(), LINE_LENGTH_MAX - 1));
        return line.append('\n').toString();
      }
    }
    return line.toString();
  }

  private static String reason(List<String> lines, int code) {
    return lines.stream()
        .filter(line -> line.startsWith("[ERROR]"))
        .map(line -> line.substring("[ERROR]".length()).strip())
        .map(line -> line.replaceFirst("^Failed to execute goal .*? on project \\S+: ", ""))
        .map(line -> line.replaceFirst(" -> \\[Help 1]$", ""))
        .findFirst()
        .orElseGet(() -> lines.isEmpty() ? "exit code " + code : lines.getLast());
  }

  private static String project(Map<MavenSource.Jar, Path> jars) {
    var items = new StringBuilder();
    jars.forEach(
        (jar, path) ->
            items.append(
                """
                <artifactItem>
                  <groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version>
                  <outputDirectory>%s</outputDirectory><destFileName>%s</destFileName>
                </artifactItem>
                """
                    .formatted(
                        jar.group(),
                        jar.artifact(),
                        jar.version(),
                        escaped(String.valueOf(path.getParent())),
                        escaped(String.valueOf(path.getFileName())))));
    var plugin = PLUGIN.split(":", -1);
    return """
    <project xmlns="http://maven.apache.org/POM/4.0.0">
      <modelVersion>4.0.0</modelVersion>
      <groupId>dev.weft</groupId><artifactId>fetch</artifactId><version>1</version>
      <packaging>pom</packaging>
      <build><plugins><plugin>
        <groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version>
        <configuration><artifactItems>
    %s
        </artifactItems></configuration>
      </plugin></plugins></build>
    </project>
    """
        .formatted(plugin[0], plugin[1], plugin[2], items);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
