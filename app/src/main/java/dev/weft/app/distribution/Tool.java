package dev.weft.app.distribution;

import dev.weft.app.failure.WorkFailed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A program of this machine that does a part of the work.
 *
 * @param program its path, or its name on PATH
 */
record Tool(String program) {

  private static final int LINES_TOLD = 10;

  /**
   * One of the running JDK's.
   *
   * @throws WorkFailed if this Java is not a JDK with it
   */
  static Tool ofJdk(String name) {
    var file = Path.of(System.getProperty("java.home"), "bin", name);
    if (!file.toFile().canExecute()) {
      throw new WorkFailed("%s: not there (expected: a JDK, with %s)".formatted(file, name));
    }
    return new Tool(file.toString());
  }

  /**
   * Runs it to its end.
   *
   * @return what it printed, stderr included
   * @throws WorkFailed with the end of that if it could not do its work
   */
  String run(Map<String, String> environment, List<String> arguments) {
    var command = Stream.concat(Stream.of(program), arguments.stream()).toList();
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      var process = builder.start();
      try (var in = process.getInputStream()) {
        process.getOutputStream().close();
        var said = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        var code = process.waitFor();
        if (code != 0) {
          throw new WorkFailed("%s: exit code %d: %s".formatted(program, code, end(said)));
        }
        return said;
      } finally {
        process.destroy();
      }
    } catch (IOException e) {
      throw new WorkFailed("%s: cannot be run: %s".formatted(program, e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WorkFailed("interrupted while %s was running".formatted(program), e);
    }
  }

  private static String end(String said) {
    var lines = said.lines().toList();
    return lines.subList(Math.max(0, lines.size() - LINES_TOLD), lines.size()).stream()
        .collect(Collectors.joining("\n"));
  }
}
