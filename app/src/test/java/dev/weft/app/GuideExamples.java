package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The commands in a guide, each with what it prints. */
final class GuideExamples {

  private GuideExamples() {}

  /** What a command in the docs is given, and what it prints. */
  record Example(String command, List<String> printed) {

    /**
     * Runs the command and holds what it prints against the guide.
     *
     * @param places of the guide, and what stands there in this run
     */
    void check(Path folder, Map<String, String> places, Map<String, String> environment)
        throws IOException, InterruptedException {
      var here = command;
      for (var place : places.entrySet()) {
        here = here.replace(place.getKey(), place.getValue());
      }
      assertEquals(String.join("\n", printed), shell(here, folder, environment), command);
    }
  }

  /** What a command of a shell prints, on both streams. */
  static String shell(String command, Path folder, Map<String, String> environment)
      throws IOException, InterruptedException {
    var builder = new ProcessBuilder("bash", "-c", command);
    builder.environment().putAll(environment);
    var process = builder.directory(folder.toFile()).redirectErrorStream(true).start();
    var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), command + "\n" + printed);
    return printed.stripTrailing();
  }

  /** Lines of four spaces: a command after {@code $}, then what it prints. */
  static List<Example> of(List<String> page) {
    var examples = new ArrayList<Example>();
    for (var i = 0; i < page.size(); i++) {
      if (!page.get(i).startsWith("    $ curl ") && !page.get(i).startsWith("    $ printf ")) {
        continue;
      }
      var command = new StringBuilder(page.get(i).substring("    $ ".length()));
      while (page.get(i).endsWith("\\")) {
        i++;
        command.append('\n').append(page.get(i));
      }
      var printed = new ArrayList<String>();
      while (i + 1 < page.size()
          && page.get(i + 1).startsWith("    ")
          && !page.get(i + 1).startsWith("    $ ")) {
        i++;
        printed.add(page.get(i).substring(4));
      }
      examples.add(new Example(command.toString(), printed));
    }
    return examples;
  }
}
